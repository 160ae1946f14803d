package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.Problem;
import io.evenkeel.endpoint.Endpoint;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one name, and when it is to be read again. Used by the control thread only.
 *
 * <p>The rules: a name that cannot be read keeps what it had. One that is read as empty keeps it too until it has been
 * read as empty again, {@code emptyConfirmation} or more after the first time, with no other answer and no failure in
 * between: a server that is back from an outage may not have loaded its zone yet. What it never had it cannot lose, so
 * that a name's first answer counts at once.
 */
final class FollowedName {

    private static final int LONGEST_BACKOFF = 16;

    private final DnsService service;
    private final DnsConfig config;
    private List<Endpoint> endpoints = List.of();
    private List<Problem> problems = List.of();
    private Map<String, List<InetAddress>> addresses = Map.of();
    private boolean known;
    private int failures;
    private @Nullable Long emptySince;

    FollowedName(DnsService service, DnsConfig config) {
        this.service = service;
        this.config = config;
    }

    DnsService service() {
        return service;
    }

    /** Whether it has been read. */
    boolean isKnown() {
        return known;
    }

    boolean isFailing() {
        return failures > 0;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    List<Problem> problems() {
        return problems;
    }

    /** The SRV targets' last known addresses. */
    Map<String, List<InetAddress>> addresses() {
        return addresses;
    }

    /** Takes over what was read; returns when to read again. */
    Duration read(Resolution.Found found, long now) {
        failures = 0;
        if (found.endpoints().isEmpty() && !endpoints.isEmpty()) {
            long since = emptySince == null ? now : emptySince;
            emptySince = since;
            Duration left = config.emptyConfirmation().minusNanos(now - since);
            if (left.compareTo(Duration.ZERO) > 0) {
                return left;
            }
        }
        emptySince = null;
        known = true;
        endpoints = found.endpoints();
        problems = found.problems();
        addresses = found.addresses();
        return bounded(found.ttl().orElse(config.minRefresh()));
    }

    /** Notes that it could not be read; returns when to try again. */
    Duration failed() {
        emptySince = null;
        failures = Math.min(LONGEST_BACKOFF, failures + 1);
        Duration pause = config.minRefresh().multipliedBy(1L << (failures - 1));
        return bounded(pause);
    }

    private Duration bounded(Duration wanted) {
        Duration atLeast = wanted.compareTo(config.minRefresh()) < 0 ? config.minRefresh() : wanted;
        return atLeast.compareTo(config.maxRefresh()) > 0 ? config.maxRefresh() : atLeast;
    }
}
