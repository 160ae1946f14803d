package io.evenkeel.benchmarks.peers;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterRuntime;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Our own cluster by the path without allocation. A use counts as begun and ended whatever the strategy, but for {@link Bare}. */
abstract class Evenkeel<U> extends Contender<U> {

    final Cluster cluster;
    private final ScheduledThreadPoolExecutor control = new ScheduledThreadPoolExecutor(0);
    private final ClusterConfig config;
    private final Snapshot one;
    private final Snapshot other;

    private Evenkeel(Strategy strategy, boolean weighted, int count) {
        IntFunction<Endpoint> make = i -> Endpoint.of(Hosts.address(i)).withWeight(weighted ? Hosts.weight(i) : 1);
        List<Endpoint> endpoints = Hosts.list(count, make);
        Service service = Service.named("web");
        one = new Snapshot(service, endpoints);
        other = new Snapshot(service, Hosts.replaced(endpoints, make));
        config = ClusterConfig.defaults().withStrategy(strategy);
        // Tables of hashing strategies are built at once, though elsewhere they would not hold the report up: what a
        // replacement costs is all that follows from it.
        ClusterRuntime runtime = new ClusterRuntime(
                Ticker.system(), () -> ThreadLocalRandom.current().nextLong(), control, Runnable::run);
        cluster = new Cluster("web", runtime);
        cluster.update(one, config);
    }

    @Override
    void replace(boolean toOther) {
        cluster.update(toOther ? other : one, config);
    }

    @Override
    public final void close() {
        cluster.close();
        control.shutdownNow();
    }

    static int indexOf(EndpointStats use) {
        return Hosts.index(use.endpoint().address().getHostString());
    }

    /** A strategy that counts, if it looks at uses at all. */
    static final class Counted extends Evenkeel<EndpointStats> {

        Counted(Strategy strategy, boolean weighted, int count) {
            super(strategy, weighted, count);
        }

        @Override
        EndpointStats pick(long key) {
            return Objects.requireNonNull(cluster.pick(PickContext.none()));
        }

        @Override
        void report(EndpointStats use) {
            use.complete(Outcome.SUCCESS);
        }

        @Override
        int index(EndpointStats use) {
            return indexOf(use);
        }
    }

    /** The picker alone, as the rotations of other libraries are: nobody counts the use. */
    static final class Bare extends Evenkeel<EndpointStats> {

        private final Strategy strategy;
        private volatile Picker picker;

        Bare(Strategy strategy, int count) {
            super(strategy, false, count);
            this.strategy = strategy;
            this.picker = newPicker(null);
        }

        private Picker newPicker(@Nullable Picker before) {
            return strategy.newPicker(Candidates.of(
                    cluster.state().active(),
                    before,
                    () -> ThreadLocalRandom.current().nextLong()));
        }

        @Override
        void replace(boolean toOther) {
            super.replace(toOther);
            picker = newPicker(picker);
        }

        @Override
        EndpointStats pick(long key) {
            return picker.pick(PickContext.none(), 0, 0);
        }

        @Override
        void report(EndpointStats use) {}

        @Override
        int index(EndpointStats use) {
            return indexOf(use);
        }
    }

    /** A strategy that keeps a key on its endpoint. */
    static final class Keyed extends Evenkeel<EndpointStats> {

        /* Made beforehand, as the other libraries' requests are; nobody changes them afterwards, so threads share them. */
        private final PickContext[] contexts = new PickContext[Keys.SLOTS];

        Keyed(Strategy strategy, int count) {
            super(strategy, false, count);
            Keys keys = new Keys();
            for (int i = 0; i < contexts.length; i++) {
                contexts[i] = PickContext.create().key(keys.next());
            }
        }

        @Override
        EndpointStats pick(long key) {
            return Objects.requireNonNull(cluster.pick(contexts[Keys.slot(key)]));
        }

        @Override
        void report(EndpointStats use) {
            use.complete(Outcome.SUCCESS);
        }

        @Override
        int index(EndpointStats use) {
            return indexOf(use);
        }
    }

    /** A strategy that looks at how long uses take: the clock is read at both ends. */
    static final class Timed extends Evenkeel<Timed.Use> {

        private final Ticker ticker = Ticker.system();

        Timed(Strategy strategy, int count) {
            super(strategy, false, count);
        }

        @Override
        Use pick(long key) {
            long begun = ticker.nanos();
            return new Use(Objects.requireNonNull(cluster.pick(PickContext.none(), begun)), begun);
        }

        @Override
        void report(Use use) {
            use.stats.complete(Outcome.SUCCESS, use.begun, ticker.nanos());
        }

        @Override
        int index(Use use) {
            return indexOf(use.stats);
        }

        @Override
        Object use(long key) {
            long begun = ticker.nanos();
            EndpointStats stats = Objects.requireNonNull(cluster.pick(PickContext.none(), begun));
            stats.complete(Outcome.SUCCESS, begun, ticker.nanos());
            return stats;
        }

        /** A choice, and when it was made. */
        record Use(EndpointStats stats, long begun) {}
    }
}
