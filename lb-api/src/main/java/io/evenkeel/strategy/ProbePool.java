package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest answers to one cluster's probes.
 *
 * <p>Picks read and remove without a lock. Answers, which are few and not on the path of picks, come in one at a time.
 */
final class ProbePool extends LoadPool {

    private static final int SIZE = 16;
    private static final int CROWDED = SIZE / 2;
    private static final int USES = 2;
    private static final long OLD_NANOS = 1_000_000_000L;
    private static final int RECENT = 64;
    private static final double HOT_QUANTILE = 0.84;

    private final AtomicReferenceArray<@Nullable Probed> slots = new AtomicReferenceArray<>(SIZE);
    private volatile int hottestCold = Integer.MAX_VALUE;
    private volatile int generation;
    private boolean oldestIsNext; // written without atomicity: it need only change now and then

    /* Under this object's lock: how busy those were that answered last, in the order in which they did, and sorted. */
    private final int[] recent = new int[RECENT];
    private final int[] sorted = new int[RECENT];
    private int answers;

    @Override
    protected Load newLoad(EndpointStats endpoint) {
        return new Probed(this, endpoint);
    }

    /** From now on only those count of whom it is said that they belong to this generation. Control thread only. */
    int newGeneration() {
        int next = generation + 1;
        generation = next;
        return next;
    }

    synchronized void add(Probed answered, int inFlight) {
        int position = answers % RECENT;
        int known = answers;
        if (answers >= RECENT) {
            known = RECENT - 1;
            int gone = Arrays.binarySearch(sorted, recent[position]);
            System.arraycopy(sorted, gone + 1, sorted, gone, known - gone);
        }
        int place = Arrays.binarySearch(sorted, 0, known, inFlight);
        place = place < 0 ? -place - 1 : place;
        System.arraycopy(sorted, place, sorted, place + 1, known - place);
        sorted[place] = inFlight;
        recent[position] = inFlight;
        answers = answers == 2 * RECENT - 1 ? RECENT : answers + 1;
        hottestCold = sorted[(int) (HOT_QUANTILE * (known + 1))];
        insert(answered);
    }

    /* Where it is already, or where nobody is, or in place of the oldest. */
    private void insert(Probed answered) {
        int target = 0;
        Probed replaced = slots.get(0);
        for (int i = 0; i < SIZE; i++) {
            Probed one = slots.get(i);
            if (one == answered) {
                return;
            }
            if (replaced != null && (one == null || one.isOlder(replaced))) {
                replaced = one;
                target = i;
            }
        }
        slots.set(target, answered);
    }

    /** Who should be used next by the answers there are; null if they are too few to say. */
    @Nullable
    EndpointStats choose(long now) {
        int hot = hottestCold;
        int current = generation;
        int fresh = 0;
        Probed best = null;
        Probed oldest = null;
        Probed busiest = null;
        int bestSlot = 0;
        int oldestSlot = 0;
        int busiestSlot = 0;
        for (int i = 0; i < SIZE; i++) {
            Probed one = slots.get(i);
            if (one == null) {
                continue;
            }
            if (one.generation() != current || Math.abs(one.age(now)) > OLD_NANOS) {
                slots.compareAndSet(i, one, null);
                continue;
            }
            fresh++;
            if (oldest == null || one.isOlder(oldest)) {
                oldest = one;
                oldestSlot = i;
            }
            if (busiest == null || one.inFlight() > busiest.inFlight()) {
                busiest = one;
                busiestSlot = i;
            }
            if (one.isUsable(now) && (best == null || one.isBetter(best, hot))) {
                best = one;
                bestSlot = i;
            }
        }
        if (best == null || fresh < 2) {
            return null;
        }
        if (best.use() >= USES) {
            slots.compareAndSet(bestSlot, best, null);
        }
        if (fresh > CROWDED) {
            boolean old = oldestIsNext;
            oldestIsNext = !old;
            slots.compareAndSet(old ? oldestSlot : busiestSlot, old ? oldest : busiest, null);
        }
        return best.endpoint();
    }
}
