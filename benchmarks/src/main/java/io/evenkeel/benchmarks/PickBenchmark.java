package io.evenkeel.benchmarks;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.Lease;
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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to choose one endpoint of many, and to report how it went? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class PickBenchmark {

    /** The strategy's name; {@code weighted} gets unequal weights, the others equal ones. */
    @Param({
        "round-robin",
        "random",
        "weighted",
        "least-request",
        "peak-ewma",
        "latency-aware",
        "maglev",
        "maglev-bounded",
        "ring"
    })
    public String strategy;

    /** How many endpoints. */
    @Param({"10", "1000", "10000"})
    public int endpoints;

    private final Ticker ticker = Ticker.system();
    private Cluster cluster;
    private Cluster grouped;
    private Picker picker;

    /** One thread that picks, each time with another key, for strategies that want one. */
    @State(Scope.Thread)
    public static class Caller {

        private final PickContext context = PickContext.create();
        private long key;

        PickContext next() {
            return context.key(key += 0x9E37_79B9_7F4A_7C15L);
        }
    }

    /** Builds the cluster once for all threads. */
    @Setup
    public void setUp() {
        Strategy chosen = Fixtures.strategy(strategy);
        List<Endpoint> all = Fixtures.endpoints(endpoints, strategy.equals("weighted"));
        cluster = Fixtures.cluster();
        cluster.update(
                new Snapshot(Service.named("web"), all),
                ClusterConfig.defaults().withStrategy(chosen));
        grouped = Fixtures.cluster();
        grouped.update(new Snapshot(Service.named("web"), all), Fixtures.preferringAZone(chosen));
        picker = chosen.newPicker(Candidates.of(cluster.state().active(), null, Fixtures.RANDOM));
    }

    /**
     * The strategy alone.
     *
     * @param caller who picks
     * @return keeps the choice alive
     */
    @Benchmark
    public EndpointStats picker(Caller caller) {
        return picker.pick(caller.next(), 0, 0);
    }

    /**
     * The path without allocation: pick, begin and end the use.
     *
     * @param caller who picks
     * @return keeps the choice alive
     */
    @Benchmark
    public @Nullable EndpointStats pickAndComplete(Caller caller) {
        EndpointStats chosen = cluster.pick(caller.next());
        if (chosen != null) {
            chosen.complete(Outcome.SUCCESS);
        }
        return chosen;
    }

    /**
     * The same where nearer endpoints are preferred and cannot bear it all: the group is drawn first.
     *
     * @param caller who picks
     * @return keeps the choice alive
     */
    @Benchmark
    public @Nullable EndpointStats pickAndCompleteInGroups(Caller caller) {
        EndpointStats chosen = grouped.pick(caller.next());
        if (chosen != null) {
            chosen.complete(Outcome.SUCCESS);
        }
        return chosen;
    }

    /**
     * The same as {@link #pickAndComplete} with times, which is what latency-aware strategies need: one reading of the clock at each end.
     *
     * @param caller who picks
     * @return keeps the choice alive
     */
    @Benchmark
    public @Nullable EndpointStats pickAndReport(Caller caller) {
        long begun = ticker.nanos();
        EndpointStats chosen = cluster.pick(caller.next(), begun);
        if (chosen != null) {
            chosen.complete(Outcome.SUCCESS, begun, ticker.nanos());
        }
        return chosen;
    }

    /**
     * What the two readings of the clock in {@link #pickAndReport} cost alone: some machines' clocks take longer than a pick.
     *
     * @return keeps the readings alive
     */
    @Benchmark
    public long clock() {
        long begun = ticker.nanos();
        return ticker.nanos() - begun;
    }

    /**
     * The comfortable path: a lease, which also reads the clock.
     *
     * @param caller who picks
     * @return keeps the lease alive
     */
    @Benchmark
    public Lease acquireAndComplete(Caller caller) {
        Lease lease = cluster.acquire(caller.next());
        lease.complete(Outcome.SUCCESS);
        return lease;
    }
}
