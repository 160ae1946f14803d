package io.evenkeel.cluster;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.endpoint.UseObserver;
import io.evenkeel.layer.Groups;
import io.evenkeel.layer.SlowStart;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Builds the states of one cluster, layer by layer: from a report who is there, who of them takes work and with which
 * weight, in which group, how far along its slow start, and last the picker.
 *
 * <p>Under the cluster's control lock, but for {@link #usage}. It knows no listeners and no timers: whoever owns it asks
 * when there is something to do next.
 */
final class Assembler {

    private static final long LEAST_RAMP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int RAMP_STEPS = 20;

    private final ClusterRuntime runtime;
    private final Roster roster;
    private final Ramps ramps = new Ramps();
    private final Drains drains;

    /* What the current state was built from. */
    private ClusterConfig config = ClusterConfig.defaults();
    private @Nullable Snapshot snapshot; // null if the source does not know the service
    private Eligibility[] verdicts = {};
    private EndpointFilter judge = config.filter(); // whose verdicts they are
    private Muster muster = Muster.NOBODY;
    private Groups groups = Groups.NONE;
    private @Nullable Strategy strategy; // null before the first picker
    private @Nullable Picker lastPicker; // outlives moments without endpoints, so that its cursor does too
    private boolean unfinished; // an update failed after it had changed the roster
    private boolean everBarred;

    /**
     * Builds from nothing.
     *
     * @param runtime what the cluster lives on
     * @param observer who hears of failures among everyone's uses
     */
    Assembler(ClusterRuntime runtime, UseObserver observer) {
        this.runtime = runtime;
        this.roster = new Roster(runtime.ticker(), observer);
        this.drains = new Drains(runtime.ticker());
    }

    /** What everyone who was ever reported has done. Any thread. */
    Usage usage() {
        return roster.total();
    }

    ClusterConfig config() {
        return config;
    }

    /** How many endpoints take work that nothing bars. */
    int free() {
        return groups.free();
    }

    boolean failsOpen() {
        return groups.failsOpen();
    }

    Drains drains() {
        return drains;
    }

    /**
     * Takes over a report.
     *
     * @return the state that follows; its parts are those of the state before where they say the same
     */
    ClusterState take(ClusterState before, Snapshot newest, ClusterConfig newConfig) {
        return take(before, newest, newConfig, false);
    }

    private ClusterState take(ClusterState before, Snapshot newest, ClusterConfig newConfig, boolean sortAnew) {
        Endpoint[] reports = newest.endpoints().toArray(Endpoint[]::new);
        Difference since = roster.since(reports);
        Eligibility[] judged = verdicts(reports, newConfig.filter(), since); // may throw, so before anything is changed
        boolean unlike = unfinished; // what stats show may not be what was taken over
        unfinished = true;
        @Nullable Member[] members = roster.take(reports, since);
        verdicts = judged;
        judge = newConfig.filter();
        boolean sameRules = newConfig.filter().equals(config.filter())
                && newConfig.subsetting().equals(config.subsetting());
        Muster next = unlike || sortAnew || !sameRules
                ? Muster.of(members, judged, newConfig)
                : muster.changed(members, judged, newConfig, since);
        boolean sameSet = !unlike && Arrays.equals(next.takers(), muster.takers());
        boolean rebuild = !sameSet
                || (roster.hasNews() && next.looksNew())
                || !Arrays.equals(next.weights(), muster.weights())
                || !newConfig.grouping().equals(config.grouping())
                || (ramps.count() > 0 && !newConfig.slowStart().equals(config.slowStart()));
        int limit = newConfig.maxInFlight();
        boolean everyone = unlike || config.maxInFlight() != limit;
        refresh(members, everyone ? 0 : since.head(), everyone ? members.length : since.endAfter(), limit);
        if (rebuild) {
            enlist(next, newConfig, unlike);
        }
        followDraining(next, newConfig.drainTimeout());
        Picker picker = before.picker();
        muster = next;
        groups.judge(newConfig.panicThreshold());
        if (next.active().isEmpty()) {
            picker = null;
        } else if (picker == null || rebuild || !newConfig.strategy().equals(strategy)) {
            picker = newPicker(newConfig);
        }
        config = newConfig;
        snapshot = newest;
        strategy = newConfig.strategy();
        unfinished = false;
        return new ClusterState(
                before.generation() + 1,
                newest.service(),
                sameSet ? before.active() : next.active(),
                next.drainingStats(),
                picker);
    }

