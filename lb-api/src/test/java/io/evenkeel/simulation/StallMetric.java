package io.evenkeel.simulation;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.LoadMetric;
import io.evenkeel.strategy.LoadPool;

/**
 * The textbook form of what the default goes by, for comparison: a mean latency that drifts to that of all while nothing is
 * heard, silence as latency, and failures as slow answers. It knows beforehand what is usual, and is neither careful with
 * newcomers nor curious.
 */
record StallMetric() implements LoadMetric {

    private static final double USUAL_NANOS = 10e6;
    private static final double FAILURE_NANOS = 250e6;
    private static final double DRIFT_NANOS = 10e9;

    @Override
    public String name() {
        return "stall";
    }

    @Override
    public LoadPool newPool() {
        return new Pool();
    }

    private static final class Pool extends LoadPool {

        private double mean = USUAL_NANOS;

        @Override
        protected Load newLoad(EndpointStats endpoint) {
            return new Stall(this);
        }
    }

    private static final class Stall extends Load {

        private final Pool all;
        private double mean;
        private long heard;
        private long progress;

        Stall(Pool all) {
            super(all);
            this.all = all;
        }

        private double expected(long now) {
            return mean == 0 ? all.mean : all.mean + (mean - all.mean) * StrictMath.exp((heard - now) / DRIFT_NANOS);
        }

        @Override
        public double cost(double inFlight, long now) {
            double expected = expected(now);
            return (inFlight > 0 ? Math.max(expected, (double) (now - progress)) : expected) * (inFlight + 1);
        }

        @Override
        public void started(int before, long now) {
            progress = before == 0 ? now : progress;
        }

        @Override
        public void ended(long latency, long now, Outcome outcome) {
            double sample = outcome == Outcome.SUCCESS ? (double) latency : Math.max((double) latency, FAILURE_NANOS);
            double expected = expected(now);
            mean = expected + 0.1 * (sample - expected);
            heard = now;
            progress = now;
            all.mean += 0.01 * (sample - all.mean);
        }
    }
}
