package io.evenkeel.simulation;

import java.util.ArrayDeque;

/** A server with eight workers behind one queue. */
final class Server {

    static final int WORKERS = 8;

    private static final long RAMP_NANOS = 10_000_000_000L;

    final int number;
    final ArrayDeque<Call> queue = new ArrayDeque<>();
    int busy;
    double slowness = 1;
    boolean failing;
    long pausedUntil;
    long joined = -1;
    long total;

    /* What it would report of itself, over the last second. */
    double utilisation;
    double rate;
    double failures;
    private double busyNanos;
    private long accounted;
    private long done;
    private long failed;

    Server(int number) {
        this.number = number;
    }

    int inside() {
        return busy + queue.size();
    }

    /** How long the work of a call takes here and now. */
    long serviceNanos(Call call, long now) {
        double slow = slowness;
        if (joined >= 0 && now - joined < RAMP_NANOS) {
            slow *= 1 + 9 * (1 - (double) (now - joined) / RAMP_NANOS);
        }
        return (long) (call.work * slow);
    }

    void busy(int change, long now) {
        busyNanos += (double) busy * (now - accounted);
        accounted = now;
        busy += change;
    }

    void finished() {
        done++;
    }

    void failedOne() {
        done++;
        failed++;
    }

    /** Once a second. */
    void report(long now) {
        busy(0, now);
        utilisation = failing ? 0.05 : busyNanos / 1e9 / WORKERS;
        rate = done;
        failures = failed;
        busyNanos = 0;
        done = 0;
        failed = 0;
    }
}
