package io.evenkeel.health;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor behind {@link HealthCheckPolicy}. Everything is done on the control executor, to which answers are handed
 * over, so nothing here needs a lock. First checks are spread over an interval, so that many endpoints do not make a burst.
 */
final class HealthChecker implements Monitor {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecker.class);

    private final HealthCheckPolicy policy;
    private final MonitoredCluster cluster;
    private final Map<EndpointStats, Patient> patients = new HashMap<>();
    private boolean closed;

    HealthChecker(HealthCheckPolicy policy, MonitoredCluster cluster) {
        this.policy = policy;
        this.cluster = cluster;
    }

    @Override
    public void membersChanged(List<EndpointStats> members) {
        onControl(() -> take(members));
    }

    @Override
    public void close() {
        onControl(() -> {
            closed = true;
            new ArrayList<>(patients.values()).forEach(Patient::leave);
            patients.clear();
        });
    }

    private void onControl(Runnable work) {
        try {
            cluster.control().execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: the control thread has ended", cluster.name(), e);
        }
    }

    private void take(List<EndpointStats> members) {
        if (closed) {
            return;
        }
        Map<EndpointStats, Patient> before = new HashMap<>(patients);
        patients.clear();
        List<Patient> added = new ArrayList<>();
        for (EndpointStats one : members) {
            Patient known = before.remove(one);
            if (known == null) {
                known = new Patient(one);
                added.add(known);
            }
            patients.put(one, known);
        }
        before.values().forEach(Patient::leave);
        added.forEach(Patient::enter);
    }

    /** One endpoint under check. */
    private final class Patient {

        private final EndpointStats endpoint;
        private boolean up = policy.trusting();
        private boolean first = true;
        private int streak; // checks in a row that say otherwise
        private long round; // answers to earlier ones come too late
        private boolean gone;
        private @Nullable ScheduledFuture<?> next;

        Patient(EndpointStats endpoint) {
            this.endpoint = endpoint;
        }

        void enter() {
            if (!up) {
                cluster.bar(endpoint, Bar.UNHEALTHY);
            }
            // Those that wait for it are checked at once.
            double spread = up ? cluster.random().nextDouble() : 0;
            next = schedule(this::check, (long) (policy.interval().toNanos() * spread));
        }

        void leave() {
            gone = true;
            if (next != null) {
                next.cancel(false);
            }
            cluster.unbar(endpoint, Bar.UNHEALTHY);
        }

        private void check() {
            long mine = ++round;
            next = schedule(
                    () -> answered(mine, new IllegalStateException("no answer within " + policy.timeout())),
                    policy.timeout().toNanos());
            CompletionStage<?> answer;
            try {
                answer = policy.check().check(endpoint.endpoint(), policy.timeout());
            } catch (RuntimeException e) {
                answered(mine, e);
                return;
            }
            answer.whenComplete((well, problem) -> onControl(() -> answered(mine, problem)));
        }

        private void answered(long which, @Nullable Throwable problem) {
            if (gone || which != round) {
                return;
            }
            round++;
            if (next != null) {
                next.cancel(false);
            }
            double jitter = 0.9 + 0.2 * cluster.random().nextDouble();
            next = schedule(this::check, (long) (policy.interval().toNanos() * jitter));
            boolean well = problem == null;
            streak = well == up ? 0 : streak + 1;
            // An endpoint that has never passed has to pass once; later it takes as many as the policy says.
            int needed = well ? (first ? 1 : policy.rise()) : policy.fall();
            first &= !well;
            if (streak >= needed) {
                streak = 0;
                turn(well, problem);
            }
        }

        private void turn(boolean well, @Nullable Throwable problem) {
            up = well;
            String id = endpoint.endpoint().id();
            if (well) {
                LOG.info("{}: {} is well", cluster.name(), id);
                cluster.unbar(endpoint, Bar.UNHEALTHY);
            } else {
                LOG.info("{}: {} is not well: {}", cluster.name(), id, String.valueOf(problem));
                cluster.bar(endpoint, Bar.UNHEALTHY);
            }
        }

        private @Nullable ScheduledFuture<?> schedule(Runnable work, long nanos) {
            try {
                return cluster.control().schedule(work, nanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                return null; // nothing is done any more
            }
        }
    }
}
