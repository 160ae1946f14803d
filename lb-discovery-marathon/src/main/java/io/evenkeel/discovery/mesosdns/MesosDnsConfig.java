package io.evenkeel.discovery.mesosdns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Redacted;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How to reach Mesos-DNS, and how patient to be with it. Immutable; everything but the hosts has a working default.
 *
 * @param hosts the base URLs of its HTTP API, tried in this order; port 8123 where none is given
 * @param dnsServers its DNS servers, for when HTTP is not there; by default the hosts, at port 53
 * @param domain the zone, {@code mesos}
 * @param framework the framework of names that are Marathon ids, such as {@code /shop/web}, where names must be asked for
 *     one by one; {@code marathon}
 * @param refreshInterval between looks at the serial number; everything is read only when that is new; 5 seconds
 * @param timeout for one HTTP answer, from the connection to its last byte; 10 seconds
 * @param dnsTimeout for one DNS answer; 2 seconds
 * @param emptyConfirmation how long a framework that had tasks must have been without before that is believed, since a new
 *     Mesos master knows frameworks and agents only as they register again; also for how long the applications are held
 *     that vanish together, if they are three at least and more than half of their framework's; 60 seconds
 * @param maxBackoff the longest pause between attempts while nothing answers; 10 seconds
 * @param maxAnswerBytes the largest answer that is read; 64 MiB
 */
public record MesosDnsConfig(
        List<URI> hosts,
        List<InetSocketAddress> dnsServers,
        String domain,
        String framework,
        Duration refreshInterval,
        Duration timeout,
        Duration dnsTimeout,
        Duration emptyConfirmation,
        Duration maxBackoff,
        long maxAnswerBytes) {

    private static final int HTTP_PORT = 8123;

    /** Checks and normalises: hosts get a port and lose a trailing slash, the domain becomes lower case. */
    public MesosDnsConfig {
        List<URI> bases = new ArrayList<>();
        for (URI host : hosts) {
            bases.add(base(host));
        }
        if (bases.isEmpty()) {
            throw new IllegalArgumentException("hosts: none (expected: at least one)");
        }
        hosts = List.copyOf(bases);
        dnsServers = List.copyOf(dnsServers);
        domain = domain.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        framework = framework.toLowerCase(Locale.ROOT);
        if (domain.isEmpty()) {
            throw new IllegalArgumentException("domain: empty (expected: a zone such as mesos)");
        }
        if (framework.isEmpty()) {
            throw new IllegalArgumentException("framework: empty (expected: a name such as marathon)");
        }
        positive("refreshInterval", refreshInterval);
        positive("timeout", timeout);
        positive("dnsTimeout", dnsTimeout);
        positive("emptyConfirmation", emptyConfirmation);
        positive("maxBackoff", maxBackoff);
        if (maxAnswerBytes <= 0) {
            throw new IllegalArgumentException("maxAnswerBytes: " + maxAnswerBytes + " (expected: > 0)");
        }
    }

    /**
     * Starts a configuration.
     *
     * @param hosts the base URLs of the HTTP API, such as {@code http://10.0.0.1:8123}
     * @return a builder with defaults for the rest
     */
    public static Builder builder(URI... hosts) {
        return new Builder(List.of(hosts));
    }

    private static URI base(URI host) {
        boolean http = "http".equalsIgnoreCase(host.getScheme()) || "https".equalsIgnoreCase(host.getScheme());
        String path = host.getRawPath() == null ? "" : host.getRawPath();
        if (!http || host.getHost() == null || host.getRawQuery() != null || host.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "hosts: " + Redacted.uri(host) + " (expected: http or https, a host, no user and no query)");
        }
        int port = host.getPort() < 0 ? HTTP_PORT : host.getPort();
        return URI.create(host.getScheme() + "://" + host.getHost() + ":" + port + path.replaceFirst("/$", ""));
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /** The DNS servers, or the hosts at DNS' port; names stay unresolved. */
    List<InetSocketAddress> effectiveDnsServers() {
        if (!dnsServers.isEmpty()) {
            return dnsServers;
        }
        return hosts.stream()
                .map(host -> InetSocketAddress.createUnresolved(host.getHost().replaceAll("[\\[\\]]", ""), 53))
                .toList();
    }

    /** Prepares a {@link MesosDnsConfig}. */
    public static final class Builder {

        private final List<URI> hosts;
        private List<InetSocketAddress> dnsServers = List.of();
        private String domain = "mesos";
        private String framework = "marathon";
        private Duration refreshInterval = Duration.ofSeconds(5);
        private Duration timeout = Duration.ofSeconds(10);
        private Duration dnsTimeout = Duration.ofSeconds(2);
        private Duration emptyConfirmation = Duration.ofSeconds(60);
        private Duration maxBackoff = Duration.ofSeconds(10);
        private long maxAnswerBytes = 64L * 1024 * 1024;

        private Builder(List<URI> hosts) {
            this.hosts = hosts;
        }

        /**
         * The DNS servers.
         *
         * @param servers defaults to the hosts, at port 53
         * @return this
         */
        public Builder dnsServers(InetSocketAddress... servers) {
            dnsServers = List.of(servers);
            return this;
        }

        /**
         * The zone.
         *
         * @param zone defaults to {@code mesos}
         * @return this
         */
        public Builder domain(String zone) {
            domain = zone;
            return this;
        }

        /**
         * The framework of names that are Marathon ids.
         *
         * @param name defaults to {@code marathon}
         * @return this
         */
        public Builder framework(String name) {
            framework = name;
            return this;
        }

        /**
         * Time between looks.
         *
         * @param interval defaults to 5 seconds
         * @return this
         */
        public Builder refreshInterval(Duration interval) {
            refreshInterval = interval;
            return this;
        }

        /**
         * Patience with one HTTP answer.
         *
         * @param whole defaults to 10 seconds
         * @return this
         */
        public Builder timeout(Duration whole) {
            timeout = whole;
            return this;
        }

        /**
         * Patience with one DNS answer.
         *
         * @param one defaults to 2 seconds
         * @return this
         */
        public Builder dnsTimeout(Duration one) {
            dnsTimeout = one;
            return this;
        }

        /**
         * How long a framework that had tasks must have been without before that is believed, or without more than half
         * of its applications, if these are three at least. One or two that go are believed at once.
         *
         * @param time defaults to 60 seconds
         * @return this
         */
        public Builder emptyConfirmation(Duration time) {
            emptyConfirmation = time;
            return this;
        }

        /**
         * The longest pause while nothing answers.
         *
         * @param cap defaults to 10 seconds
         * @return this
         */
        public Builder maxBackoff(Duration cap) {
            maxBackoff = cap;
            return this;
        }

        /**
         * The largest answer that is read.
         *
         * @param bytes defaults to 64 MiB
         * @return this
         */
        public Builder maxAnswerBytes(long bytes) {
            maxAnswerBytes = bytes;
            return this;
        }

        /**
         * Checks everything.
         *
         * @return the configuration
         * @throws IllegalArgumentException naming the value that makes no sense
         */
        public MesosDnsConfig build() {
            return new MesosDnsConfig(
                    hosts,
                    dnsServers,
                    requireNonNull(domain, "domain"),
                    requireNonNull(framework, "framework"),
                    refreshInterval,
                    timeout,
                    dnsTimeout,
                    emptyConfirmation,
                    maxBackoff,
                    maxAnswerBytes);
        }
    }
}
