package io.evenkeel.l7.runner;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done once a second. Whatever fails is tried again with the next. */
final class Ticking implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ticking.class);

    private final List<Runnable> work;
    private final Future<?> future;

    Ticking(ScheduledExecutorService clock, Runnable... work) {
        this.work = List.of(work);
        this.future = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    /** A thread of its own: looking at all ports and servers takes too long for an event loop. */
    static ScheduledExecutorService newClock() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "evenkeel-admin");
            thread.setDaemon(true);
            return thread;
        });
    }

    /* What escaped from here would end the ticking. */
    private void tick() {
        for (Runnable one : work) {
            try {
                one.run();
            } catch (RuntimeException e) {
                LOG.warn("Not all is done that is due every second", e);
            }
        }
    }

    @Override
    public void close() {
        future.cancel(false);
    }
}
