package io.evenkeel.benchmarks;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.strategy.Strategy;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** What does it cost the control thread to take over a report in which one endpoint of many was replaced? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class SnapshotBenchmark {

    /** Whether weights are equal (least request) or not (weighted). */
    @Param({"false", "true"})
    public boolean weighted;

    /** How many endpoints. */
    @Param({"1000", "10000"})
    public int endpoints;

    private ClusterConfig config;
    private Cluster cluster;
    private Snapshot one;
    private Snapshot other;
    private boolean flip;

    /** Builds two reports that differ in the endpoint in the middle. */
    @Setup
    public void setUp() {
        Service service = Service.named("web");
        List<Endpoint> all = Fixtures.endpoints(endpoints, weighted);
        one = new Snapshot(service, all);
        all.set(endpoints / 2, Fixtures.endpoint(endpoints, 1));
        other = new Snapshot(service, all);
        config = ClusterConfig.defaults().withStrategy(weighted ? Strategy.weighted() : Strategy.leastRequest());
        cluster = Fixtures.cluster();
        cluster.update(one, config);
    }

    /**
     * One report.
     *
     * @return the state it leads to
     */
    @Benchmark
    public ClusterState update() {
        flip = !flip;
        cluster.update(flip ? other : one, config);
        return cluster.state();
    }
}
