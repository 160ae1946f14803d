package io.evenkeel.strategy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter that picks advance and pickers hand on. One atomic add per step; wraps at 2^32. */
final class Cursor {

    /** A picker that walks; the one that replaces it goes on from the same place. */
    interface Holder extends Picker {
        Cursor cursor();
    }

    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Cursor.class, "value", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // read and written through VALUE
    private volatile int value;

    Cursor(int start) {
        value = start;
    }

    /** The cursor of the picker that is replaced, whatever its strategy, or a new one at a random place. */
    static Cursor after(Candidates candidates) {
        return candidates.previous() instanceof Holder holder
                ? holder.cursor()
                : new Cursor(candidates.random().nextInt());
    }

    int next() {
        return (int) VALUE.getAndAdd(this, 1);
    }
}
