package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * How to reach a Marathon, and how patient to be with it. Immutable; everything but the hosts has a working default.
 *
 * @param hosts the base URLs of the Marathon nodes, tried in this order
 * @param credentials how to say who asks
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
 * @param namespace what VIP names of this source's services end with; the name of the framework if absent, which Marathon
 *     is asked for
 * @param group the group of applications and pods that this source is about, such as {@code /shop}; {@code /} for all
 * @param labelSelector what the labels of applications and pods must be like, in Marathon's notation, such as
 *     {@code HAPROXY_GROUP==external}; absent for any
 * @param incrementalAbove of more applications and pods than this, one is read by itself when an event says that it has
 *     changed
 * @param preferIpv6 which of several addresses to take
 * @param emptyPatience how long Marathon must go on saying that it has no application at all before that is believed
 * @param snapshotFile where to keep the last good state for a start while Marathon is away; absent for nowhere
 * @param snapshotMaxAge how old a state may be that a start begins with
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
        long maxAnswerBytes,
        Optional<String> namespace,
        String group,
        Optional<String> labelSelector,
        int incrementalAbove,
        boolean preferIpv6,
        Duration emptyPatience,
        Optional<Path> snapshotFile,
        Duration snapshotMaxAge) {

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]+");

    /** Checks and normalises: hosts and the group lose a trailing slash, trusted hosts become lower case. */
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
        if (namespace.isPresent() && !NAMESPACE.matcher(namespace.get()).matches()) {
            throw new IllegalArgumentException(
                    "namespace: " + namespace.get() + " (expected: letters, digits, dots, hyphens and underscores)");
        }
        group = group.length() > 1 && group.endsWith("/") ? group.substring(0, group.length() - 1) : group;
        if (!group.startsWith("/") || group.contains("//")) {
            throw new IllegalArgumentException("group: " + group + " (expected: a path such as /shop)");
        }
        labelSelector.ifPresent(LabelSelector::parse);
        if (incrementalAbove < 0) {
            throw new IllegalArgumentException("incrementalAbove: " + incrementalAbove + " (expected: >= 0)");
        }
        if (emptyPatience.isNegative()) {
            throw new IllegalArgumentException("emptyPatience: " + emptyPatience + " (expected: >= 0)");
        }
        requireNonNull(snapshotFile, "snapshotFile");
        positive("snapshotMaxAge", snapshotMaxAge);
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
        if (host.getPort() == 0 || host.getPort() > 65_535) {
            throw new IllegalArgumentException("hosts: " + Redacted.uri(host) + " (expected: a port of 1 to 65535)");
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
        private Duration maxBackoff = Duration.ofSeconds(1);
        private long maxAnswerBytes = 256L * 1024 * 1024;
        private Optional<String> namespace = Optional.empty();
        private String group = "/";
        private Optional<String> labelSelector = Optional.empty();
        private int incrementalAbove = 100;
        private boolean preferIpv6;
        private Duration emptyPatience = Duration.ofSeconds(90);
        private Optional<Path> snapshotFile = Optional.empty();
        private Duration snapshotMaxAge = Duration.ofDays(1);

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
            return credentials(Credentials.basic(user, password));
        }

        /**
         * How to say who asks.
         *
         * @param who see the factories of {@link Credentials}
         * @return this
         */
        public Builder credentials(Credentials who) {
            credentials = Optional.of(who);
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
         * @param context defaults to the JVM's; see {@link TlsFiles} for one from PEM files
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
         * Shortens the time between reads when nothing happens, with an event stream and without, if it is longer than this.
         *
         * @param most how long it may be
         * @return this
         */
        public Builder reconcileWithin(Duration most) {
            reconcileInterval = reconcileInterval.compareTo(most) > 0 ? most : reconcileInterval;
            pollInterval = pollInterval.compareTo(most) > 0 ? most : pollInterval;
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
         * @param cap defaults to 1 second
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
         * What the names of virtual IPs of this source's services end with, instead of the framework's name. Sources of
         * one {@link io.evenkeel.discovery.Discovery#union union} with different namespaces are kept apart by it.
         *
         * @param name letters, digits, dots, hyphens and underscores
         * @return this
         */
        public Builder namespace(String name) {
            namespace = Optional.of(name);
            return this;
        }

        /**
         * Only what is in a group; Marathon leaves the rest out of its answers.
         *
         * @param path such as {@code /shop}; defaults to {@code /}, which is all
         * @return this
         */
        public Builder group(String path) {
            group = path;
            return this;
        }

        /**
         * Only applications and pods with such labels; Marathon leaves the other applications out of its answers.
         *
         * @param selector in Marathon's notation: {@code key}, {@code key==value}, {@code key!=value},
         *     {@code key in (a, b)}, {@code key notin (a, b)}, joined by commas that mean <em>and</em>
         * @return this
         */
        public Builder labelSelector(String selector) {
            labelSelector = Optional.of(selector);
            return this;
        }

        /**
         * From which size of a cluster on an application is read by itself when an event says that it has changed; the
         * list of all follows within seconds. In a smaller one the list is as cheap and is read at once.
         *
         * @param applications and pods; defaults to 100; 0 for always, {@link Integer#MAX_VALUE} for never
         * @return this
         */
        public Builder incrementalAbove(int applications) {
            incrementalAbove = applications;
            return this;
        }

        /**
         * Which address of a task or an agent is taken where it has both kinds.
         *
         * @param yes defaults to false
         * @return this
         */
        public Builder preferIpv6(boolean yes) {
            preferIpv6 = yes;
            return this;
        }

        /**
         * How long Marathon must go on saying that it has no application at all before that is believed, unless events have
         * told of each one's end.
         *
         * @param patience 0 or more; defaults to 90 seconds
         * @return this
         */
        public Builder emptyPatience(Duration patience) {
            emptyPatience = patience;
            return this;
        }

        /**
         * Keeps the last good state in a file, and begins with it if Marathon cannot be read at the start.
         *
         * @param file in a directory that exists; replaced as a whole, at most once in five seconds
         * @return this
         */
        public Builder snapshotFile(Path file) {
            snapshotFile = Optional.of(file);
            return this;
        }

        /**
         * How old a state may be that a start begins with. Addresses of long ago may belong to somebody else by now.
         *
         * @param age defaults to one day
         * @return this
         */
        public Builder snapshotMaxAge(Duration age) {
            snapshotMaxAge = age;
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
                    maxAnswerBytes,
                    namespace,
                    group,
                    labelSelector,
                    incrementalAbove,
                    preferIpv6,
                    emptyPatience,
                    snapshotFile,
                    snapshotMaxAge);
        }
    }
}
