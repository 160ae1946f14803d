package io.evenkeel.l7;

import java.time.Duration;

/**
 * Limits of the HTTP engine. Immutable; start from {@link #defaults()}.
 *
 * @param connectTimeout for a connection to an endpoint
 * @param headTimeout for a whole request head, from its first byte
 * @param clientTimeout for silence of a client that owes bytes or takes none; by HTTP/2 it takes none if it has not taken a
 *     kilobyte
 * @param serverTimeout for silence of an endpoint that owes bytes, and for a whole response head from its first byte
 * @param keepAliveTimeout for an idle connection between requests, on either side
 * @param tunnelTimeout for silence of an upgraded connection; where one side has ended, the other has its own timeout if that
 *     is shorter
 * @param retries how often a request is tried again while nobody takes it; one that was sent is sent once more at most
 * @param retryDelay before the only endpoint there is is tried again
 * @param handshakeTimeout for a whole TLS handshake, from the beginning of the connection
 * @param minBodyRate the fewest bytes of a request's body that a client may send in a second on average, 0 for any number
 */
public record HttpConfig(
        Duration connectTimeout,
        Duration headTimeout,
        Duration clientTimeout,
        Duration serverTimeout,
        Duration keepAliveTimeout,
        Duration tunnelTimeout,
        int retries,
        Duration retryDelay,
        Duration handshakeTimeout,
        int minBodyRate) {

    /** Patience that something else limits. */
    static final Duration LONGEST = Duration.ofDays(7);

    private static final HttpConfig DEFAULTS = new HttpConfig(
            Duration.ofSeconds(3),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofHours(1),
            3,
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            0);

    /** Checks the ranges. */
    public HttpConfig {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("headTimeout", headTimeout);
        requirePositive("clientTimeout", clientTimeout);
        requirePositive("serverTimeout", serverTimeout);
        requirePositive("keepAliveTimeout", keepAliveTimeout);
        requirePositive("tunnelTimeout", tunnelTimeout);
        requirePositive("retryDelay", retryDelay);
        requirePositive("handshakeTimeout", handshakeTimeout);
        if (retries < 0) {
            throw new IllegalArgumentException("retries: " + retries + " (expected: >= 0)");
        }
        if (minBodyRate < 0) {
            throw new IllegalArgumentException("minBodyRate: " + minBodyRate + " (expected: >= 0)");
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /**
     * The limits that marathon-lb set in its template, but for idle connections, which it closed after one second.
     *
     * @return the defaults
     */
    public static HttpConfig defaults() {
        return DEFAULTS;
    }

    /**
     * These limits with another patience for silent endpoints.
     *
     * @param timeout for silence of an endpoint that owes bytes
     * @return the changed copy
     */
    public HttpConfig withServerTimeout(Duration timeout) {
        return new HttpConfig(
                connectTimeout,
                headTimeout,
                clientTimeout,
                timeout,
                keepAliveTimeout,
                tunnelTimeout,
                retries,
                retryDelay,
                handshakeTimeout,
                minBodyRate);
    }

    /**
     * These limits with another patience for incomplete request heads.
     *
     * @param timeout for a whole head
     * @return the changed copy
     */
    public HttpConfig withHeadTimeout(Duration timeout) {
        return new HttpConfig(
                connectTimeout,
                timeout,
                clientTimeout,
                serverTimeout,
                keepAliveTimeout,
                tunnelTimeout,
                retries,
                retryDelay,
                handshakeTimeout,
                minBodyRate);
    }

    /**
     * These limits with another patience for silent clients.
     *
     * @param timeout for silence of a client that owes bytes or takes none
     * @return the changed copy
     */
    public HttpConfig withClientTimeout(Duration timeout) {
        return new HttpConfig(
                connectTimeout,
                headTimeout,
                timeout,
                serverTimeout,
                keepAliveTimeout,
                tunnelTimeout,
                retries,
                retryDelay,
                handshakeTimeout,
                minBodyRate);
    }

    /**
     * These limits with another patience for idle connections.
     *
     * @param timeout for an idle connection between requests, on either side
     * @return the changed copy
     */
    public HttpConfig withKeepAliveTimeout(Duration timeout) {
        return new HttpConfig(
                connectTimeout,
                headTimeout,
                clientTimeout,
                serverTimeout,
                timeout,
                tunnelTimeout,
                retries,
                retryDelay,
                handshakeTimeout,
                minBodyRate);
    }

    /**
     * These limits with another way of trying again.
     *
     * @param count how often
     * @param delay before the only endpoint there is is tried again
     * @return the changed copy
     */
    public HttpConfig withRetries(int count, Duration delay) {
        return new HttpConfig(
                connectTimeout,
                headTimeout,
                clientTimeout,
                serverTimeout,
                keepAliveTimeout,
                tunnelTimeout,
                count,
                delay,
                handshakeTimeout,
                minBodyRate);
    }

    /**
     * These limits with another patience for TLS handshakes.
     *
     * @param timeout for a whole one
     * @return the changed copy
     */
    public HttpConfig withHandshakeTimeout(Duration timeout) {
        return new HttpConfig(
                connectTimeout,
                headTimeout,
                clientTimeout,
                serverTimeout,
                keepAliveTimeout,
                tunnelTimeout,
                retries,
                retryDelay,
                timeout,
                minBodyRate);
    }

    /**
     * These limits with another patience for clients that send a request's body slowly: what counts is the average since it
     * began to come, after five seconds, as long as the endpoint takes it and has not answered.
     *
     * @param bytesPerSecond the fewest, 0 for any number
     * @return the changed copy
     */
    public HttpConfig withMinBodyRate(int bytesPerSecond) {
        return new HttpConfig(
                connectTimeout,
                headTimeout,
                clientTimeout,
                serverTimeout,
                keepAliveTimeout,
                tunnelTimeout,
                retries,
                retryDelay,
                handshakeTimeout,
                bytesPerSecond);
    }
}
