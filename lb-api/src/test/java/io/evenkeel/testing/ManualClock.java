package io.evenkeel.testing;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A clock that a test moves by hand: a {@link Ticker} and a {@link ScheduledExecutorService} over the same virtual time.
 *
 * <p>Nothing runs by itself, not even {@link #execute} (unless {@link #executing} says otherwise): tasks run on the thread that calls {@link #advance} or
 * {@link #runDue}, in order of their due time and then of their submission, each seeing the time at which it was due.
 * Submitting is thread-safe.
 */
public final class ManualClock extends AbstractExecutorService implements Ticker, ScheduledExecutorService {

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>();
    private final Executor executor;
    private long now;
    private long sequence;
    private boolean shutdown;

    /** A clock that queues what is to be executed, too. */
    public ManualClock() {
        executor = work -> add(Executors.callable(work), 0, 0);
    }

    private ManualClock(Executor executor) {
        this.executor = executor;
    }

    /** A clock that passes what is to be executed now to something else, and queues only what is to happen later. */
    public static ManualClock executing(Executor executor) {
        return new ManualClock(executor);
    }

    @Override
    public synchronized long nanos() {
        return now;
    }

    /** Moves time forward and runs everything that becomes due on the way, including what is due now. */
    public void advance(Duration duration) {
        long end = nanos() + duration.toNanos();
        for (Task<?> task = takeDue(end); task != null; task = takeDue(end)) {
            task.runOnce();
        }
        synchronized (this) {
            now = end;
        }
    }

    /** Runs everything that is due, without moving time. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** How many tasks wait for their time. */
    public synchronized int pending() {
        return tasks.size();
    }

    private synchronized Task<?> takeDue(long end) {
        Task<?> first = tasks.peek();
        if (first == null || first.due > end) {
            return null;
        }
        tasks.remove();
        now = Math.max(now, first.due);
        return first;
    }

    private synchronized <V> Task<V> add(Callable<V> work, long delayNanos, long periodNanos) {
        if (shutdown) {
            throw new RejectedExecutionException("this clock is shut down");
        }
        Task<V> task = new Task<>(work, now + Math.max(0, delayNanos), periodNanos);
        tasks.add(task);
        return task;
    }

    private synchronized void addAgain(Task<?> task) {
        if (!shutdown && !task.isCancelled()) {
            task.due = now + task.period;
            task.number = sequence++;
            tasks.add(task);
        }
    }

    private synchronized void drop(Task<?> task) {
        tasks.remove(task);
    }

    @Override
    public void execute(Runnable work) {
        executor.execute(work);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
        return add(Executors.callable(work), unit.toNanos(delay), 0);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
        return add(work, unit.toNanos(delay), 0);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable work, long delay, long period, TimeUnit unit) {
        return add(Executors.callable(work), unit.toNanos(delay), unit.toNanos(period));
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable work, long delay, long period, TimeUnit unit) {
        return add(Executors.callable(work), unit.toNanos(delay), unit.toNanos(period));
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> left = new ArrayList<>(tasks);
        tasks.clear();
        return left;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {

        private final long period;
        private long due;
        private long number;

        Task(Callable<V> work, long due, long period) {
            super(work);
            this.due = due;
            this.period = period;
            this.number = sequence++;
        }

        void runOnce() {
            if (period == 0) {
                run();
            } else if (runAndReset()) {
                addAgain(this);
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            drop(this);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Task<?> that = (Task<?>) other;
            int byDue = Long.compare(due, that.due);
            return byDue != 0 ? byDue : Long.compare(number, that.number);
        }
    }
}
