package io.evenkeel.l7;

import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l7.http.RequestHead;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What holds requests back from one backend's endpoints: its rate limit, its circuit breaker, its queue. Thread-safe; each
 * part lives as long as nobody wants another one.
 */
final class Gate {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final BackendPolicy policy;
    private final @Nullable RateLimiter rate;
    private final @Nullable Circuit circuit;
    private final @Nullable WaitingRoom room;

    private Gate(
            BackendPolicy policy, @Nullable RateLimiter rate, @Nullable Circuit circuit, @Nullable WaitingRoom room) {
        this.policy = policy;
        this.rate = rate;
        this.circuit = circuit;
        this.room = room;
    }

    /** What a policy wants, with those parts of another gate that it wants as they are; null if it wants nothing. */
    static @Nullable Gate of(String name, BackendPolicy policy, @Nullable Gate before) {
        RateLimit rate = policy.rateLimit();
        CircuitRule circuit = policy.circuit();
        QueueRule queue = policy.queue();
        if (rate == null && circuit == null && queue == null) {
            return null;
        }
        BackendPolicy known = before == null ? BackendPolicy.NONE : before.policy;
        RateLimiter limiter = before != null && rate != null && rate.equals(known.rateLimit()) ? before.rate : null;
        Circuit breaker = before != null && circuit != null && circuit.equals(known.circuit()) ? before.circuit : null;
        WaitingRoom room = before == null || queue == null ? null : before.room;
        if (rate != null && limiter == null) {
            limiter = new RateLimiter(rate, Ticker.system());
        }
        if (circuit != null && breaker == null) {
            breaker = new Circuit(name, circuit, new TickerClock(Ticker.system()));
        }
        if (room != null && queue != null) {
            room.rule(queue);
        } else if (queue != null) {
            room = new WaitingRoom(queue);
        }
        return new Gate(policy, limiter, breaker, room);
    }

    /** The queue, if requests may wait. */
    @Nullable
    WaitingRoom room() {
        return room;
    }

    /** The circuit breaker, if there is one. */
    @Nullable
    Circuit circuit() {
        return circuit;
    }

    /** Lets a request pass, or answers it. */
    boolean admits(HttpBackend backend, RequestHead request, Downstream client, HttpStats frontend) {
        RateLimiter limiter = rate;
        if (limiter != null) {
            long tooEarly = limiter.take(client.peer().address());
            if (tooEarly > 0) {
                frontend.deny();
                backend.stats().deny();
                backend.reply(client, 429, request.isHead(), (tooEarly + SECOND - 1) / SECOND);
                return false;
            }
        }
        Circuit breaker = circuit;
        if (breaker != null && !breaker.tryEnter()) {
            backend.stats().response(503);
            backend.reply(client, 503, request.isHead(), 0);
            return false;
        }
        return true;
    }
}
