package io.evenkeel.discovery;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One piece of work that many threads ask for and one at a time does.
 *
 * <p>Thread-safe and without locks: nobody waits. Whoever asks while nobody works does the work; whoever asks while it is
 * being done goes on, and the one at work begins another round. Requests that come during one round share the next.
 */
final class Rounds {

    private final Runnable work;

    /* How many have asked since the round under way began, and the one whom that round is for; 0 while nobody works. */
    private final AtomicInteger asked = new AtomicInteger();

    Rounds(Runnable work) {
        this.work = work;
    }

    /**
     * Sees to it that a whole round begins after this call did, on this thread or on the one at work. What this thread has
     * written before is visible to that round. Work may ask again from within a round; what it throws comes out here, when
     * all rounds are done.
     */
    void ask() {
        if (asked.getAndIncrement() != 0) {
            return;
        }
        Throwable failure = null;
        int served = 1;
        do {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failure = failure == null ? e : failure; // whoever asked meanwhile is served all the same
            }
            served = asked.addAndGet(-served);
        } while (served != 0);
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }
}
