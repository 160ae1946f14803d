package io.evenkeel.cluster;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has something done later on the control executor, once at a time. Under the cluster's control lock. */
final class Alarm {

    private final ScheduledExecutorService control;
    private final Runnable work; // begins by saying that it has come
    private @Nullable Future<?> pending;
    private boolean soon;

    Alarm(ScheduledExecutorService control, Runnable work) {
        this.control = control;
        this.work = work;
    }

    boolean isSet() {
        return soon || pending != null;
    }

    /** After a time, if it is not to be done anyway. */
    void in(long nanos) {
        if (!isSet()) {
            pending = control.schedule(work, nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** As soon as the control executor gets to it, however often this is said before. */
    void soon() {
        if (!soon) {
            soon = true;
            control.execute(work);
        }
    }

    /** The work has begun. */
    void came() {
        soon = false;
        cancel();
    }

    void cancel() {
        if (pending != null) {
            pending.cancel(false);
            pending = null;
        }
    }
}