    private Eligibility[] verdicts(Endpoint[] reports, EndpointFilter filter, Difference since) {
        Eligibility[] judged = new Eligibility[reports.length];
        int from = 0;
        int to = reports.length;
        if (filter.equals(judge)) {
            since.copySame(verdicts, judged);
            from = since.head();
            to = since.endAfter();
        }
        for (int i = from; i < to; i++) {
            judged[i] = filter.judge(reports[i]);
        }
        return judged;
    }

    private static void refresh(@Nullable Member[] members, int from, int to, int limit) {
        for (int i = from; i < to; i++) {
            Member member = members[i];
            if (member == null) {
                continue;
            }
            member.refresh();
            if (member.limit != limit) {
                member.limit = limit;
                member.stats.setLimit(limit);
            }
        }
    }

    /* Who takes work is known anew: sorts them into groups, and lets newcomers ramp up unless all are. */
    private void enlist(Muster next, ClusterConfig newConfig, boolean unlike) {
        long report = roster.report();
        List<Member> newcomers = new ArrayList<>();
        Member[] before = muster.takers();
        Member[] after = next.takers();
        Difference since = Difference.between(unlike ? new Member[0] : before, after);
        boolean anyStays = since.same() > 0;
        for (int i = since.head(); i < since.endAfter(); i++) {
            Member member = after[i];
            member.chosenIn = report;
            if (member.takesWork) {
                anyStays = true;
            } else {
                newcomers.add(member);
                member.takesWork = true;
                member.group = 0;
                member.draining = false;
                drains.cancel(member.stats);
            }
        }
        for (int i = since.head(); i < before.length - since.tail(); i++) {
            if (before[i].chosenIn != report) {
                before[i].takesWork = false;
                before[i].stats.ignoreBars(false);
            }
        }
        groups = next.keys() == null
                ? Groups.single(next.active(), groups)
                : Groups.of(newConfig.grouping(), next.active(), next.keys(), groups);
        if (next.keys() != null || muster.keys() != null || unlike) {
            for (int i = 0; i < after.length; i++) {
                after[i].group = groups.groupOf(i);
            }
        }
        groups.count(everBarred);
        SlowStart slowStart = newConfig.slowStart().orElse(null);
        long now = slowStart == null ? 0 : runtime.ticker().nanos();
        if (slowStart != null && slowStart.newcomers() && anyStays) {
            newcomers.forEach(member -> ramps.begin(member, now));
        }
        ramps.settle(slowStart, now, roster);
    }

    private void followDraining(Muster next, Duration timeout) {
        for (Member member : next.draining()) {
            if (!member.draining) {
                member.draining = true;
                waitFor(member, timeout);
            }
        }
        for (Member member : roster.gone()) {
            if (!member.draining) {
                waitFor(member, timeout);
            }
        }
    }

    private void waitFor(Member member, Duration timeout) {
        if (!timeout.isZero()) {
            drains.begin(member.stats, timeout);
        }
    }

    private Picker newPicker(ClusterConfig by) {
        SlowStart slowStart = by.slowStart().orElse(null);
        double[] weights = ramps.weights(
                muster, slowStart, slowStart == null ? 0 : runtime.ticker().nanos());
        Candidates candidates =
                Candidates.of(muster.active(), weights, lastPicker, runtime.random(), runtime.background());
        Picker picker = groups.newPicker(by.strategy(), candidates);
        lastPicker = picker;
        return picker;
    }

