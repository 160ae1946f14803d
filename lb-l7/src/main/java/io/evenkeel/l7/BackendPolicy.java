package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What stands between requests and a backend that marathon-lb has no word for. Immutable.
 *
 * @param protocol how endpoints are spoken to
 * @param retries after what requests are sent again; null for what is usual
 */
public record BackendPolicy(
        BackendProtocol protocol, @Nullable RetryRule retries) {

    /** Nothing does. */
    public static final BackendPolicy NONE = new BackendPolicy(BackendProtocol.HTTP1, null);

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
        return new BackendPolicy(newProtocol, retries);
    }

    /**
     * The same with another rule for retries.
     *
     * @param rule after what requests are sent again
     * @return the changed copy
     */
    public BackendPolicy withRetries(RetryRule rule) {
        return new BackendPolicy(protocol, requireNonNull(rule, "rule"));
    }
}
