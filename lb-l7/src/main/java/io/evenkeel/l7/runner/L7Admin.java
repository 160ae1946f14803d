package io.evenkeel.l7.runner;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The admin port of a {@link MarathonLbProxy}: everything that marathon-lb serves on its own, at the same paths, and more.
 *
 * <p>Everybody may read, unless reading is guarded. What changes something is for requests from this machine, or with a
 * token.
 */
public final class L7Admin implements AutoCloseable {

    private final AdminServer server;
    private final Runnable stopTicking;
    private final Metrics metrics;
    private final EventWatch watch;

    private L7Admin(AdminServer server, Runnable stopTicking, Metrics metrics, EventWatch watch) {
        this.server = server;
        this.stopTicking = stopTicking;
        this.metrics = metrics;
        this.watch = watch;
    }

    /**
     * Opens the admin port as {@link Builder#open} does, with nothing else set.
     *
     * @param proxy whose numbers it shows
     * @param transport what it runs on
     * @param address where to listen
     * @return the admin port; to be closed before the transport
     */
    public static L7Admin open(MarathonLbProxy proxy, Transport transport, InetSocketAddress address) {
        return builder(proxy, transport).open(address);
    }

    /**
     * Prepares an admin port.
     *
     * @param proxy whose numbers it shows
     * @param transport what it runs on
     * @return a builder without a token
     */
    public static Builder builder(MarathonLbProxy proxy, Transport transport) {
        return new Builder(proxy, transport);
    }

    /**
     * Where it listens.
     *
     * @return the address with its real port, or null while it cannot be opened
     */
    public @Nullable InetSocketAddress address() {
        return server.address();
    }

    /** Stops listening and counting. Idempotent. */
    @Override
    public void close() {
        stopTicking.run();
        server.close();
        metrics.close();
        watch.close();
    }

    /** Prepares an {@link L7Admin}. */
    public static final class Builder {

        private final MarathonLbProxy proxy;
        private final Transport transport;
        private Map<String, String> settings = Map.of();
        private Optional<AdminToken> token = Optional.empty();
        private Runnable reloadCertificates = () -> {};
        private boolean legacyLabels;
        private boolean guardReading;
        private Supplier<Optional<Duration>> sourceAge = Optional::empty;
        private @Nullable ScheduledExecutorService clock;
        private Ticker ticker = Ticker.system();
        private Freshness freshness = new Freshness(Optional::empty, Optional.empty());
        private Supplier<Optional<String>> warmUp = Optional::empty;

        private Builder(MarathonLbProxy proxy, Transport transport) {
            this.proxy = requireNonNull(proxy, "proxy");
            this.transport = requireNonNull(transport, "transport");
        }

        /**
         * What the effective configuration begins with.
         *
         * @param newSettings values by name, in the order in which they are shown; none may be a secret
         * @return this
         */
        public Builder settings(Map<String, String> newSettings) {
            settings = new LinkedHashMap<>(newSettings);
            return this;
        }

        /**
         * What allows changes from other machines.
         *
         * @param newToken the token; without one, as it is otherwise, they are refused
         * @return this
         */
        public Builder token(Optional<AdminToken> newToken) {
            token = requireNonNull(newToken, "token");
            return this;
        }

        /**
         * What {@code /_mlb_signal/usr1} does.
         *
         * @param reload reads the certificates again; throws if they cannot be read. Nothing is done otherwise
         * @return this
         */
        public Builder reloadCertificates(Runnable reload) {
            reloadCertificates = requireNonNull(reload, "reload");
            return this;
        }

        /**
         * Who may read.
         *
         * @param guarded whether only this machine may, by the name localhost or a literal address, and those with the token;
         *     health checks are answered to everybody
         * @return this
         */
        public Builder guardReading(boolean guarded) {
            guardReading = guarded;
            return this;
        }

        /**
         * By which labels metrics with HAProxy's names tell proxies.
         *
         * @param legacy whether by {@code frontend} and {@code backend}, as HAProxy's stand-alone exporter did, rather than
         *     by {@code proxy}, as HAProxy itself does
         * @return this
         */
        public Builder legacyLabels(boolean legacy) {
            legacyLabels = legacy;
            return this;
        }

        /**
         * How to learn the age of what is known of the services.
         *
         * @param age the time since the source's last good answer; empty before the first, or if nobody can tell
         * @return this
         */
        public Builder sourceAge(Supplier<Optional<Duration>> age) {
            sourceAge = requireNonNull(age, "age");
            return this;
        }

        /** What {@code /readyz} asks of what is known of the services; any age will do otherwise. Nothing else depends on it. */
        Builder freshness(Freshness newFreshness) {
            freshness = requireNonNull(newFreshness, "newFreshness");
            return this;
        }

        /** Why {@code /readyz} is to wait for something that nothing else waits for, as long as there is a reason. */
        Builder warmUp(Supplier<Optional<String>> reason) {
            warmUp = requireNonNull(reason, "reason");
            return this;
        }

        /** An admin port whose time passes on a clock of the caller's. */
        Builder clock(ScheduledExecutorService newClock, Ticker newTicker) {
            clock = newClock;
            ticker = newTicker;
            return this;
        }

        /**
         * Opens the admin port. An address that cannot be had is reported in the log and tried again.
         *
         * @param address where to listen
         * @return the admin port; to be closed before the transport
         */
        public L7Admin open(InetSocketAddress address) {
            ScheduledExecutorService given = clock;
            ScheduledExecutorService seconds = given == null ? Ticking.newClock() : given;
            Overrides overrides = new Overrides(seconds);
            ServerStatus statuses = new ServerStatus(overrides);
            StatsTable table = new StatsTable(proxy, statuses, ticker);
            EventLog events = new EventLog(InstantSource.system());
            EventWatch watch = new EventWatch(proxy, events);
            StatsPage page = new StatsPage(proxy, table);
            AdminAccess access = new AdminAccess(token);
            ConfigText config = new ConfigText(proxy, settings);
            Metrics metrics = new Metrics(proxy, transport, table, watch, legacyLabels, sourceAge);
            AdminServer.Builder server = AdminServer.builder().route("/metrics", metrics::page);
            if (guardReading) {
                server.before(Set.of("/_haproxy_health_check", "/healthz", "/readyz"), access::guardReading);
            }
            new ApiPaths(proxy, statuses, events, settings, freshness, warmUp).addTo(server);
            new ServerPaths(proxy, overrides, events).addTo(server, access);
            new MarathonLbPaths(proxy, table, page, config, access, reloadCertificates).addTo(server);
            Ticking ticking = new Ticking(seconds, table::tick, overrides::sweep, watch::tick);
            return new L7Admin(
                    server.open(transport, address),
                    given == null ? seconds::shutdownNow : ticking::close,
                    metrics,
                    watch);
        }
    }
}
