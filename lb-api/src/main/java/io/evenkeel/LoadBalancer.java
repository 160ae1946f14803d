package io.evenkeel;

import static java.util.Objects.requireNonNull;

import io.evenkeel.call.Call;
import io.evenkeel.call.CallPolicy;
import io.evenkeel.call.Caller;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.vip.VipTable;
import io.evenkeel.vip.VirtualIp;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Load balancing in one object: the name of a service or VIP in, an endpoint out.
 *
 * <pre>{@code
 * try (LoadBalancer lb = LoadBalancer.of(Discovery.of(URI.create("marathon://10.0.0.1:8080")))) {
 *     try (Lease lease = lb.acquire("/shop/web")) {
 *         call(lease.address());
 *         lease.complete(Outcome.SUCCESS);
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe. {@link #acquire} costs one hash look-up and one pick and never blocks; everything that changes is
 * applied by one control thread, in the order in which the source reported it. The load balancer owns its discovery.
 */
public final class LoadBalancer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);

    private final Discovery discovery;
    private final ClusterSet clusters;
    private final ClusterRuntime runtime;
    private final ScheduledExecutorService control;
    private final boolean ownsControl;
    private final CatalogPublisher applied = new CatalogPublisher();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final AtomicReference<@Nullable Catalog> pending = new AtomicReference<>();
    private final Subscription subscription;
    private volatile @Nullable DiscoveryException failure;

    private LoadBalancer(Builder builder) {
        this.discovery = builder.discovery;
        this.ownsControl = builder.control == null;
        this.control = builder.control == null ? newControl() : builder.control;
        this.runtime = new ClusterRuntime(builder.ticker, builder.random, control);
        this.clusters = new ClusterSet(builder.configs, runtime);
        this.subscription = discovery.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog newest) {
                failure = null;
                offer(newest);
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                failure = problem;
                control.execute(() -> pass(problem));
            }
        });
    }

    /**
     * A load balancer with defaults over a source.
     *
     * @param discovery the source; closed with the load balancer
     * @return the load balancer, already following the source
     */
    public static LoadBalancer of(Discovery discovery) {
        return builder(discovery).build();
    }

    /**
     * Prepares a load balancer over a source.
     *
     * @param discovery the source; closed with the load balancer
     * @return a builder with working defaults
     */
    public static Builder builder(Discovery discovery) {
        return new Builder(discovery);
    }

    /**
     * Chooses an endpoint and begins a use of it.
     *
     * @param name a service's name, {@code application:portName}, or a VIP as clients would connect to it
     * @return the lease, to be completed or closed
     * @throws NoEndpointException if no endpoint takes work; the message says why
     */
    public Lease acquire(String name) {
        return cluster(name).acquire();
    }

    /**
     * Chooses an endpoint and begins a use of it.
     *
     * @param name a service's name, {@code application:portName}, or a VIP as clients would connect to it
     * @param context what is known of the use
     * @return the lease, to be completed or closed
     * @throws NoEndpointException if no endpoint takes work; the message says why
     */
    public Lease acquire(String name, PickContext context) {
        return cluster(name).acquire(context);
    }

    /**
     * Chooses an endpoint and begins a use of it, as soon as there is one. See {@link Cluster#acquireAsync}.
     *
     * @param name a service's name, {@code application:portName}, or a VIP as clients would connect to it
     * @param context what is known of the use; not to be changed before the future is complete
     * @param maxWait how long to wait, 0 or more
     * @return the lease, to be completed or closed
     */
    public CompletableFuture<Lease> acquireAsync(String name, PickContext context, Duration maxWait) {
        return cluster(name).acquireAsync(context, maxWait);
    }

    /**
     * Calls a service, again elsewhere if nothing was sent, and blocks until that has succeeded or will not.
     *
     * @param <T> what comes of it
     * @param name a service's name, {@code application:portName}, or a VIP as clients would connect to it
     * @param call what to do; called once for each attempt
     * @return what came of the last attempt
     * @throws NoEndpointException if no endpoint takes work
     * @throws Exception what the last attempt threw, with what those before threw as suppressed
     */
    public <T> T execute(String name, Call<T> call) throws Exception {
        return caller(name, CallPolicy.defaults()).execute(call);
    }

    /**
     * What calls a service by a policy.
     *
     * @param name a service's name, {@code application:portName}, or a VIP as clients would connect to it
     * @param policy what to do when a call fails or takes long
     * @return a caller, which holds the service's cluster
     */
    public Caller caller(String name, CallPolicy policy) {
        return new Caller(cluster(name), runtime, policy);
    }

    /**
     * The live view of a service or VIP, whether or not the source knows it yet.
     *
     * @param name a service's name, {@code application:portName}, or a VIP as clients would connect to it
     * @return always the same cluster for the same name, as long as somebody holds it or the source knows it
     */
    public Cluster cluster(String name) {
        Cluster known = clusters.get(name);
        return known != null ? known : open(name);
    }

    private Cluster open(String name) {
        discovery.request(name);
        return clusters.open(name);
    }

    /**
     * The live view of a virtual IP.
     *
     * @param vip the VIP
     * @return the cluster of everyone who claims it
     */
    public Cluster cluster(VirtualIp vip) {
        return cluster(vip.toString());
    }

    /**
     * Everything the source knows, as last applied.
     *
     * @return the newest catalog; empty before the first
     */
    public Catalog catalog() {
        return clusters.catalog();
    }

    /**
     * The virtual IPs of the newest catalog.
     *
     * @return the table; empty before the first catalog
     */
    public VipTable vips() {
        return clusters.vips();
    }

    /**
     * Follows what is applied: called on the control thread after clusters and VIPs show the new state.
     *
     * @param listener who wants to know; the newest catalog, if there is one, is delivered before this returns
     * @return ends the interest when closed
     */
    public Subscription watch(CatalogListener listener) {
        return applied.subscribe(listener);
    }

    /**
     * Follows which services somebody asks for.
     *
     * @param watcher is shown every cluster there is, before this returns, and later every one that is asked for first, by
     *     the thread that asks; may be shown one twice, and must not block
     * @return ends the interest when closed
     */
    public Subscription watchClusters(Consumer<Cluster> watcher) {
        return clusters.watch(requireNonNull(watcher, "watcher"));
    }

    /**
     * The moment when the source's first answer has been applied.
     *
     * @return completes once, on the control thread; with a {@link DiscoveryException} if the load balancer is closed
     *     before
     */
    public CompletionStage<Void> whenReady() {
        return ready.copy();
    }

    /**
     * What the source failed with last, if it has not been read since.
     *
     * @return the failure, or null if all is well
     */
    public @Nullable DiscoveryException failure() {
        return failure;
    }

    /**
     * Has the source read everything anew. See {@link Discovery#readAgain}.
     *
     * @return false if the source has nothing to read again
     */
    public boolean readAgain() {
        return discovery.readAgain();
    }

    /* Updates that arrive faster than they are applied replace each other: only the newest whole state matters. */
    private void offer(Catalog newest) {
        if (pending.getAndSet(newest) == null) {
            try {
                control.execute(this::applyPending);
            } catch (RejectedExecutionException e) {
                pending.set(null); // else nobody would ever try again
                throw e;
            }
        }
    }

    /* Like catalogs, failures that are over before their turn comes are not passed on. */
    private void pass(DiscoveryException problem) {
        if (failure == problem) {
            applied.fail(problem);
        }
    }

    private void applyPending() {
        Catalog newest = pending.getAndSet(null);
        if (newest == null) {
            return;
        }
        try {
            clusters.apply(newest, clusters.vips().after(clusters.catalog(), newest));
            applied.publish(newest);
            ready.complete(null);
        } catch (RuntimeException | Error e) {
            LOG.error("A new catalog could not be applied; what was known before stands", e);
        }
    }

    /** Stops following the source and closes it. Clusters keep their last state. Closing again has no effect. */
    @Override
    public void close() {
        subscription.close();
        applied.close();
        ready.completeExceptionally(new DiscoveryException("closed before the source's first answer"));
        try {
            discovery.close();
        } finally {
            clusters.close();
            if (ownsControl) {
                control.shutdown();
            }
        }
    }

    private static ScheduledExecutorService newControl() {
        ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(1, LoadBalancer::controlThread);
        control.setRemoveOnCancelPolicy(true); // what is left when this is closed is the timers of calls under way
        return control;
    }

    private static Thread controlThread(Runnable work) {
        Thread thread = new Thread(work, "evenkeel-control");
        thread.setDaemon(true);
        return thread;
    }

    /** Prepares a {@link LoadBalancer}; everything has a working default. */
    public static final class Builder {

        private final Discovery discovery;
        private Function<Service, ClusterConfig> configs = service -> ClusterConfig.defaults();
        private Ticker ticker = Ticker.system();
        private RandomGenerator random = PerThreadRandom.INSTANCE;
        private @Nullable ScheduledExecutorService control;

        private Builder(Discovery discovery) {
            this.discovery = requireNonNull(discovery, "discovery");
        }

        /**
         * One configuration for all services.
         *
         * @param config how to balance
         * @return this
         */
        public Builder config(ClusterConfig config) {
            requireNonNull(config, "config");
            return configs(service -> config);
        }

        /**
         * A configuration for each service, decided whenever the service is reported anew or asked for first: a snapshot that
         * is the same object as the one before is not news. Called on the control thread, or by whoever asks first.
         *
         * @param newConfigs from service to configuration
         * @return this
         */
        public Builder configs(Function<Service, ClusterConfig> newConfigs) {
            configs = requireNonNull(newConfigs, "configs");
            return this;
        }

        /**
         * The clock.
         *
         * @param newTicker defaults to the system's
         * @return this
         */
        public Builder ticker(Ticker newTicker) {
            ticker = requireNonNull(newTicker, "ticker");
            return this;
        }

        /**
         * The randomness that strategies draw from, by any thread.
         *
         * @param newRandom defaults to one generator per thread
         * @return this
         */
        public Builder random(RandomGenerator newRandom) {
            random = requireNonNull(newRandom, "random");
            return this;
        }

        /**
         * What runs the control work, one task after the other and in order.
         *
         * @param newControl defaults to a daemon thread of the load balancer's own; not closed by it
         * @return this
         */
        public Builder control(ScheduledExecutorService newControl) {
            control = requireNonNull(newControl, "control");
            return this;
        }

        /**
         * Starts following the source.
         *
         * @return the load balancer
         */
        public LoadBalancer build() {
            return new LoadBalancer(this);
        }
    }
}
