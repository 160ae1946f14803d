package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a {@link TcpRelay} connects and when it gives up. Immutable; start from {@link #defaults()}.
 *
 * @param connectTimeout how long one attempt to connect may take
 * @param retries how many more endpoints are tried when the first cannot be reached, 0 for none
 * @param retryDelay the wait before an endpoint is tried again when there is no other; another one is tried at once
 * @param idleTimeout how long both directions may be silent before the connection is cut; noticed up to a quarter late
 */
public record TcpRelayConfig(Duration connectTimeout, int retries, Duration retryDelay, Duration idleTimeout) {

    private static final TcpRelayConfig DEFAULTS =
            new TcpRelayConfig(Duration.ofSeconds(3), 3, Duration.ofSeconds(1), Duration.ofHours(1));

    /** Checks ranges. */
    public TcpRelayConfig {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("idleTimeout", idleTimeout);
        requireNonNull(retryDelay, "retryDelay");
        if (retryDelay.isNegative()) {
            throw new IllegalArgumentException("retryDelay: " + retryDelay + " (expected: >= 0)");
        }
        if (retries < 0) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: >= 0)");
        }
    }

    /**
     * What a listener gets of which nothing else is said: 3 s to connect, 3 retries 1 s apart, 1 h idle.
     *
     * @return the defaults
     */
    public static TcpRelayConfig defaults() {
        return DEFAULTS;
    }

    /**
     * This configuration with another connect timeout.
     *
     * @param newConnectTimeout how long one attempt may take
     * @return the changed copy
     */
    public TcpRelayConfig withConnectTimeout(Duration newConnectTimeout) {
        return new TcpRelayConfig(newConnectTimeout, retries, retryDelay, idleTimeout);
    }

    /**
     * This configuration with other retries.
     *
     * @param newRetries how many
     * @param newRetryDelay the wait before the same endpoint is tried again
     * @return the changed copy
     */
    public TcpRelayConfig withRetries(int newRetries, Duration newRetryDelay) {
        return new TcpRelayConfig(connectTimeout, newRetries, newRetryDelay, idleTimeout);
    }

    /**
     * This configuration with another idle timeout.
     *
     * @param newIdleTimeout how long both directions may be silent
     * @return the changed copy
     */
    public TcpRelayConfig withIdleTimeout(Duration newIdleTimeout) {
        return new TcpRelayConfig(connectTimeout, retries, retryDelay, newIdleTimeout);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
