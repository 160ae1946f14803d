package io.evenkeel.health;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor behind {@link HealthCheckPolicy}. Who joins and leaves is told with the cluster's control lock held, and bars
 * come and go with that; all checking is done on the control executor, to which answers are handed over, so nothing here
 * needs a lock of its own. First checks are spread over an interval, and there are never more
 * at once than the policy allows, so that many endpoints do not make a burst.
 */
final class HealthChecker implements Monitor {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecker.class);

    private final HealthCheckPolicy policy;
    private final MonitoredCluster cluster;
    private final ControlThread control;
    private final Map<EndpointStats, Patient> patients = new HashMap<>(); // under the cluster's control lock
    private final Queue<Patient> waiting = new ArrayDeque<>();
    private int running;

    HealthChecker(HealthCheckPolicy policy, MonitoredCluster cluster) {
        this.policy = policy;
        this.cluster = cluster;
        this.control = new ControlThread(cluster);
    }

    @Override
    public void joined(List<EndpointStats> endpoints) {
        admit(endpoints, policy.trusting());
    }

    @Override
    public void found(List<EndpointStats> endpoints) {
        admit(endpoints, true); // other rules are no reason to take everybody out for a moment
    }

    private void admit(List<EndpointStats> endpoints, boolean trusted) {
        for (EndpointStats one : endpoints) {
            Patient patient = new Patient(one, trusted);
            patients.put(one, patient);
            if (!trusted) {
                cluster.bar(one, Bar.UNHEALTHY); // now, before the first pick can see it
            }
            control.run(patient::enter);
        }
    }

    @Override
    public void left(List<EndpointStats> endpoints) {
        for (EndpointStats one : endpoints) {
            Patient patient = patients.remove(one);
            if (patient != null) {
                patient.gone = true;
                cluster.unbar(one, Bar.UNHEALTHY);
                control.run(patient::leave);
            }
        }
    }

    @Override
    public @Nullable CheckState checkState(EndpointStats endpoint) {
        Patient patient = patients.get(endpoint);
        return patient == null
                ? null
                : patient.seen.state(policy, cluster.ticker().nanos());
    }

    @Override
    public void close() {
        left(List.copyOf(patients.keySet()));
    }

    private void checkNext() {
        while (running < policy.maxConcurrent()) {
            Patient next = waiting.poll();
            if (next == null) {
                return;
            }
            if (!next.gone) {
                next.check();
            }
        }
    }

    /** One endpoint under check. */
    private final class Patient {

        private final EndpointStats endpoint;
        private boolean up;
        private boolean first; // of all its checks, for one that waits for it
        private int streak; // checks in a row that say otherwise
        private long round; // answers to earlier ones come too late
        private boolean asked;
        private long askedAt;
        private volatile CheckRecord seen;
        private volatile boolean gone;
        private @Nullable Future<?> next;
        private @Nullable CompletionStage<?> answer;

        Patient(EndpointStats endpoint, boolean trusted) {
            this.endpoint = endpoint;
            this.up = trusted;
            this.first = !trusted;
            this.seen = CheckRecord.begun(up, cluster.ticker().nanos());
        }

        void enter() {
            if (gone) {
                return;
            }
            setBar(); // again: an answer about who was here before may have come in between
            double spread = up ? cluster.random().nextDouble() : 0; // those that wait for it are checked at once
            next = control.after((long) (Ticker.toNanos(policy.interval()) * spread), this::turn);
        }

        void leave() {
            ControlThread.cancel(next);
            if (asked) {
                letGo();
                checkNext();
            }
        }

        private void setBar() {
            if (up) {
                cluster.unbar(endpoint, Bar.UNHEALTHY);
            } else {
                cluster.bar(endpoint, Bar.UNHEALTHY);
            }
        }

        private void turn() {
            waiting.add(this);
            checkNext();
        }

        void check() {
            long mine = ++round;
            asked = true;
            askedAt = cluster.ticker().nanos();
            running++;
            next = control.after(
                    Ticker.toNanos(policy.timeout()),
                    () -> answered(mine, null, new TimeoutException("no answer within " + policy.timeout())));
            CompletionStage<?> current;
            try {
                current = policy.check().check(endpoint.endpoint(), policy.timeout());
            } catch (RuntimeException e) {
                answered(mine, null, e);
                return;
            }
            answer = current;
            current.whenComplete((well, problem) -> control.run(() -> answered(mine, well, problem)));
        }

        /* Nobody waits for what was asked any more. */
        private void letGo() {
            asked = false;
            running--;
            round++;
            if (answer instanceof Future<?> future) {
                future.cancel(true);
            }
            answer = null;
        }

        private void answered(long which, @Nullable Object answer, @Nullable Throwable problem) {
            if (gone || which != round) {
                return;
            }
            ControlThread.cancel(next);
            letGo();
            long now = cluster.ticker().nanos();
            judge(problem);
            CheckResult result = CheckResult.of(problem == null ? answer : problem, Duration.ofNanos(now - askedAt));
            seen = seen.after(result, up, streak, now);
            double jitter = 0.9 + 0.2 * cluster.random().nextDouble();
            long interval = Ticker.toNanos(up ? policy.interval() : policy.downInterval());
            next = control.after((long) (interval * jitter), this::turn);
            checkNext();
        }

        private void judge(@Nullable Throwable problem) {
            boolean well = problem == null;
            streak = well == up ? 0 : streak + 1;
            // One that waits for its first pass has to pass once; later it takes as many as the policy says.
            int needed = well ? (first ? 1 : policy.rise()) : policy.fall();
            first &= !well;
            if (streak < needed) {
                return;
            }
            streak = 0;
            up = well;
            String id = endpoint.endpoint().id();
            if (well) {
                LOG.info("{}: {} is well", cluster.name(), id);
            } else {
                LOG.info("{}: {} is not well: {}", cluster.name(), id, String.valueOf(problem));
            }
            setBar();
            if (gone) {
                cluster.unbar(endpoint, Bar.UNHEALTHY); // it left just now, and that bar with it
            }
        }
    }
}
