package io.evenkeel.health;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor behind {@link OutlierPolicy}. Everything but the hand-over is done on the control executor, so nothing here
 * needs a lock.
 */
final class OutlierDetector implements Monitor {

    private static final Logger LOG = LoggerFactory.getLogger(OutlierDetector.class);
    private static final double JITTER = 0.1; // lest those that were ejected together come back together

    private final OutlierPolicy policy;
    private final MonitoredCluster cluster;
    private final ControlThread control;
    private final Map<EndpointStats, Suspect> suspects = new LinkedHashMap<>();
    private int ejected;
    private boolean closed;
    private @Nullable Future<?> timer;

    OutlierDetector(OutlierPolicy policy, MonitoredCluster cluster) {
        this.policy = policy;
        this.cluster = cluster;
        this.control = new ControlThread(cluster);
    }

    @Override
    public void joined(List<EndpointStats> endpoints) {
        control.run(() -> enter(endpoints));
    }

    @Override
    public void left(List<EndpointStats> endpoints) {
        control.run(() -> leave(endpoints));
    }

    @Override
    public void failed(EndpointStats endpoint, int inARow, Outcome outcome) {
        if (!policy.consecutiveOutcomes().contains(outcome)) {
            recovered(endpoint); // a trial has shown what it was to show
        } else if (endpoint.isProbing()) {
            control.run(() -> eject(endpoint, "its trial failed"));
        } else if (policy.consecutiveFailures() > 0 && inARow % policy.consecutiveFailures() == 0) {
            control.run(() -> eject(endpoint, inARow + " failures in a row"));
        }
    }

    @Override
    public void recovered(EndpointStats endpoint) {
        if (endpoint.isProbing()) {
            endpoint.setProbing(false);
        }
    }

    @Override
    public void close() {
        control.run(() -> {
            closed = true;
            leave(List.copyOf(suspects.keySet()));
        });
    }

    private void enter(List<EndpointStats> endpoints) {
        if (closed) {
            return;
        }
        for (EndpointStats one : endpoints) {
            suspects.put(one, new Suspect(one));
        }
        if (timer == null) {
            timer = control.every(Ticker.toNanos(policy.interval()), this::compare);
        }
    }

    private void leave(List<EndpointStats> endpoints) {
        for (EndpointStats one : endpoints) {
            Suspect suspect = suspects.remove(one);
            if (suspect != null) {
                one.setProbing(false);
                if (suspect.isOut()) {
                    release(suspect);
                }
            }
        }
        if (suspects.isEmpty()) {
            ControlThread.cancel(timer);
            timer = null;
        }
    }

    private void eject(EndpointStats endpoint, String reason) {
        Suspect suspect = suspects.get(endpoint);
        if (closed || suspect == null || suspect.isOut()) {
            return;
        }
        if (ejected >= Math.max(1, (int) (policy.maxEjectedShare() * suspects.size()))) {
            return;
        }
        if (policy.sparesLast() && !isAnotherFree(suspect)) {
            endpoint.setProbing(false); // trials are for those whose work others can do
            return;
        }
        int times = suspect.times + 1;
        double nanos = Math.min(
                (double) Ticker.toNanos(policy.baseEjection()) * times, (double) Ticker.toNanos(policy.maxEjection()));
        long spread = (long) (nanos * (1 + JITTER * cluster.random().nextDouble()));
        suspect.comesBack = control.after(spread, () -> comeBack(suspect));
        if (!suspect.isOut()) {
            return; // nobody could let it back in
        }
        suspect.times = times;
        ejected++;
        endpoint.setProbing(false);
        cluster.bar(endpoint, Bar.EJECTED);
        LOG.info(
                "{}: ejected {} for {} s: {}",
                cluster.name(),
                endpoint.endpoint().id(),
                spread / 1_000_000_000,
                reason);
    }

    private boolean isAnotherFree(Suspect suspect) {
        for (Suspect other : suspects.values()) {
            if (other != suspect && !other.endpoint.isBarred() && !other.endpoint.isProbing()) {
                return true;
            }
        }
        return false;
    }

    private void comeBack(Suspect suspect) {
        if (suspect.isOut()) {
            suspect.endpoint.setProbing(true);
            suspect.wasOut = true;
            release(suspect);
        }
    }