    /**
     * The source does not know the service (any more).
     *
     * @return the state that follows
     */
    ClusterState forget(ClusterState before) {
        Endpoint[] nobody = {};
        roster.take(nobody, roster.since(nobody));
        verdicts = new Eligibility[0];
        followDraining(Muster.NOBODY, config.drainTimeout());
        snapshot = null;
        muster = Muster.NOBODY;
        groups = Groups.NONE;
        everBarred = false;
        ramps.clear();
        return before.generation() == 0 || before.service().isPresent()
                ? new ClusterState(before.generation() + 1, null, List.of(), List.of(), null)
                : before;
    }

    /**
     * An endpoint has a bar more.
     *
     * @param first whether it had none
     */
    void barred(EndpointStats endpoint, boolean first) {
        everBarred = true;
        Member member = first ? roster.find(endpoint) : null;
        if (member != null && member.takesWork) {
            judgeAgain(member, false);
        }
    }

    /**
     * An endpoint has a bar less.
     *
     * @param last whether it has none now
     * @return whether its slow start begins, for which {@link #ramp} is to be called
     */
    boolean unbarred(EndpointStats endpoint, Bar bar, boolean last) {
        Member member = roster.find(endpoint);
        if (member == null || !member.takesWork) {
            return false;
        }
        SlowStart slowStart = config.slowStart().orElse(null);
        member.rampsWhenFree |= slowStart != null && slowStart.after().contains(bar);
        if (!last) {
            return false;
        }
        judgeAgain(member, true);
        boolean ramps = member.rampsWhenFree;
        if (ramps) {
            member.rampsWhenFree = false;
            this.ramps.begin(member, runtime.ticker().nanos());
        }
        return ramps;
    }

    private void judgeAgain(Member member, boolean free) {
        groups.changed(member.group, member.stats, free);
        groups.judge(config.panicThreshold());
    }

    /**
     * Somebody wants an endpoint to drain, whatever the source says.
     *
     * @return the state that follows, or null if the source does not report the endpoint
     */
    @Nullable
    ClusterState drain(ClusterState before, EndpointStats endpoint, Duration timeout) {
        Member member = roster.find(endpoint);
        if (member == null || snapshot == null) {
            return null;
        }
        member.drainedByHand = true;
        ClusterState after = take(before, snapshot, config, true);
        drains.begin(endpoint, timeout);
        return after;
    }

    /**
     * Nobody wants an endpoint to drain any more.
     *
     * @return the state that follows, or null if nobody wanted it
     */
    @Nullable
    ClusterState undrain(ClusterState before, EndpointStats endpoint) {
        Member member = roster.find(endpoint);
        if (member == null || snapshot == null || !member.drainedByHand) {
            return null;
        }
        member.drainedByHand = false;
        member.draining = false;
        drains.cancel(endpoint);
        return take(before, snapshot, config, true);
    }

    /**
     * Makes the weights of those in their slow start anew. Other weights are no other state: the generation stays.
     *
     * @return the state with another picker
     */
    ClusterState ramp(ClusterState before) {
        ramps.settle(config.slowStart().orElse(null), runtime.ticker().nanos(), roster);
        return muster.active().isEmpty() || unfinished ? before : before.withPicker(newPicker(config));
    }

    /** How long to wait before {@link #ramp} is called again, in nanoseconds; -1 if nobody is in a slow start. */
    long nanosToNextRamp() {
        SlowStart slowStart = config.slowStart().orElse(null);
        return slowStart == null || ramps.count() == 0
                ? -1
                : Math.max(LEAST_RAMP_NANOS, Ticker.toNanos(slowStart.window().dividedBy(RAMP_STEPS)));
    }

    /** The numbers of this moment. */
    ClusterLayers layers(boolean failsOpen, long failedOpen) {
        return new ClusterLayers(
                muster.unused(),
                groups.shares(),
                failsOpen,
                failedOpen,
                ramps.count(),
                drains.count(),
                drains.drained(),
                drains.timedOut());
    }
}
