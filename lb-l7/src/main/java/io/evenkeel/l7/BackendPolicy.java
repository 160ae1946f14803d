package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What stands between requests and a backend that marathon-lb has no word for. Immutable.
 *
 * @param protocol how endpoints are spoken to
 * @param retries after what requests are sent again; null for what is usual
 * @param queue how requests wait while all endpoints have as many as they take; null if they do not
 * @param rateLimit how many requests there may be; null for any number
 * @param circuit when nobody is sent there; null for never
 * @param webSockets whether clients may open WebSockets
 */
public record BackendPolicy(
        BackendProtocol protocol,
        @Nullable RetryRule retries,
        @Nullable QueueRule queue,
        @Nullable RateLimit rateLimit,
        @Nullable CircuitRule circuit,
        boolean webSockets) {

    /** Nothing does. */
    public static final BackendPolicy NONE = new BackendPolicy(BackendProtocol.HTTP1, null, null, null, null, true);

    /** Nothing may be absent but what is said to be. */
    public BackendPolicy {
        requireNonNull(protocol, "protocol");
    }

    /**
     * The same with another protocol.
     *
     * @param newProtocol how endpoints are spoken to
     * @return the changed copy
     */
    public BackendPolicy withProtocol(BackendProtocol newProtocol) {
        return new BackendPolicy(newProtocol, retries, queue, rateLimit, circuit, webSockets);
    }

    /**
     * The same with another rule for retries.
     *
     * @param rule after what requests are sent again
     * @return the changed copy
     */
    public BackendPolicy withRetries(RetryRule rule) {
        return new BackendPolicy(protocol, requireNonNull(rule, "rule"), queue, rateLimit, circuit, webSockets);
    }

    /**
     * The same with a queue.
     *
     * @param rule how requests wait
     * @return the changed copy
     */
    public BackendPolicy withQueue(QueueRule rule) {
        return new BackendPolicy(protocol, retries, requireNonNull(rule, "rule"), rateLimit, circuit, webSockets);
    }

    /**
     * The same with a limited rate.
     *
     * @param limit how many requests there may be
     * @return the changed copy
     */
    public BackendPolicy withRateLimit(RateLimit limit) {
        return new BackendPolicy(protocol, retries, queue, requireNonNull(limit, "limit"), circuit, webSockets);
    }

    /**
     * The same with a circuit breaker.
     *
     * @param rule when nobody is sent there
     * @return the changed copy
     */
    public BackendPolicy withCircuit(CircuitRule rule) {
        return new BackendPolicy(protocol, retries, queue, rateLimit, requireNonNull(rule, "rule"), webSockets);
    }

    /** How many requests may wait, if they may. */
    public OptionalInt queueLimit() {
        return queue == null ? OptionalInt.empty() : OptionalInt.of(queue.most());
    }

    /**
     * The same with or without WebSockets.
     *
     * @param enabled whether clients may open them; otherwise they get 403
     * @return the changed copy
     */
    public BackendPolicy withWebSockets(boolean enabled) {
        return new BackendPolicy(protocol, retries, queue, rateLimit, circuit, enabled);
    }
}
