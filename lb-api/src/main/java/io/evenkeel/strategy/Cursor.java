package io.evenkeel.strategy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A counter that picks advance and pickers hand on. One atomic operation per step; wraps at 2^32.
 *
 * <p>While threads do not get into each other's way it counts strictly, one after the other. When they do it splits into
 * stripes, and counts strictly in each of them.
 */
final class Cursor {

    /** A picker that walks; the one that replaces it goes on from the same place. */
    interface Holder extends Picker {
        Cursor cursor();
    }

    /*
     * One counter for all threads costs several times more as soon as two of them use it, since its cache line travels
     * from core to core. A walk in stripes that each go round
     * all endpoints is as fair as one walk, only less regular to somebody who watches all threads, and whoever is so fast
     * that steps collide does not watch. The few collisions that slow callers have by chance must not split it, hence the
     * count.
     */
    private static final int COLLISIONS = 64;

    private static final VarHandle VALUE = Handles.of(MethodHandles.lookup(), Cursor.class, "value", int.class);
    private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(int[].class);

    private volatile int value;
    private volatile int @Nullable [] stripes;
    private int collisions; // without atomicity: it need not be exact

    Cursor(int start) {
        value = start;
    }

    /** The cursor of the picker that is replaced, whatever its strategy, or a new one at a random place. */
    static Cursor after(Candidates candidates) {
        RandomGenerator random = candidates.random();
        return candidates.previous() instanceof Holder holder ? holder.cursor() : new Cursor(random.nextInt());
    }

    int next() {
        int[] split = stripes;
        if (split != null) {
            int index = Stripes.ofThisThread(Integer.BYTES);
            return (int) STRIPE.getAndAdd(split, index, 1);
        }
        int now = value;
        return VALUE.compareAndSet(this, now, now + 1) ? now : collided();
    }

    private int collided() {
        if (++collisions == COLLISIONS) {
            stripes = stripesFrom(value);
        }
        return (int) VALUE.getAndAdd(this, 1);
    }

    /* Far apart from each other, so that they do not walk in step. */
    private static int[] stripesFrom(int start) {
        int[] stripes = new int[Stripes.length(Integer.BYTES)];
        for (int i = 0; i < Stripes.COUNT; i++) {
            stripes[Stripes.begin(i, Integer.BYTES)] = start + i * 0x9E37_79B1;
        }
        return stripes;
    }
}
