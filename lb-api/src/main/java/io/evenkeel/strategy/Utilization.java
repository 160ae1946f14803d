package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import io.evenkeel.endpoint.LoadReport;
import io.evenkeel.endpoint.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The strategy behind {@link Strategy#utilization()}. */
final class Utilization implements Strategy {

    /*
     * What a server can do is what it does over how busy it is, less for errors: the weight of gRFC A58, "weighted round
     * robin", whose periods these are. Unlike there, weights do not decide alone, but who is compared with whom: they are
     * seconds old, where uses in flight are not. Choosing by in-flight over weight among equally likely draws would give
     * the endpoint with the greatest weight twice its share whenever most are idle. The penalty is ten times the default
     * there: with 1, an endpoint that fails at once seems able to do a lot.
     */
    private static final double ERROR_PENALTY = 10;
    private static final long BLACKOUT_NANOS = 10_000_000_000L;
    private static final long EXPIRY_NANOS = 180_000_000_000L;
    private static final long PERIOD_NANOS = 1_000_000_000L;

    /** No report makes an endpoint count for more than so many times the average, or for less than its inverse. */
    private static final double MOST_TIMES = 10;

    static final Utilization INSTANCE = new Utilization();

    private Utilization() {}

    @Override
    public String name() {
        return "utilization";
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        Reports reports = candidates.previous() instanceof ByReports before ? before.reports : new Reports();
        for (EndpointStats one : candidates.endpoints()) {
            reports.measure(one);
        }
        ByReports picker = new ByReports(candidates, reports);
        reports.follow(picker);
        return picker;
    }

    @Override
    public String toString() {
        return name();
    }

    /** A picker that is built anew, from the same candidates, when it is time to look at what was reported. */
    private static final class ByReports implements Picker {

        private final Candidates candidates;
        private final Reports reports;
        private final Picker unreported;
        private volatile Picker current;

        ByReports(Candidates candidates, Reports reports) {
            this.candidates = candidates;
            this.reports = reports;
            this.unreported = LeastRequest.INSTANCE.newPicker(candidates);
            this.current = unreported;
        }

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            return current.pick(context, now, attempt);
        }

        /* Those that have not reported get the average, by the weights that they came with. */
        void weigh(long now) {
            int n = candidates.size();
            double[] weights = new double[n];
            double sum = 0;
            double given = 0;
            int known = 0;
            for (int i = 0; i < n; i++) {
                given += candidates.weight(i);
                if (candidates.endpoints().get(i).load() instanceof Reported one && one.pool() == reports) {
                    weights[i] = one.weight(now);
                    sum += weights[i];
                    known += weights[i] > 0 ? 1 : 0;
                }
            }
            if (known == 0) {
                current = unreported;
                return;
            }
            double mean = sum / known;
            for (int i = 0; i < n; i++) {
                weights[i] = weights[i] > 0
                        ? Math.min(Math.max(weights[i], mean / MOST_TIMES), mean * MOST_TIMES)
                        : mean * candidates.weight(i) * n / given;
            }
            current = LeastRequest.INSTANCE.newPicker(candidates.withWeights(weights));
        }

        void forget() {
            current = unreported;
        }
    }

    /** The reports of one cluster's endpoints. */
    @SuppressWarnings("UnusedVariable") // one field is used through its handle
    private static final class Reports extends LoadPool {

        private static final VarHandle WEIGHED =
                Handles.of(MethodHandles.lookup(), Reports.class, "weighed", long.class);

        private volatile @Nullable ByReports picker;
        private volatile boolean used;
        private volatile long weighed; // when weights were last determined

        @Override
        protected Load newLoad(EndpointStats endpoint) {
            return new Reported(this);
        }

        void follow(ByReports newest) {
            picker = newest;
            if (used) {
                newest.weigh(weighed);
            }
        }

        /* By the thread whose report comes when it is time, and by no other. */
        void reported(long now) {
            long last = weighed;
            ByReports newest = picker;
            if (newest != null
                    && (!used || Math.abs(now - last) >= PERIOD_NANOS)
                    && WEIGHED.compareAndSet(this, last, now)) {
                used = true;
                newest.weigh(now);
            }
        }

        /* If no report has come for so long that nothing would be left of them. */
        void ended(long now) {
            ByReports newest = picker;
            if (used && newest != null && now - weighed >= EXPIRY_NANOS) {
                used = false;
                newest.forget();
            }
        }
    }

    /** What one endpoint has reported. */
    private static final class Reported extends Load {

        private final Reports reports;
        private volatile double weight; // 0 before a report that is of use
        private volatile long since; // when reports began to come
        private volatile long last;

        Reported(Reports reports) {
            super(reports);
            this.reports = reports;
        }

        @Override
        public void reported(LoadReport report, long now) {
            double queries = report.requestsPerSecond();
            double errors = queries == 0 ? 0 : report.errorsPerSecond() / queries;
            double busy = report.utilization() + ERROR_PENALTY * errors;
            if (queries > 0 && report.utilization() > 0 && queries / busy < Double.POSITIVE_INFINITY) {
                if (weight == 0 || now - last >= EXPIRY_NANOS) {
                    since = now;
                }
                last = now;
                weight = queries / busy;
            }
            reports.reported(now);
        }

        /* Nothing for as long as a fresh server may still warm up, and when it has told nothing for long. */
        double weight(long now) {
            return now - since < BLACKOUT_NANOS || now - last >= EXPIRY_NANOS ? 0 : weight;
        }

        @Override
        public void ended(long latency, long now, Outcome outcome) {
            reports.ended(now);
        }

        @Override
        public double cost(double inFlight, long now) {
            return inFlight;
        }
    }
}
