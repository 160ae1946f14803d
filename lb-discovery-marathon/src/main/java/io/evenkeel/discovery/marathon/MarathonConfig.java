package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * How to reach a Marathon, and how patient to be with it. Immutable; everything but the hosts has a working default.
 *
 * @param hosts the base URLs of the Marathon nodes, tried in this order
 * @param credentials for basic authentication
 * @param trustedHosts further names, with or without a port, that get the credentials when a node redirects there
 * @param tls what to trust over https; the JVM's own trust store if absent
 * @param connectTimeout for a TCP connection
 * @param responseTimeout until the head of an answer; large clusters take their time
 * @param fetchTimeout for a whole answer
 * @param idleTimeout how long the event stream may be silent; Marathon sends a heartbeat every 10 seconds
 * @param reconcileInterval between reads when nothing happens
 * @param pollInterval between reads while there is no event stream
 * @param maxBackoff the longest pause between attempts while Marathon is away
 * @param maxAnswerBytes the largest answer that is read, after decompression
 */
public record MarathonConfig(
        List<URI> hosts,
        Optional<Credentials> credentials,
        Set<String> trustedHosts,
        Optional<SSLContext> tls,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration fetchTimeout,
        Duration idleTimeout,
        Duration reconcileInterval,
        Duration pollInterval,
        Duration maxBackoff,
        long maxAnswerBytes) {

    /** Checks and normalises: hosts lose a trailing slash, trusted hosts become lower case. */
    public MarathonConfig {
        List<URI> bases = new ArrayList<>();
        for (URI host : hosts) {
            bases.add(base(host));
        }
        if (bases.isEmpty()) {
            throw new IllegalArgumentException("hosts: none (expected: at least one)");
        }
        hosts = List.copyOf(bases);
        requireNonNull(credentials, "credentials");
        requireNonNull(tls, "tls");
        trustedHosts = Set.copyOf(
                trustedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList());
        positive("connectTimeout", connectTimeout);
        positive("responseTimeout", responseTimeout);
        positive("fetchTimeout", fetchTimeout);
        positive("idleTimeout", idleTimeout);
        positive("reconcileInterval", reconcileInterval);
        positive("pollInterval", pollInterval);
        positive("maxBackoff", maxBackoff);
        if (maxAnswerBytes <= 0) {
            throw new IllegalArgumentException("maxAnswerBytes: " + maxAnswerBytes + " (expected: > 0)");
        }
    }

    /**
     * Starts a configuration.
     *
     * @param hosts the base URLs of the Marathon nodes, such as {@code http://10.0.0.1:8080}
     * @return a builder with defaults for the rest
     */
    public static Builder builder(URI... hosts) {
        return new Builder(List.of(hosts));
    }

    private static URI base(URI host) {
        String scheme = host.getScheme();
        boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
        if (!http || host.getHost() == null || host.getRawQuery() != null || host.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "hosts: " + Redacted.uri(host) + " (expected: http or https, a host, no user and no query)");
        }
        String text = host.toString();
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    private static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }

    /** Prepares a {@link MarathonConfig}. */
    public static final class Builder {

        private final List<URI> hosts;
        private Optional<Credentials> credentials = Optional.empty();
        private Set<String> trustedHosts = Set.of();
        private Optional<SSLContext> tls = Optional.empty();
        private Duration connectTimeout = Duration.ofSeconds(3);
        private Duration responseTimeout = Duration.ofSeconds(30);
        private Duration fetchTimeout = Duration.ofSeconds(60);
        private Duration idleTimeout = Duration.ofSeconds(35);
        private Duration reconcileInterval = Duration.ofSeconds(60);
        private Duration pollInterval = Duration.ofSeconds(5);
        private Duration maxBackoff = Duration.ofSeconds(5);
        private long maxAnswerBytes = 256L * 1024 * 1024;

        private Builder(List<URI> hosts) {
            this.hosts = hosts;
        }

        /**
         * Basic authentication.
         *
         * @param user the user
         * @param password the password
         * @return this
         */
        public Builder credentials(String user, String password) {
            credentials = Optional.of(new Credentials(user, password));
            return this;
        }

        /**
         * Hosts beside the configured ones that may be sent the credentials when a node redirects to them.
         *
         * @param hosts each a name or {@code name:port}
         * @return this
         */
        public Builder trustedHosts(Set<String> hosts) {
            trustedHosts = hosts;
            return this;
        }

        /**
         * What to trust (and to present) over https.
         *
         * @param context defaults to the JVM's
         * @return this
         */
        public Builder tls(SSLContext context) {
            tls = Optional.of(context);
            return this;
        }

        /**
         * Patience for a TCP connection.
         *
         * @param timeout defaults to 3 seconds
         * @return this
         */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /**
         * Patience until the head of an answer.
         *
         * @param timeout defaults to 30 seconds
         * @return this
         */
        public Builder responseTimeout(Duration timeout) {
            responseTimeout = timeout;
            return this;
        }

        /**
         * Patience for a whole answer.
         *
         * @param timeout defaults to 60 seconds
         * @return this
         */
        public Builder fetchTimeout(Duration timeout) {
            fetchTimeout = timeout;
            return this;
        }

        /**
         * How long the event stream may be silent before it is reopened.
         *
         * @param timeout defaults to 35 seconds
         * @return this
         */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = timeout;
            return this;
        }

        /**
         * Time between reads when nothing happens.
         *
         * @param interval defaults to 60 seconds
         * @return this
         */
        public Builder reconcileInterval(Duration interval) {
            reconcileInterval = interval;
            return this;
        }

        /**
         * Time between reads while there is no event stream.
         *
         * @param interval defaults to 5 seconds
         * @return this
         */
        public Builder pollInterval(Duration interval) {
            pollInterval = interval;
            return this;
        }

        /**
         * The longest pause between attempts while Marathon is away.
         *
         * @param cap defaults to 5 seconds
         * @return this
         */
        public Builder maxBackoff(Duration cap) {
            maxBackoff = cap;
            return this;
        }

        /**
         * The largest answer that is read.
         *
         * @param bytes after decompression; defaults to 256 MiB
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
        public MarathonConfig build() {
            return new MarathonConfig(
                    hosts,
                    credentials,
                    trustedHosts,
                    tls,
                    connectTimeout,
                    responseTimeout,
                    fetchTimeout,
                    idleTimeout,
                    reconcileInterval,
                    pollInterval,
                    maxBackoff,
                    maxAnswerBytes);
        }
    }
}
