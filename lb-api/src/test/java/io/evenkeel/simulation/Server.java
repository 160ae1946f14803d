package io.evenkeel.simulation;

import io.evenkeel.endpoint.LoadReport;
import java.util.ArrayDeque;

/** A server with eight workers behind one queue. */
final class Server {

    static final int WORKERS = 8;

    private static final double LATENCY_SHARE = 0.2;
    private static final int MOST_INSIDE = 511;
    private static final int NEAR = 8;
    private static final long USUAL_NANOS = 10_000_000;
    private static final long RAMP_NANOS = 10_000_000_000L;

    final int number;
    final ArrayDeque<Call> queue = new ArrayDeque<>();
    int busy;
    double slowness = 1;
    boolean failing;
    long pausedUntil;
    long joined = -1;
    long total;

    /* What it reports of itself, over the last second, and what it answers to probes. */
    LoadReport report = new LoadReport(0, 0, 0);
    private final double[] latencies = new double[MOST_INSIDE + 1]; // by how many were inside on arrival
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

    /** How long a call was here that came while so many were inside. */
    void took(long nanos, int insideOnArrival) {
        int place = Math.min(insideOnArrival, MOST_INSIDE);
        latencies[place] += (latencies[place] == 0 ? 1 : LATENCY_SHARE) * (nanos - latencies[place]);
    }

    /** How long calls were here of late that came while about as many were inside as are now. */
    long latency() {
        int place = Math.min(inside(), MOST_INSIDE);
        for (int distance = 0; distance < NEAR; distance++) {
            if (place >= distance && latencies[place - distance] > 0) {
                return (long) latencies[place - distance];
            }
            if (place + distance <= MOST_INSIDE && latencies[place + distance] > 0) {
                return (long) latencies[place + distance];
            }
        }
        return USUAL_NANOS;
    }

    /** Once a second. */
    void report(long now) {
        busy(0, now);
        report = new LoadReport(failing ? 0.05 : busyNanos / 1e9 / WORKERS, done, failed);
        busyNanos = 0;
        done = 0;
        failed = 0;
    }
}
