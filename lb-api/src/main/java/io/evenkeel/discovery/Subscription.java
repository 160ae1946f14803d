package io.evenkeel.discovery;

/** An interest that can be ended. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {

    /** Ends the interest; no call begins after this returns. Doing so again has no effect. */
    @Override
    void close();
}
