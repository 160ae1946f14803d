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

/** What does it cost each library to choose one endpoint of many, and to take note of how it went? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class PeerPickBenchmark {

    /** Whose algorithm; all of them unless told otherwise. */
    @Param
    public Entrant entrant;

    /** How many endpoints. */
    @Param({"10", "1000", "10000"})
    public int endpoints;

    private Contender<?> contender;

    /** Sets the entrant up once for all threads, and proves that it balances. */
    @Setup
    public void setUp() {
        contender = entrant.provenContender(endpoints);
    }

    /** Ends the threads that some libraries start. */
    @TearDown
    public void tearDown() {
        contender.close();
    }

    /**
     * One use: pick, and report where the algorithm takes notice of it.
     *
     * @param keys this thread's requests
     * @return keeps the choice alive
     */
    @Benchmark
    public Object use(Keys keys) {
        return contender.use(keys.next());
    }
}
