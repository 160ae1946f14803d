package io.evenkeel.l7;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Limits of one backend that differ from the engine's. Immutable.
 *
 * @param connectTimeout for a connection to an endpoint
 * @param clientTimeout for silence of a client that owes bytes or takes none
 * @param serverTimeout for silence of an endpoint that owes bytes
 * @param tunnelTimeout for silence of an upgraded connection
 * @param retries how often a request is tried again while nobody takes it
 */
public record BackendLimits(
        Optional<Duration> connectTimeout,
        Optional<Duration> clientTimeout,
        Optional<Duration> serverTimeout,
        Optional<Duration> tunnelTimeout,
        OptionalInt retries) {

    /** None that differ. */
    public static final BackendLimits NONE = new BackendLimits(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());

    /** Checks the ranges. */
    public BackendLimits {
        check("connectTimeout", connectTimeout);
        check("clientTimeout", clientTimeout);
        check("serverTimeout", serverTimeout);
        check("tunnelTimeout", tunnelTimeout);
        if (retries.isPresent() && retries.getAsInt() < 0) {
            throw new IllegalArgumentException("retries: " + retries.getAsInt() + " (expected: >= 0)");
        }
    }

    private static void check(String name, Optional<Duration> value) {
        if (value.isPresent() && (value.get().isZero() || value.get().isNegative())) {
            throw new IllegalArgumentException(name + ": " + value.get() + " (expected: > 0)");
        }
    }

    /**
     * These limits, and where there are none, others.
     *
     * @param others what these come before
     * @return both
     */
    public BackendLimits or(BackendLimits others) {
        return new BackendLimits(
                connectTimeout.or(others::connectTimeout),
                clientTimeout.or(others::clientTimeout),
                serverTimeout.or(others::serverTimeout),
                tunnelTimeout.or(others::tunnelTimeout),
                retries.isPresent() ? retries : others.retries);
    }

    /** The engine's limits where this has none of its own; made when options change, not with each request. */
    HttpConfig over(HttpConfig engine) {
        return this.equals(NONE)
                ? engine
                : new HttpConfig(
                        connectTimeout.orElse(engine.connectTimeout()),
                        engine.headTimeout(),
                        clientTimeout.orElse(engine.clientTimeout()),
                        serverTimeout.orElse(engine.serverTimeout()),
                        engine.keepAliveTimeout(),
                        tunnelTimeout.orElse(engine.tunnelTimeout()),
                        retries.orElse(engine.retries()),
                        engine.retryDelay(),
                        engine.handshakeTimeout(),
                        engine.minBodyRate());
    }
}
