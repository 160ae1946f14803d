package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who gets copies of a share of a backend's requests; what is answered to them is thrown away. Thread-safe, without locks.
 *
 * <p>Copies never hold up what they are copies of: they go when that request is whole, and none is made while too many are
 * on their way, or of a body that is too large.
 */
public final class Mirror {

    /** The largest body that is copied. */
    public static final int MAX_BODY = KeptBody.MAX;

    private static final int MAX_IN_FLIGHT = 100;

    private final HttpBackend backend;
    private final int percent;
    private final AtomicLong turns = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();

    /**
     * A mirror.
     *
     * @param backend who gets the copies
     * @param percent of how much of all, 1 to 100
     */
    public Mirror(HttpBackend backend, int percent) {
        this.backend = backend;
        this.percent = percent;
        if (percent < 1 || percent > 100) {
            throw new IllegalArgumentException("percent: " + percent + " (expected: 1 to 100)");
        }
    }

    /** Who gets the copies. */
    public HttpBackend backend() {
        return backend;
    }

    /** Of how much of all. */
    public int percent() {
        return percent;
    }

    /** Begins a copy of a request that has just begun; null if there is to be none of it. */
    @Nullable
    MirroredRequest copy(RequestHead request, Downstream client, HttpEngine engine, LoopResources loop) {
        if (Split.turn(turns.getAndIncrement()) >= percent
                || request.isWebSocketUpgrade()
                || request.contentLength() > MAX_BODY
                || backend.cluster().state().active().isEmpty()) {
            return null;
        }
        if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
            inFlight.decrementAndGet();
            return null;
        }
        return new MirroredRequest(this, request, client, engine, loop);
    }

    /** A copy is no more. */
    void ended() {
        inFlight.decrementAndGet();
    }
}
