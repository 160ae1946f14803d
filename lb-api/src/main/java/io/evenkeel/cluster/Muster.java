package io.evenkeel.cluster;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.layer.Grouping;
import io.evenkeel.layer.Subset;
import io.evenkeel.layer.Subsetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a report amounts to: who takes work by the filter, by hand and by the subset, with which weight, and who drains.
 *
 * <p>Made with the control lock held; making one changes nothing, since subsets and levels may be the embedder's code and
 * fail.
 *
 * @param takers who takes work
 * @param active the same by their stats; an immutable list
 * @param weights their weights, null if all are equal
 * @param keys their groups, null if there is one
 * @param draining who takes no new work but may have some
 * @param unused how many would take work and are left to other clients
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a few things that belong together
record Muster(
        Member[] takers,
        List<EndpointStats> active,
        double @Nullable [] weights,
        int @Nullable [] keys,
        List<Member> draining,
        int unused) {

    private static final int UNEQUAL = -1;

    static final Muster NOBODY = new Muster(new Member[0], List.of(), null, null, List.of(), 0);

    /**
     * Sorts a report.
     *
     * @param members whom it names, with null for whom it names again
     * @param verdicts what the filter says of each
     * @param config the other rules
     */
    static Muster of(@Nullable Member[] members, Eligibility[] verdicts, ClusterConfig config) {
        Member[] able = new Member[members.length];
        int count = 0;
        int weight = 0; // while it is that of all
        List<Member> draining = List.of();
        for (int i = 0; i < members.length; i++) {
            Member member = members[i];
            if (member == null || verdicts[i] == Eligibility.ABSENT) {
                continue; // or named twice: the first one counts
            }
            if (takesWork(member, verdicts[i])) {
                able[count++] = member;
                int own = member.next.weight();
                weight = weight == 0 || weight == own ? own : UNEQUAL;
            } else {
                draining = draining.isEmpty() ? new ArrayList<>() : draining;
                draining.add(member);
            }
        }
        Member[] all = count == able.length ? able : Arrays.copyOf(able, count);
        Subsetting subsetting = config.subsetting().orElse(null);
        if (subsetting == null) {
            double[] weights = weight == UNEQUAL ? reportedWeights(all) : null;
            return of(all, weights, config.grouping(), draining, 0);
        }
        Subset subset =
                subsetting.choose(Arrays.stream(all).map(one -> one.next).toList());
        Member[] chosen = chosen(all, subset);
        double[] weights = subset.hasWeights() ? weights(subset) : reportedWeights(chosen);
        return of(chosen, weights, config.grouping(), draining, all.length - chosen.length);
    }

    /**
     * What a report amounts to that differs little from the one that this was made of: those who are reported by the very
     * same words are not looked at again, if everyone takes work and there is one group.
     *
     * @param members whom it names, with null for whom it names again
     * @param verdicts what the filter says of each
     * @param config the other rules
     * @param since how it differs; filter and subsetting are those that this was made by, and nobody else was drained by hand
     *     since, or undrained
     */
    Muster changed(@Nullable Member[] members, Eligibility[] verdicts, ClusterConfig config, Difference since) {
        boolean simple = takers.length == since.before()
                && since.same() > 0
                && config.subsetting().isEmpty()
                && !config.grouping().isNeeded();
        if (!simple || !allTakeWork(members, verdicts, since)) {
            return of(members, verdicts, config);
        }
        if (since.isNone()) {
            return this;
        }
        Member[] all = complete(members);
        EndpointStats[] stats = new EndpointStats[all.length];
        since.copySame(active.toArray(EndpointStats[]::new), stats);
        for (int i = since.head(); i < since.endAfter(); i++) {
            stats[i] = all[i].stats;
        }
        return new Muster(all, List.of(stats), weights(all, since), null, List.of(), 0);
    }

    private static boolean allTakeWork(@Nullable Member[] members, Eligibility[] verdicts, Difference since) {
        for (int i = since.head(); i < since.endAfter(); i++) {
            Member member = members[i];
            if (member == null || !takesWork(member, verdicts[i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean takesWork(Member member, Eligibility verdict) {
        return verdict == Eligibility.ACTIVE && !member.drainedByHand && member.next.weight() > 0;
    }

    @SuppressWarnings("NullAway") // whoever is named takes work
    private static Member[] complete(@Nullable Member[] members) {
        return members;
    }

    private double @Nullable [] weights(Member[] all, Difference since) {
        if (this.weights == null && weighAlike(all, since)) {
            return null;
        }
        double[] weights = new double[all.length];
        if (this.weights == null) {
            Arrays.fill(weights, ofAll(all, since));
        } else {
            since.copySame(this.weights, weights);
        }
        for (int i = since.head(); i < since.endAfter(); i++) {
            weights[i] = all[i].next.weight();
        }
        for (double weight : weights) {
            if (weight != weights[0]) {
                return weights;
            }
        }
        return null;
    }

    private static boolean weighAlike(Member[] all, Difference since) {
        int weight = ofAll(all, since);
        for (int i = since.head(); i < since.endAfter(); i++) {
            if (all[i].next.weight() != weight) {
                return false;
            }
        }
        return true;
    }

    /* The weight of those who are the same, if they weigh alike. */
    private static int ofAll(Member[] all, Difference since) {
        return all[since.head() > 0 ? 0 : all.length - 1].next.weight();
    }

    private static Muster of(
            Member[] takers, double @Nullable [] weights, Grouping grouping, List<Member> draining, int unused) {
        EndpointStats[] active = new EndpointStats[takers.length];
        for (int i = 0; i < takers.length; i++) {
            active[i] = takers[i].stats;
        }
        int[] keys = null;
        if (grouping.isNeeded()) {
            keys = new int[takers.length];
            for (int i = 0; i < keys.length; i++) {
                keys[i] = grouping.keyOf(takers[i].next);
            }
        }
        return new Muster(takers, List.of(active), weights, keys, draining, unused);
    }

    private static Member[] chosen(Member[] all, Subset subset) {
        Member[] chosen = new Member[subset.size()];
        for (int i = 0; i < chosen.length; i++) {
            int place = subset.place(i);
            if (place >= all.length) {
                throw new IllegalStateException("place: " + place + " (expected: < " + all.length + ")");
            }
            chosen[i] = all[place];
        }
        return chosen;
    }

    private static double @Nullable [] reportedWeights(Member[] members) {
        for (Member one : members) {
            if (one.next.weight() != members[0].next.weight()) {
                double[] weights = new double[members.length];
                for (int i = 0; i < weights.length; i++) {
                    weights[i] = members[i].next.weight();
                }
                return weights;
            }
        }
        return null;
    }

    private static double[] weights(Subset subset) {
        double[] weights = new double[subset.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = subset.weight(i);
        }
        return weights;
    }

    /** Whether strategies would notice that some of these are reported otherwise than their stats show. */
    boolean looksNew() {
        for (Member one : takers) {
            if (one.looksNew()) {
                return true;
            }
        }
        return false;
    }

    /** The stats of those who drain; an immutable list. */
    List<EndpointStats> drainingStats() {
        return draining.isEmpty()
                ? List.of()
                : draining.stream().map(one -> one.stats).toList();
    }
}
