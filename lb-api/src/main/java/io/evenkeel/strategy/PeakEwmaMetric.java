package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import io.evenkeel.endpoint.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * The metric behind {@link LoadMetric#peakEwma}.
 *
 * @param decayNanos the time constant
 */
record PeakEwmaMetric(long decayNanos) implements LoadMetric {

    /**
     * What an endpoint costs that has uses in flight and no answer yet: more than any that has answered (11 days), and not
     * so much that one use more makes no difference to a double.
     */
    private static final double PENALTY = 1e15;

    PeakEwmaMetric {
        if (decayNanos <= 0) {
            throw new IllegalArgumentException("decay: " + decayNanos + " ns (expected: > 0)");
        }
    }

    PeakEwmaMetric(Duration decay) {
        this(decay.toNanos());
    }

    @Override
    public String name() {
        return "peak-ewma";
    }

    @Override
    public LoadPool newPool() {
        return new Pool(decayNanos);
    }

    @Override
    public String toString() {
        return name();
    }

    private static final class Pool extends LoadPool {

        private final long decayNanos;

        Pool(long decayNanos) {
            this.decayNanos = decayNanos;
        }

        @Override
        protected Load newLoad(EndpointStats endpoint) {
            return new PeakEwma(this, decayNanos);
        }
    }

    @SuppressWarnings("UnusedVariable") // fields are read through their handles
    private static final class PeakEwma extends Load {

        private static final VarHandle AVERAGE =
                Handles.of(MethodHandles.lookup(), PeakEwma.class, "average", double.class);
        private static final VarHandle SAMPLED =
                Handles.of(MethodHandles.lookup(), PeakEwma.class, "sampled", long.class);

        private final double decayNanos;
        private double average;
        private long sampled;

        PeakEwma(Pool pool, long decayNanos) {
            super(pool);
            this.decayNanos = decayNanos;
        }

        /* Reading decays as if an answer of no latency had come, but writes nothing: only samples do. */
        @Override
        public double cost(double inFlight, long now) {
            double current = (double) AVERAGE.getOpaque(this) * remains(now);
            if (current == 0 && inFlight > 0) {
                return PENALTY * (inFlight + 1);
            }
            return current * (inFlight + 1);
        }

        @Override
        public void ended(long latency, long now, Outcome outcome) {
            if (outcome == Outcome.CANCELLED) {
                return;
            }
            double before = (double) AVERAGE.getOpaque(this);
            double old = remains(now);
            double decayed = before * old;
            // Compared with what has decayed since: whatever is above that is a peak.
            AVERAGE.setOpaque(this, latency > decayed ? latency : decayed + latency * (1 - old));
            SAMPLED.setOpaque(this, now);
        }

        private double remains(long now) {
            double x = Math.max(0, now - (long) SAMPLED.getOpaque(this)) / decayNanos;
            return 1 / (1 + x + x * x * 0.5);
        }
    }
}
