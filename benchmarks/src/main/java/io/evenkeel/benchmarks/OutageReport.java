package io.evenkeel.benchmarks;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.marathon.Fault;
import io.evenkeel.testing.marathon.MarathonSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what is known while a simulated Marathon is away in several ways, and how soon a change is seen after it
 * is back: a table in Markdown on standard output. Not for JMH: each row happens once and takes its time.
 */
public final class OutageReport {

    private static final int APPS = 40;
    private static final int TASKS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private OutageReport() {}

    /**
     * Runs all outages at the same time.
     *
     * @param arguments for how many seconds Marathon is away; 60 without
     * @throws Exception if one cannot be run
     */
    public static void main(String[] arguments) throws Exception {
        Duration away = Duration.ofSeconds(arguments.length == 0 ? 60 : Long.parseLong(arguments[0]));
        List<Future<String>> rows = new ArrayList<>();
        ExecutorService threads = Executors.newCachedThreadPool();
        for (Fault fault : List.of(
                Fault.DOWN,
                Fault.ERROR_500,
                Fault.HTML_502,
                Fault.HANG,
                Fault.EMPTY_LIST,
                Fault.GARBAGE,
                Fault.TRUNCATED)) {
            String name = fault.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", " + away.toSeconds() + " s";
            rows.add(threads.submit(() -> run(name, marathon -> {
                marathon.faults().set(fault, true);
                marathon.cutStreams();
                Thread.sleep(away.toMillis());
                marathon.faults().clear();
            })));
        }
        rows.add(threads.submit(() ->
                run("leader dies: 15 s of 502, 15 s of silence, 5 s without health results", marathon -> {
                    Duration half = Duration.ofSeconds(15);
                    marathon.failover(half, half, Duration.ofSeconds(5));
                    Thread.sleep(half.multipliedBy(2).toMillis());
                })));
        System.out.println("| Marathon | fewest endpoints of " + APPS * TASKS
                + " | not healthy at any time | a change is seen after its return | within |");
        System.out.println("|---|---:|---:|---|---:|");
        for (Future<String> row : rows) {
            System.out.println(row.get());
        }
        threads.shutdown();
    }

    /** Takes Marathon away and brings it back. */
    @FunctionalInterface
    private interface Outage {

        void happen(MarathonSimulator marathon) throws InterruptedException;
    }

    private static String run(String name, Outage outage) throws InterruptedException {
        try (MarathonSimulator marathon =
                MarathonSimulator.builder().instantly().realTasks(false).build().start()) {
            marathon.populate(APPS, TASKS);
            marathon.awaitDeployments(PATIENCE);
            Seen seen = new Seen();
            try (MarathonDiscovery discovery =
                    MarathonDiscovery.of(MarathonConfig.builder(marathon.uri()).build())) {
                discovery.watch(seen);
                seen.awaitAll();
                outage.happen(marathon);
                long back = System.nanoTime();
                marathon.createApp(
                        "{\"id\": \"/news\", \"instances\": 0, \"cmd\": \"x\", \"portDefinitions\": [{\"port\": 0}]}");
                boolean heard = seen.awaitNews();
                long millis = (System.nanoTime() - back) / 1_000_000;
                Thread.sleep(6000); // a health gap may come after the return
                return seen.row(name, heard, millis);
            }
        }
    }

    /** What the newest catalog says, and what the worst one has said since all was there. */
    private static final class Seen implements CatalogListener {

        private @Nullable Catalog newest;
        private boolean complete;
        private int fewest = Integer.MAX_VALUE;
        private int sick;

        @Override
        public synchronized void onCatalog(Catalog catalog) {
            newest = catalog;
            int endpoints = 0;
            int notHealthy = 0;
            for (Snapshot snapshot : catalog.snapshots()) {
                for (Endpoint endpoint : snapshot.endpoints()) {
                    endpoints++;
                    boolean fine = endpoint.health() == Health.HEALTHY || endpoint.health() == Health.UNCHECKED;
                    notHealthy += fine ? 0 : 1;
                }
            }
            complete |= endpoints == APPS * TASKS && notHealthy == 0;
            if (complete) {
                fewest = Math.min(fewest, endpoints);
                sick = Math.max(sick, notHealthy);
            }
            notifyAll();
        }

        synchronized void awaitAll() throws InterruptedException {
            while (!complete) {
                wait();
            }
        }

        synchronized boolean awaitNews() throws InterruptedException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (newest == null || newest.find("/news") == null) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        }

        synchronized String row(String name, boolean heard, long millis) {
            return "| " + name + " | " + fewest + " | " + sick + " | " + (heard ? "" : "not within ") + millis
                    + " ms |";
        }
    }
}
