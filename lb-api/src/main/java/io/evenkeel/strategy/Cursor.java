package io.evenkeel.strategy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A counter that picks advance and pickers hand on. One atomic add per step; wraps at 2^32. */
final class Cursor {

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

    int next() {
        return (int) VALUE.getAndAdd(this, 1);
    }
}
