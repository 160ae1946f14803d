package io.evenkeel.health;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The monitor behind {@link AdaptiveLimit}. */
final class AdaptiveLimiter implements Monitor {

    /*
     * In each interval that has seen enough uses the mean latency is compared with a baseline: what it is without load. From
     * the ratio follows the next limit:
     *
     *   gradient = tolerance · baseline / mean, within [1/2, 1]
     *   target   = limit · gradient + √limit
     *
     * The root is room for a short queue; it makes the limit grow where nothing speaks against it, and it decides where the
     * limit comes to rest: where the gradient is 1 - 1/√limit. A use that timed out counts like a packet that was lost.
     *
     * The baseline takes a lower mean at once. A higher one it takes slowly, and not at all while the limit is used up, or
     * load would become usual by going on. Whether an endpoint has become slower or is only busy is then found out by
     * halving the limit for two intervals: in the first the queue runs off, in the second is measured.
     */
    private static final int ENOUGH = 10;
    private static final int PATIENCE = 10;
    private static final double BASELINE_DRIFT = 0.02;
    private static final double SMOOTHING = 0.2;
    private static final double LEAST_GRADIENT = 0.5;
    private static final double BACK_OFF = 0.9;
    private static final double USED_UP = 0.8;
    private static final double SLOWER = 1.1;
    private static final int PROBE_AFTER = 30;
    private static final int PROBE_FOR = 2;

    private final AdaptiveLimit policy;
    private final MonitoredCluster cluster;

    /* Under this object's lock. */
    private final Map<EndpointStats, Gauge> gauges = new LinkedHashMap<>();
    private @Nullable Future<?> timer;
    private boolean closed;

    AdaptiveLimiter(AdaptiveLimit policy, MonitoredCluster cluster) {
        this.policy = policy;
        this.cluster = cluster;
    }

    @Override
    public synchronized void joined(List<EndpointStats> endpoints) {
        if (closed) {
            return;
        }
        for (EndpointStats one : endpoints) {
            gauges.put(one, new Gauge(one));
        }
        if (timer == null) {
            timer = new ControlThread(cluster).every(Ticker.toNanos(policy.interval()), this::look);
        }
    }

    @Override
    public synchronized void left(List<EndpointStats> endpoints) {
        for (EndpointStats one : endpoints) {
            Gauge gauge = gauges.remove(one);
            if (gauge != null) {
                gauge.restore();
            }
        }
        if (gauges.isEmpty()) {
            stop();
        }
    }

    private synchronized void look() {
        if (!closed) {
            long now = cluster.ticker().nanos();
            gauges.values().forEach(gauge -> gauge.look(now));
        }
    }

    private void stop() {
        ControlThread.cancel(timer);
        timer = null;
    }

    @Override
    public synchronized void close() {
        closed = true;
        stop();
        gauges.values().forEach(Gauge::restore);
        gauges.clear();
    }

    /** What is known of one endpoint. */
    private final class Gauge {

        private final EndpointStats stats;
        private double limit = policy.initial();
        private double baseline; // nanoseconds; 0 before the first interval with enough uses

        /* As they were at the beginning of the interval. */
        private long began;
        private long busyNanos;
        private long ended;
        private long failures;
        private long timeouts;
        private int waited;

        private int pressed; // intervals in a row in which the limit was used up and answers took longer
        private int probing; // for how many more intervals the limit is halved

        Gauge(EndpointStats stats) {
            this.stats = stats;
            stats.setLimit(policy.initial());
            begin(cluster.ticker().nanos());
        }

        private void begin(long now) {
            began = now;
            busyNanos = stats.busyNanos();
            ended = ended();
            failures = failures();
            timeouts = stats.count(Outcome.TIMEOUT);
            waited = 0;
        }

        private long ended() {
            return stats.started() - stats.inFlight();
        }

        private long failures() {
            return stats.count(Outcome.FAILURE)
                    + stats.count(Outcome.CONNECT_FAILED)
                    + stats.count(Outcome.RESET)
                    + stats.count(Outcome.TIMEOUT);
        }

        void look(long now) {
            long uses = ended() - ended;
            if (uses < ENOUGH && ++waited < PATIENCE) {
                return;
            }
            double busy = (double) (stats.busyNanos() - busyNanos);
            if (uses > 0 && busy > 0 && now > began) {
                learn(busy / uses, Math.max(stats.inFlight(), busy / (now - began)));
            }
            begin(now);
        }

        private void learn(double mean, double used) {
            if (stats.count(Outcome.TIMEOUT) != timeouts) {
                probing = 0;
                move(limit * BACK_OFF);
                return;
            }
            boolean failed = failures() != failures; // an error that comes fast says nothing of how long answers take
            if (failed && (baseline == 0 || probing > 0)) {
                return;
            }
            if (probing > 0) {
                probing--;
                if (probing == 0) {
                    baseline = mean;
                    move(limit);
                }
                return;
            }
            boolean usedUp = used >= USED_UP * limit;
            if (baseline == 0 || (mean <= baseline && !failed)) {
                baseline = mean;
            } else if (mean > baseline && !usedUp) {
                baseline += BASELINE_DRIFT * (mean - baseline);
            }
            pressed = usedUp && mean > SLOWER * baseline ? pressed + 1 : 0;
            if (pressed >= PROBE_AFTER && limit / 2 >= policy.minimum()) {
                pressed = 0;
                probing = PROBE_FOR;
                stats.setLimit((int) (limit / 2));
                return;
            }
            double gradient = Math.max(LEAST_GRADIENT, Math.min(1, policy.tolerance() * baseline / mean));
            double target = limit * gradient + Math.sqrt(limit);
            if (target <= limit || used >= limit / 2) { // else nobody knows what it could bear beyond what it gets
                move(limit + SMOOTHING * (target - limit));
            }
        }

        private void move(double next) {
            limit = Math.max(policy.minimum(), Math.min(policy.maximum(), next));
            stats.setLimit((int) limit);
        }

        void restore() {
            stats.setLimit(cluster.limit());
        }
    }
}
