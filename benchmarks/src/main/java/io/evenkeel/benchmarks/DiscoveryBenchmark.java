package io.evenkeel.benchmarks;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take from an event of a Marathon until everybody knows, and what does it cost? Over HTTP on loopback;
 * the processor time of the source's own threads, its requests and its heap are printed at the end of each fork.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 3, time = 10)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class DiscoveryBenchmark {

    /** After so long without an event the next one is acted on at once. */
    private static final Duration QUIET = Duration.ofMillis(1100);

    private static final int BURST = 200;

    /** How many applications there are. */
    @Param({"100", "5000"})
    public int apps;

    /** How many tasks each of them has. */
    @Param("10")
    public int tasks;

    /** Whether an application that has changed is read by itself. */
    @Param({"true", "false"})
    public boolean incremental;

    private CannedMarathon marathon;
    private MarathonDiscovery discovery;
    private final Seen seen = new Seen();
    private long heapBefore;
    private long cpuBefore;
    private int requestsBefore;
    private int changes;

    /** What the newest catalog says of the application that changes. */
    private static final class Seen implements CatalogListener {

        private @Nullable Catalog catalog;
        private int endpoints = -1;

        @Override
        public synchronized void onCatalog(Catalog newest) {
            catalog = newest;
            Snapshot changing = newest.find(CannedMarathon.id(0));
            endpoints = changing == null ? -1 : changing.endpoints().size();
            notifyAll();
        }

        synchronized Catalog await(int count) throws InterruptedException {
            while (catalog == null || endpoints != count) {
                wait();
            }
            return catalog;
        }
    }

    /**
     * Starts a Marathon and a source that follows it.
     *
     * @throws Exception if it cannot
     */
    @Setup
    public void start() throws Exception {
        marathon = new CannedMarathon(apps, tasks);
        heapBefore = heap();
        discovery = MarathonDiscovery.of(MarathonConfig.builder(marathon.uri())
                .incrementalAbove(incremental ? 0 : Integer.MAX_VALUE)
                .reconcileInterval(Duration.ofHours(1))
                .build());
        discovery.watch(seen);
        seen.await(tasks);
        System.out.printf(
                "%n%.1f MB of JSON; first list: %.0f ms of processor time; heap of the source afterwards: %.0f MB%n",
                marathon.bytes() / 1e6, cpu() / 1e6, (heap() - heapBefore) / 1e6);
        requestsBefore = marathon.requests();
        cpuBefore = cpu();
    }

    /**
     * Waits until the source has come to rest.
     *
     * @throws InterruptedException if it is interrupted
     */
    @Setup(Level.Invocation)
    public void rest() throws InterruptedException {
        Thread.sleep(QUIET.toMillis());
    }

    /**
     * One task more or less of one application.
     *
     * @return what is known then
     * @throws Exception if the event cannot be sent
     */
    @Benchmark
    public Catalog change() throws Exception {
        changes++;
        marathon.change();
        return seen.await(marathon.tasks());
    }

    /**
     * Two hundred events of one application within a second, of which the last one brings a change.
     *
     * @return what is known then
     * @throws Exception if an event cannot be sent
     */
    @Benchmark
    public Catalog burst() throws Exception {
        return burst(1);
    }

    /**
     * Two hundred events of fifty applications within a second, of which the last one brings a change.
     *
     * @return what is known then
     * @throws Exception if an event cannot be sent
     */
    @Benchmark
    public Catalog wideBurst() throws Exception {
        return burst(50);
    }

    private Catalog burst(int of) throws IOException, InterruptedException {
        changes++;
        for (int i = 1; i < BURST; i++) {
            marathon.event(i % of);
            Thread.sleep(5);
        }
        marathon.change();
        return seen.await(marathon.tasks());
    }

    /**
     * Says what it cost and ends everything.
     *
     * @throws IOException if the file of the cluster cannot be deleted
     */
    @TearDown
    public void stop() throws IOException {
        System.out.printf(
                "%n%d times: %.1f requests and %.1f ms of processor time each; heap of the source: %.0f MB%n",
                changes,
                (double) (marathon.requests() - requestsBefore) / changes,
                (cpu() - cpuBefore) / 1e6 / changes,
                (heap() - heapBefore) / 1e6);
        discovery.close();
        marathon.close();
    }

    /* Threads that have ended are not counted, but those of a source end with it. */
    private static long cpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("evenkeel-marathon")) {
                nanos += Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
