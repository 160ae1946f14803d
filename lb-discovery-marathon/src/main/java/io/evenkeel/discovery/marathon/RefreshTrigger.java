package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The decision when to read Marathon again. Pure timing: it starts an action and is told when that has finished.
 *
 * <p>All methods belong to the control thread.
 */
final class RefreshTrigger {

    /*
     * The first event after quiet is acted on at once. While events keep coming, the pause between the end of one read
     * and the start of the next grows 100, 400, 500 ms; it is forgotten after a second without a read. One read runs
     * at a time: whatever happens meanwhile is to be signalled when it has ended, because the answer under way may have
     * been computed before. A failed or doubted read sets a moment before which events cannot cause another.
     * A demand may come before that moment after a failure, because a stream that opens says that Marathon is back; after
     * a doubted read it may not, because the second answer is worth something only if time has passed.
     */
    static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    static final Duration QUIET = Duration.ofSeconds(1);
    private static final int GROWTH = 4;

    private final ScheduledExecutorService control;
    private final Ticker ticker;
    private final Runnable read;

    private boolean reading;
    private boolean demanded;
    private long lastEnd;
    private boolean everEnded;
    private long pause;
    private long notBefore;
    private long doubtedUntil;
    private long due;
    private @Nullable Future<?> timer;
    private boolean stopped;

    RefreshTrigger(ScheduledExecutorService control, Ticker ticker, Runnable read) {
        this.control = control;
        this.ticker = ticker;
        this.read = read;
        this.notBefore = ticker.nanos();
        this.doubtedUntil = notBefore;
    }

    /** Something changed: read soon, but not before so many nanoseconds have passed. */
    void signal(long least) {
        if (!reading) {
            arm(Math.max(Math.max(least, pauseLeft()), notBefore - ticker.nanos()));
        }
    }

    /** The state must be read anew: at once, or as soon as the read under way has ended, but not too soon after a doubt. */
    void demand() {
        if (reading) {
            demanded = true;
        } else {
            arm(doubtedUntil - ticker.nanos());
        }
    }

    /** Read after a while at the latest. */
    void within(Duration delay) {
        if (!reading) {
            arm(Math.max(delay.toNanos(), notBefore - ticker.nanos()));
        }
    }

    /** The read has succeeded; the next one comes after the interval unless something is signalled before. */
    void succeeded(Duration interval) {
        ended();
        notBefore = lastEnd;
        arm(demanded ? 0 : interval.toNanos());
    }

    /** The read has failed; the next one comes after the delay, and not before because of an event. */
    void retryAfter(Duration delay) {
        ended();
        notBefore = lastEnd + delay.toNanos();
        arm(demanded ? 0 : delay.toNanos());
    }

    /** The read is doubted; the next one comes after the delay, and not before whatever happens. */
    void doubted(Duration delay) {
        ended();
        notBefore = lastEnd + delay.toNanos();
        doubtedUntil = notBefore;
        arm(delay.toNanos());
    }

    /** There was nothing to read yet; the next attempt comes after the delay, whatever has been signalled. */
    void postponed(long nanos) {
        reading = false;
        arm(nanos);
    }

    boolean isReading() {
        return reading;
    }

    void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void ended() {
        reading = false;
        lastEnd = ticker.nanos();
        everEnded = true;
    }

    private long pauseLeft() {
        long sinceEnd = ticker.nanos() - lastEnd;
        return !everEnded || sinceEnd >= QUIET.toNanos() ? 0 : Math.max(0, pause - sinceEnd);
    }

    private void arm(long delay) {
        if (stopped) {
            return;
        }
        long moment = ticker.nanos() + Math.max(0, delay);
        if (timer != null) {
            if (due - moment <= 0) {
                return;
            }
            timer.cancel(false);
        }
        due = moment;
        timer = control.schedule(this::fire, Math.max(0, delay), TimeUnit.NANOSECONDS);
    }

    private void fire() {
        timer = null;
        if (stopped || reading) {
            return;
        }
        boolean quiet = !everEnded || ticker.nanos() - lastEnd >= QUIET.toNanos();
        pause = quiet ? FIRST_PAUSE.toNanos() : Math.min(LONGEST_PAUSE.toNanos(), pause * GROWTH);
        reading = true;
        demanded = false;
        read.run();
    }
}
