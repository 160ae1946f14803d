package io.evenkeel.discovery.dns;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which names to follow in DNS, at which servers, and how patiently. Immutable; everything has a working default.
 *
 * @param services what is followed from the first watcher on; more is followed when it is asked for by
 *     {@link io.evenkeel.discovery.Discovery#request}
 * @param servers in the order in which to ask them; none for those of the system
 * @param timeout for one server to answer once; 2 seconds
 * @param attempts how often to go through the servers before a read has failed; 2
 * @param tcp whether to ask over TCP at once, for servers that truncate without saying so; no
 * @param family which addresses count; IPv4, and IPv6 of names that have no other
 * @param minRefresh a name is never read more often, however short its TTL; 1 second
 * @param maxRefresh a name is never read less often, however long its TTL; 30 seconds
 * @param emptyConfirmation how long a name that had endpoints must have been without before that is believed; 5 seconds
 * @param labelPriorities whether endpoints of every SRV priority are reported, each with its rank as the label
 *     {@value #PRIORITY_LABEL}, or only those of the lowest; no
 * @param maxEndpoints how many endpoints of one name are used; 4096
 */
public record DnsConfig(
        List<DnsService> services,
        List<InetSocketAddress> servers,
        Duration timeout,
        int attempts,
        boolean tcp,
        AddressFamily family,
        Duration minRefresh,
        Duration maxRefresh,
        Duration emptyConfirmation,
        boolean labelPriorities,
        int maxEndpoints) {

    /** The label that holds an endpoint's rank by SRV priority, 0 for the first, for {@code PriorityLevels.byLabel}. */
    public static final String PRIORITY_LABEL = "LB_PRIORITY";

    /** Checks everything and copies the lists. */
    public DnsConfig {
        services = List.copyOf(services);
        servers = List.copyOf(servers);
        requireNonNull(family, "family");
        Set<String> names = new HashSet<>();
        for (DnsService service : services) {
            if (!names.add(service.name())) {
                throw new IllegalArgumentException("service: " + service.name() + " (expected: once)");
            }
        }
        positive("timeout", timeout);
        positive("minRefresh", minRefresh);
        positive("emptyConfirmation", emptyConfirmation);
        if (maxRefresh.compareTo(minRefresh) < 0) {
            throw new IllegalArgumentException(
                    "maxRefresh: " + maxRefresh + " (expected: at least minRefresh, " + minRefresh + ")");
        }
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: >= 1)");
        }
        if (maxEndpoints < 1) {
            throw new IllegalArgumentException("maxEndpoints: " + maxEndpoints + " (expected: >= 1)");
        }
    }

    /**
     * Starts a configuration.
     *
     * @return a builder with defaults for everything
     */
    public static Builder builder() {
        return new Builder();
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /** Prepares a {@link DnsConfig}. */
    public static final class Builder {

        private final List<DnsService> services = new ArrayList<>();
        private List<InetSocketAddress> servers = List.of();
        private Duration timeout = Duration.ofSeconds(2);
        private int attempts = 2;
        private boolean tcp;
        private AddressFamily family = AddressFamily.PREFER_IPV4;
        private Duration minRefresh = Duration.ofSeconds(1);
        private Duration maxRefresh = Duration.ofSeconds(30);
        private Duration emptyConfirmation = Duration.ofSeconds(5);
        private boolean labelPriorities;
        private int maxEndpoints = 4096;

        private Builder() {}

        /**
         * A service to follow.
         *
         * @param service its name and the question that finds it
         * @return this
         */
        public Builder service(DnsService service) {
            services.add(service);
            return this;
        }

        /**
         * Services that are found by SRV records, called as the names that are asked for.
         *
         * @param names such as {@code _http._tcp.web.default.svc.cluster.local}
         * @return this
         */
        public Builder srv(String... names) {
            for (String name : names) {
                services.add(DnsService.srv(name, name));
            }
            return this;
        }

        /**
         * A service that is found by a name's addresses, called {@code name:port}.
         *
         * @param name the name to ask for
         * @param port the port of all endpoints
         * @return this
         */
        public Builder addresses(String name, int port) {
            services.add(DnsService.addresses(name + ":" + port, name, port));
            return this;
        }

        /**
         * The servers to ask.
         *
         * @param addresses in this order; defaults to those of the system
         * @return this
         */
        public Builder servers(InetSocketAddress... addresses) {
            servers = List.of(addresses);
            return this;
        }

        /**
         * Patience with one server.
         *
         * @param newTimeout defaults to 2 seconds
         * @return this
         */
        public Builder timeout(Duration newTimeout) {
            timeout = newTimeout;
            return this;
        }

        /**
         * How often to go through the servers.
         *
         * @param times defaults to 2
         * @return this
         */
        public Builder attempts(int times) {
            attempts = times;
            return this;
        }

        /**
         * Whether to ask over TCP at once.
         *
         * @param always defaults to false: UDP, and TCP for what is truncated
         * @return this
         */
        public Builder tcp(boolean always) {
            tcp = always;
            return this;
        }

        /**
         * Which addresses count.
         *
         * @param newFamily defaults to {@link AddressFamily#PREFER_IPV4}
         * @return this
         */
        public Builder family(AddressFamily newFamily) {
            family = newFamily;
            return this;
        }

        /**
         * The floor and the ceiling of what TTLs say.
         *
         * @param floor defaults to 1 second
         * @param ceiling defaults to 30 seconds
         * @return this
         */
        public Builder refresh(Duration floor, Duration ceiling) {
            minRefresh = floor;
            maxRefresh = ceiling;
            return this;
        }

        /**
         * How long a name that had endpoints must have been without before that is believed.
         *
         * @param time between the first empty answer and the last; defaults to 5 seconds
         * @return this
         */
        public Builder emptyConfirmation(Duration time) {
            emptyConfirmation = time;
            return this;
        }

        /**
         * Whether all SRV priorities are reported and labelled, for load balancers that have
         * {@code PriorityLevels.byLabel(DnsConfig.PRIORITY_LABEL)}.
         *
         * @param all defaults to false: only those of the lowest number that has an address
         * @return this
         */
        public Builder labelPriorities(boolean all) {
            labelPriorities = all;
            return this;
        }

        /**
         * How many endpoints of one name are used.
         *
         * @param most defaults to 4096
         * @return this
         */
        public Builder maxEndpoints(int most) {
            maxEndpoints = most;
            return this;
        }

        /**
         * Checks everything.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the value that makes no sense
         */
        public DnsConfig build() {
            return new DnsConfig(
                    services,
                    servers,
                    timeout,
                    attempts,
                    tcp,
                    family,
                    minRefresh,
                    maxRefresh,
                    emptyConfirmation,
                    labelPriorities,
                    maxEndpoints);
        }
    }
}