    private void release(Suspect suspect) {
        ControlThread.cancel(suspect.comesBack);
        suspect.comesBack = null;
        ejected--;
        cluster.unbar(suspect.endpoint, Bar.EJECTED);
    }

    private void compare() {
        List<Suspect> in = new ArrayList<>();
        for (Suspect suspect : suspects.values()) {
            suspect.read();
            if (!suspect.isOut()) {
                in.add(suspect);
                suspect.behaved();
            }
        }
        bySuccessRate(in);
        byFailureShare(in);
        byLatency(in);
    }

    private void bySuccessRate(List<Suspect> in) {
        List<Suspect> enough = enough(
                in,
                policy.successRateDeviations(),
                policy.successRateHosts(),
                one -> one.uses() >= policy.successRateVolume());
        if (enough.isEmpty()) {
            return;
        }
        double mean =
                enough.stream().mapToDouble(Suspect::successRate).average().orElse(1);
        double variance = enough.stream()
                .mapToDouble(one -> (one.successRate() - mean) * (one.successRate() - mean))
                .average()
                .orElse(0);
        double threshold = mean - policy.successRateDeviations() * Math.sqrt(variance);
        for (Suspect one : enough) {
            if (one.successRate() < threshold) {
                eject(one.endpoint, "success rate " + percent(one.successRate()) + ", usual " + percent(mean));
            }
        }
    }

    private void byFailureShare(List<Suspect> in) {
        for (Suspect one : enough(
                in,
                policy.failureShare(),
                policy.failureShareHosts(),
                each -> each.uses() >= policy.failureShareVolume())) {
            if (1 - one.successRate() >= policy.failureShare()) {
                eject(one.endpoint, percent(1 - one.successRate()) + " failures");
            }
        }
    }

    private void byLatency(List<Suspect> in) {
        List<Suspect> enough = enough(
                in,
                policy.latencyFactor(),
                policy.successRateHosts(),
                one -> one.busy > 0 && one.uses() >= policy.latencyVolume());
        double[] latencies =
                enough.stream().mapToDouble(Suspect::latency).sorted().toArray();
        for (Suspect one : enough) {
            double median = latencies[latencies.length / 2];
            if (one.latency() > median * policy.latencyFactor()) {
                eject(one.endpoint, "latency " + (long) one.latency() / 1_000_000 + " ms");
            }
        }
    }

    private static List<Suspect> enough(List<Suspect> in, double rule, int hosts, Predicate<Suspect> volume) {
        if (rule == 0) {
            return List.of();
        }
        List<Suspect> enough = in.stream().filter(volume).toList();
        return enough.size() < Math.max(1, hosts) ? List.of() : enough;
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }

    /** An endpoint, and what it did in the last interval. */
    private static final class Suspect {

        private static final Outcome[] FAILURES =
                Arrays.stream(Outcome.values()).filter(Outcome::isFailure).toArray(Outcome[]::new);

        private final EndpointStats endpoint;
        private int times;
        private boolean wasOut; // since the last interval began
        private @Nullable Future<?> comesBack; // while it is out
        private long allSuccesses;
        private long allFailures;
        private long allBusy;
        private long successes;
        private long failures;
        private long busy;

        Suspect(EndpointStats endpoint) {
            this.endpoint = endpoint;
            read();
        }

        boolean isOut() {
            return comesBack != null;
        }

        void read() {
            long nowSuccesses = endpoint.count(Outcome.SUCCESS);
            long nowFailures = 0;
            for (Outcome failure : FAILURES) {
                nowFailures += endpoint.count(failure);
            }
            long nowBusy = endpoint.busyNanos();
            successes = nowSuccesses - allSuccesses;
            failures = nowFailures - allFailures;
            busy = nowBusy - allBusy;
            allSuccesses = nowSuccesses;
            allFailures = nowFailures;
            allBusy = nowBusy;
        }

        /* An interval without ejection is forgiven one. */
        void behaved() {
            if (times > 0 && !wasOut && !endpoint.isProbing()) {
                times--;
            }
            wasOut = false;
        }

        long uses() {
            return successes + failures;
        }

        double successRate() {
            return (double) successes / uses();
        }

        double latency() {
            return (double) busy / uses();
        }
    }
}
