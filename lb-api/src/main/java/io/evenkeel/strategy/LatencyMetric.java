package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import io.evenkeel.endpoint.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The metric behind {@link LoadMetric#latency()}. */
final class LatencyMetric implements LoadMetric {

    /*
     * Means are nanoseconds in doubles. They are read and written without atomicity: when two threads race, one sample of
     * many is lost, which costs less than making sure of it. Opaque access is all that is needed for that.
     *
     * The drift of a mean that nobody adds to is exp(-t/tau) in the textbook; the rational 1/(1+x+x²/2) is within a few
     * per cent of it where it matters and costs one division.
     *
     * An endpoint that joins others is taken for twice as slow as they are, ever less so until it has answered or some
     * seconds have passed. Else all clients try it in the same moment, and one that has yet to warm up is buried under the
     * calls of those who could not know.
     *
     * One about which nothing was learnt for long is taken for a little quicker than the others. Else a single caller, whose
     * endpoints are all idle when it chooses, would stay with whoever is quickest by a hair, and never try a newcomer.
     */
    private static final double SAMPLE_WEIGHT = 0.1;
    private static final double DRIFT_NANOS = 10e9;

    /*
     * A failure counts as an answer that took many times what good ones take: more than any server that is merely slow, and
     * not so much that one failure in a hundred outweighs the rest. What good ones take is learnt from them only: with
     * penalties in that mean, a service that fails throughout would raise them without end.
     */
    private static final double FAILURE_TIMES = 25;

    /** How many samples the mean of all answers weighs evenly before old ones begin to fade. */
    private static final int EVENLY = 100;

    /** Stands in until anything is known: only its order against the first samples matters. */
    private static final double UNKNOWN_NANOS = 10e6;

    private static final double HANDICAP = 1;
    private static final double HANDICAP_NANOS = 6e9;
    private static final double CURIOSITY = 0.05;

    /** A clock that jumps must not make an endpoint look hung for ever: no answer takes longer than this. */
    private static final long MAX_NANOS = 60_000_000_000L;

    static final LatencyMetric INSTANCE = new LatencyMetric();

    private LatencyMetric() {}

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public LoadPool newPool() {
        return new Pool();
    }

    @Override
    public String toString() {
        return name();
    }

    /**
     * What all endpoints together are like, as each stripe of threads has seen it: every pick reads that and every end of a
     * use writes it, which would cost two threads more than the rest of both. Who has seen nothing yet goes by whoever has.
     */
    private static final class Pool extends LoadPool {

        private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(double[].class);
        private static final int STRIDE = Stripes.BYTES / Double.BYTES;
        private static final int SAMPLES = 1; // behind the mean

        private final double[] cells = new double[Stripes.COUNT * STRIDE];
        private volatile int first;

        Pool() {
            cells[first] = UNKNOWN_NANOS;
        }

        @Override
        protected Load newLoad(EndpointStats endpoint) {
            return new Latency(this);
        }

        boolean sampled() {
            return cell(known() + SAMPLES) > 0;
        }

        double mean() {
            return cell(known());
        }

        void sample(double latency) {
            int from = known();
            int own = Stripes.ofThisThread() * STRIDE;
            double before = cell(from);
            double count = cell(from + SAMPLES);
            if (count == 0) {
                first = own;
            }
            count = Math.min(count + 1, EVENLY);
            CELL.setOpaque(cells, own, before + (latency - before) / count);
            CELL.setOpaque(cells, own + SAMPLES, count);
        }

        private int known() {
            int own = Stripes.ofThisThread() * STRIDE;
            return cell(own + SAMPLES) > 0 ? own : first;
        }

        private double cell(int index) {
            return (double) CELL.getOpaque(cells, index);
        }
    }

    @SuppressWarnings("UnusedVariable") // fields are read through their handles
    private static final class Latency extends Load {

        private static final VarHandle MEAN = Handles.of(MethodHandles.lookup(), Latency.class, "mean", double.class);
        private static final VarHandle SAMPLED =
                Handles.of(MethodHandles.lookup(), Latency.class, "sampled", long.class);
        private static final VarHandle BORN = Handles.of(MethodHandles.lookup(), Latency.class, "born", long.class);
        private static final VarHandle PROGRESS =
                Handles.of(MethodHandles.lookup(), Latency.class, "progress", long.class);

        private final Pool pool;
        private double mean; // 0 before the first sample
        private long sampled;
        private final boolean newcomer; // to a pool that knows what is usual
        private long born; // when it was first considered
        private long progress; // when something last ended, or began on an idle endpoint

        Latency(Pool pool) {
            super(pool);
            this.pool = pool;
            this.newcomer = pool.sampled();
        }

        @Override
        public double cost(double inFlight, long now) {
            double expected = expected(now, CURIOSITY);
            if (inFlight > 0) {
                expected = Math.max(expected, (double) bounded(now - (long) PROGRESS.getOpaque(this)));
            }
            return expected * (inFlight + 1);
        }

        private double expected(long now, double curiosity) {
            double usual = pool.mean() * (1 - curiosity);
            double own = (double) MEAN.getOpaque(this);
            if (own == 0) {
                return newcomer ? usual * newcomersFactor(now) : usual;
            }
            double x = Math.max(0, now - (long) SAMPLED.getOpaque(this)) / DRIFT_NANOS;
            return usual + (own - usual) / (1 + x + x * x * 0.5);
        }

        private double newcomersFactor(long now) {
            long since = (long) BORN.getOpaque(this);
            if (since == 0) {
                BORN.setOpaque(this, now | 1);
                return 1 + HANDICAP;
            }
            double passed = Math.min(1, Math.max(0, now - since) / HANDICAP_NANOS);
            return 1 + HANDICAP * (1 - passed);
        }

        @Override
        public void started(int before, long now) {
            if (before == 0) {
                PROGRESS.setOpaque(this, now);
            }
        }

        @Override
        public void ended(long latency, long now, Outcome outcome) {
            PROGRESS.setOpaque(this, now);
            if (outcome == Outcome.CANCELLED) {
                return; // its length is the caller's
            }
            double sample = (double) bounded(latency);
            double before = before(sample, outcome, now);
            if (outcome == Outcome.SUCCESS) {
                pool.sample(sample);
            } else {
                sample = Math.max(sample, FAILURE_TIMES * pool.mean());
            }
            MEAN.setOpaque(this, before + SAMPLE_WEIGHT * (sample - before));
            SAMPLED.setOpaque(this, now);
        }

        /* The very first answer is all that is known; a first failure must not make slowness look better than that does. */
        private double before(double sample, Outcome outcome, long now) {
            boolean first = (double) MEAN.getOpaque(this) == 0;
            double expected = first ? pool.mean() : expected(now, 0); // what one was careful of need not come true
            if (pool.sampled() || !first) {
                return expected;
            }
            return outcome == Outcome.SUCCESS ? sample : Math.max(expected, sample);
        }

        private static long bounded(long nanos) {
            return Math.min(nanos, MAX_NANOS);
        }
    }
}
