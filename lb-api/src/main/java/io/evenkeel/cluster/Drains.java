package io.evenkeel.cluster;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Who is waited for: endpoints that take no new work and whose uses in flight are to end by a deadline.
 *
 * <p>Under the cluster's control lock.
 */
final class Drains {

    /** An end that came about. */
    record Drained(EndpointStats endpoint, boolean timedOut) {}

    /** How often to look, at most. A pick from the state before may still be on its way when somebody is found to have drained. */
    static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Ticker ticker;
    private final Map<EndpointStats, Long> deadlines = new LinkedHashMap<>();
    private long drained;
    private long timedOut;

    Drains(Ticker ticker) {
        this.ticker = ticker;
    }

    /** Waits for an endpoint, at most so long from now; this replaces an earlier deadline. */
    void begin(EndpointStats endpoint, Duration timeout) {
        deadlines.put(endpoint, ticker.nanos() + Ticker.toNanos(timeout));
    }

    /** Stops waiting. */
    void cancel(EndpointStats endpoint) {
        deadlines.remove(endpoint);
    }

    void clear() {
        deadlines.clear();
    }

    /** Takes out those for whom the waiting is over. */
    List<Drained> look() {
        long now = ticker.nanos();
        List<Drained> over = new ArrayList<>();
        deadlines.forEach((endpoint, deadline) -> {
            boolean busy = endpoint.inFlight() > 0;
            if (!busy || now - deadline >= 0) {
                over.add(new Drained(endpoint, busy));
            }
        });
        for (Drained one : over) {
            deadlines.remove(one.endpoint);
            drained += one.timedOut ? 0 : 1;
            timedOut += one.timedOut ? 1 : 0;
        }
        return over;
    }

    /** How long to wait before the next look. */
    long nanosToNextLook() {
        long now = ticker.nanos();
        long wait = LOOK_NANOS;
        for (long deadline : deadlines.values()) {
            wait = Math.min(wait, Math.max(0, deadline - now));
        }
        return wait;
    }

    int count() {
        return deadlines.size();
    }

    long drained() {
        return drained;
    }

    long timedOut() {
        return timedOut;
    }
}
