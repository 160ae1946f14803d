package io.evenkeel.samples.demo;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks one service again and again at a steady pace, and counts who answered and what failed. Thread-safe.
 */
final class Load implements AutoCloseable {

    private final String name;
    private final Probe probe;
    private final ScheduledExecutorService worker;
    private final Map<String, Integer> answers = new TreeMap<>();
    private long ignored;
    private long total;
    private long failed;
    private String lastFailure = "";

    /**
     * Starts asking.
     *
     * @param name of the way that requests take, for the lines that are printed
     * @param probe how to ask
     * @param perSecond how often
     */
    Load(String name, Probe probe, int perSecond) {
        this.name = name;
        this.probe = probe;
        this.worker = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "demo-load-" + name);
            thread.setDaemon(true);
            return thread;
        });
        worker.scheduleAtFixedRate(this::once, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    }

    private void once() {
        try {
            String task = probe.ask();
            synchronized (this) {
                total++;
                if (total > ignored) {
                    answers.merge(task, 1, Integer::sum);
                }
                notifyAll();
            }
        } catch (IOException | RuntimeException e) {
            synchronized (this) {
                total++;
                failed++;
                lastFailure = e.toString();
                notifyAll();
            }
        }
    }

    String name() {
        return name;
    }

    synchronized long total() {
        return total;
    }

    synchronized long failed() {
        return failed;
    }

    synchronized String lastFailure() {
        return lastFailure;
    }

    /** Asks some more times and tells who answered; what was asked before this call does not count. */
    synchronized Map<String, Integer> sample(int count) throws InterruptedException {
        answers.clear();
        ignored = total + 1; // it may be under way already
        long until = ignored + count;
        while (total < until) {
            wait();
        }
        return new TreeMap<>(answers);
    }

    /** Who answered since this was asked last. */
    synchronized Map<String, Integer> drain() {
        Map<String, Integer> recent = new TreeMap<>(answers);
        answers.clear();
        return recent;
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
