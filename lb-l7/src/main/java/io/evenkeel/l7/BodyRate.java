package io.evenkeel.l7;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How fast a client sends the body of a request, on average since it began to. Used on one event loop. */
final class BodyRate {

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int least;
    private long bytes;
    private long began;
    private boolean begun;

    private BodyRate(int least) {
        this.least = least;
    }

    /** The rate of a connection or stream; null if any will do. */
    static @Nullable BodyRate of(HttpConfig config) {
        return config.minBodyRate() == 0 ? null : new BodyRate(config.minBodyRate());
    }

    /** Another body begins, or this one goes on after it was not the client that was waited for. */
    void restart() {
        begun = false;
    }

    /** More of the body has come; true if that is too little for the time it took. */
    boolean isTooSlow(long more, long nanos) {
        if (!begun) {
            begun = true;
            began = nanos;
            bytes = 0;
        }
        bytes += more;
        long elapsed = nanos - began;
        return elapsed > GRACE_NANOS && bytes < least * (elapsed / SECOND_NANOS);
    }
}
