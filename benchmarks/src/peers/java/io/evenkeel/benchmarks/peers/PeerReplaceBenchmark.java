package io.evenkeel.benchmarks.peers;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost each library to take over a report in which one endpoint of many was replaced? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class PeerReplaceBenchmark {

    /** Whose algorithm; those that take a new list from the caller. */
    @Param({
        "EVENKEEL_ROUND_ROBIN",
        "EVENKEEL_RANDOM",
        "EVENKEEL_WEIGHTED",
        "EVENKEEL_LEAST_REQUEST",
        "EVENKEEL_LATENCY_AWARE",
        "EVENKEEL_PEAK_EWMA",
        "EVENKEEL_MAGLEV",
        "EVENKEEL_RING",
        "GRPC_ROUND_ROBIN",
        "GRPC_WEIGHTED_ROUND_ROBIN",
        "GRPC_LEAST_REQUEST",
        "GRPC_RING_HASH",
        "ARMERIA_ROUND_ROBIN",
        "ARMERIA_WEIGHTED_ROUND_ROBIN",
        "ARMERIA_RAMPING_UP",
        "ARMERIA_STICKY",
        "FINAGLE_ROUND_ROBIN",
        "FINAGLE_P2C",
        "FINAGLE_P2C_PEAK_EWMA",
        "RIBBON_ROUND_ROBIN",
        "RIBBON_RANDOM"
    })
    public Entrant entrant;

    /** How many endpoints. */
    @Param({"1000", "10000"})
    public int endpoints;

    private Contender<?> contender;
    private long round;

    /** Sets the entrant up, and proves that its picks follow the list. */
    @Setup
    public void setUp() {
        try (Contender<?> small = entrant.contender(Proof.SMALL)) {
            Proof.replaces(small);
        }
        contender = entrant.provenContender(endpoints);
    }

    /** Ends the threads that some libraries start. */
    @TearDown
    public void tearDown() {
        contender.close();
    }

    /**
     * One report, and one use, lest a library puts the work off until then.
     *
     * @return keeps the choice alive
     */
    @Benchmark
    public Object replace() {
        round++;
        contender.replace((round & 1) == 1);
        return contender.use(round);
    }
}
