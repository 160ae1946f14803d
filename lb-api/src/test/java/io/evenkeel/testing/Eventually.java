package io.evenkeel.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads will make true. */
public final class Eventually {

    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private Eventually() {}

    /** Returns when the condition has become true; fails if that takes half a minute. */
    public static void holds(String what, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new AssertionError("never came true: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
