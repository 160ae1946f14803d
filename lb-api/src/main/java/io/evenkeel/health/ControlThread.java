package io.evenkeel.health;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executor on which the monitors of a cluster do their work, so that they need no locks. When it has ended nothing is
 * done any more, which is nobody's mistake.
 *
 * @param cluster whose executor it is
 */
record ControlThread(MonitoredCluster cluster) {

    private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);

    void run(Runnable work) {
        try {
            cluster.control().execute(work);
        } catch (RejectedExecutionException e) {
            ended(e);
        }
    }

    @Nullable
    Future<?> after(long nanos, Runnable work) {
        try {
            return cluster.control().schedule(work, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return ended(e);
        }
    }

    @Nullable
    Future<?> every(long nanos, Runnable work) {
        try {
            return cluster.control().scheduleWithFixedDelay(work, nanos, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return ended(e);
        }
    }

    static void cancel(@Nullable Future<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private @Nullable Future<?> ended(RejectedExecutionException e) {
        LOG.debug("{}: the control thread has ended", cluster.name(), e);
        return null;
    }
}
