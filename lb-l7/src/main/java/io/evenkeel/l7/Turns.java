package io.evenkeel.l7;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Shares a few threads among owners so that none of them keeps the others waiting: of each, one piece of work is done at a
 * time, and then it is somebody else's turn. Thread-safe. What waits is bounded for each owner.
 */
final class Turns {

    private final Executor threads;
    private final int maxWaiting;
    private final Map<String, ArrayDeque<Runnable>> owners = new HashMap<>(); // those that have or had a turn coming

    /**
     * Turns on some threads.
     *
     * @param threads take one piece of work for each owner at most, so that what waits there is bounded, too
     * @param maxWaiting how much may wait of each owner
     */
    Turns(Executor threads, int maxWaiting) {
        this.threads = threads;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Has something done when it is its owner's turn.
     *
     * @throws RejectedExecutionException if too much of this owner is waiting
     */
    void execute(String owner, Runnable work) {
        synchronized (owners) {
            ArrayDeque<Runnable> waiting = owners.get(owner);
            if (waiting == null) {
                waiting = new ArrayDeque<>(2);
                threads.execute(() -> turn(owner));
                owners.put(owner, waiting);
            } else if (waiting.size() >= maxWaiting) {
                throw new RejectedExecutionException("too much is waiting for " + owner);
            }
            waiting.add(work);
        }
    }

    private void turn(String owner) {
        try {
            next(owner).run();
        } finally {
            end(owner);
        }
    }

    private Runnable next(String owner) {
        synchronized (owners) {
            ArrayDeque<Runnable> waiting = owners.get(owner);
            Runnable work = waiting == null ? null : waiting.poll();
            return work == null ? () -> {} : work;
        }
    }

    private void end(String owner) {
        synchronized (owners) {
            ArrayDeque<Runnable> waiting = owners.get(owner);
            if (waiting != null && waiting.isEmpty()) {
                owners.remove(owner);
            } else {
                threads.execute(() -> turn(owner)); // behind all others
            }
        }
    }
}
