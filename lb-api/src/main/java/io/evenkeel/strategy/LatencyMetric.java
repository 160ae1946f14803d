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
     * What all endpoints together are like. Every pick reads that, and if every end of a use wrote it two threads would wait
     * for each other more than for anything else: so each stripe of threads gathers a few samples before it adds them.
     */
    @SuppressWarnings("UnusedVariable") // fields are read through their handles
    private static final class Pool extends LoadPool {

        private static final VarHandle MEAN = Handles.of(MethodHandles.lookup(), Pool.class, "mean", double.class);
        private static final VarHandle SAMPLES = Handles.of(MethodHandles.lookup(), Pool.class, "samples", int.class);
        private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(double[].class);

        /* What is in a stripe: the mean of what was gathered, of how many that is, and when it was added last. */
        private static final int COUNT = 1;
        private static final int ADDED = 2;
        private static final int GATHERED = 8;
        private static final double GATHERING_NANOS = 10e6;

        private double mean = UNKNOWN_NANOS;
        private int samples;
        private final double[] stripes = new double[Stripes.length(Double.BYTES)];

        @Override
        protected Load newLoad(EndpointStats endpoint) {
            return new Latency(this);
        }

        boolean sampled() {
            return (int) SAMPLES.getOpaque(this) > 0;
        }

        double mean() {
            return (double) MEAN.getOpaque(this);
        }

        void sample(double latency, long now) {
            int known = (int) SAMPLES.getOpaque(this);
            if (known < EVENLY) {
                SAMPLES.setOpaque(this, known + 1);
                add(latency, 1.0 / (known + 1));
                return;
            }
            int own = Stripes.ofThisThread(Double.BYTES);
            double count = stripe(own + COUNT) + 1;
            double gathered = count == 1 ? latency : stripe(own) + (latency - stripe(own)) / count;
            if (count < GATHERED && Math.abs((double) now - stripe(own + ADDED)) < GATHERING_NANOS) {
                STRIPE.setOpaque(stripes, own, gathered);
                STRIPE.setOpaque(stripes, own + COUNT, count);
            } else {
                add(gathered, count / EVENLY);
                STRIPE.setOpaque(stripes, own + COUNT, 0.0);
                STRIPE.setOpaque(stripes, own + ADDED, (double) now);
            }
        }

        private void add(double latency, double weight) {
            double before = mean();
            MEAN.setOpaque(this, before + weight * (latency - before));
        }

        private double stripe(int index) {
            return (double) STRIPE.getOpaque(stripes, index);
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
                pool.sample(sample, now);
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
