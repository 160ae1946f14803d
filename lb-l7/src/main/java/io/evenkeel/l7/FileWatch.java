package io.evenkeel.l7;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at files every five seconds and when asked to, never twice at once. Thread-safe; nobody waits for it. */
public final class FileWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
    private static final long SECONDS = 5;

    private final ScheduledExecutorService scheduler;
    private final boolean owned;
    private final Runnable look;
    private final ScheduledFuture<?> looking;
    private volatile boolean closed;

    private FileWatch(ScheduledExecutorService scheduler, boolean owned, Runnable look) {
        this.scheduler = scheduler;
        this.owned = owned;
        this.look = look;
        this.looking = scheduler.scheduleWithFixedDelay(this::look, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Begins to look.
     *
     * @param scheduler one that may read files, and is not closed with this; a daemon thread of its own if null
     * @param look looks at them; what it throws is logged, and it is called again
     * @return looks until it is closed
     */
    public static FileWatch start(@Nullable ScheduledExecutorService scheduler, Runnable look) {
        return scheduler == null ? new FileWatch(newThread(), true, look) : new FileWatch(scheduler, false, look);
    }

    private static ScheduledExecutorService newThread() {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "evenkeel-files");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Looks once, soon.
     *
     * @return completes when that is done or, after {@link #close}, will never be; exceptionally with what it threw, or if
     *     the scheduler takes no more work though this is open
     */
    public CompletableFuture<Void> now() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            scheduler.execute(() -> {
                RuntimeException failure = look();
                if (failure == null) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(failure);
                }
            });
        } catch (RejectedExecutionException e) {
            if (closed) {
                done.complete(null);
            } else {
                done.completeExceptionally(e);
            }
        }
        return done;
    }

    private synchronized @Nullable RuntimeException look() {
        try {
            look.run();
            return null;
        } catch (RuntimeException e) {
            LOG.error("Files could not be looked at", e);
            return e;
        }
    }

    @Override
    public void close() {
        closed = true;
        looking.cancel(false);
        if (owned) {
            scheduler.shutdown();
        }
    }
}
