package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A health check as a service's owner declared it at the source. Proxies read their mode and their own checks from it.
 *
 * @param protocol the source's word: {@code HTTP}, {@code TCP}, {@code MESOS_HTTP}, {@code COMMAND} …
 * @param path the HTTP path, empty if none is declared
 * @param portIndex which of the application's ports is checked, -1 if the check does not say
 * @param port a fixed port that overrides the index, 0 if none
 * @param interval time between checks
 * @param timeout how long one check may take
 * @param maxConsecutiveFailures failures in a row after which the source gives the endpoint up
 */
public record DeclaredCheck(
        String protocol,
        String path,
        int portIndex,
        int port,
        Duration interval,
        Duration timeout,
        int maxConsecutiveFailures) {

    /** Checks for nulls. */
    public DeclaredCheck {
        requireNonNull(protocol, "protocol");
        requireNonNull(path, "path");
        requireNonNull(interval, "interval");
        requireNonNull(timeout, "timeout");
    }
}
