package io.evenkeel.cluster;

import io.evenkeel.layer.SlowStart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who of a cluster's endpoints ramps up.
 *
 * <p>Under the cluster's control lock. Costs nothing while nobody does.
 */
final class Ramps {

    private List<Member> ramping = new ArrayList<>();

    /** Makes an endpoint begin, or begin again. */
    void begin(Member member, long now) {
        member.rampBegan = now;
        member.endedBefore = member.ended();
        if (!member.ramping) {
            member.ramping = true;
            ramping.add(member);
        }
    }

    /** Lets those go who have warmed up, take no more work, or left. */
    void settle(@Nullable SlowStart slowStart, long now, Roster roster) {
        if (ramping.isEmpty()) {
            return;
        }
        List<Member> left = new ArrayList<>();
        for (Member member : ramping) {
            if (slowStart != null
                    && member.takesWork
                    && roster.find(member.stats) == member
                    && factor(member, slowStart, now) < 1) {
                left.add(member);
            } else {
                member.ramping = false;
            }
        }
        ramping = left;
    }

    /** Lets everyone go. */
    void clear() {
        ramping.forEach(member -> member.ramping = false);
        ramping = new ArrayList<>();
    }

    int count() {
        return ramping.size();
    }

    /** The weights that a muster's takers have at a moment; null if all are equal. */
    double @Nullable [] weights(Muster muster, @Nullable SlowStart slowStart, long now) {
        double[] usual = muster.weights();
        if (ramping.isEmpty() || slowStart == null) {
            return usual;
        }
        Member[] takers = muster.takers();
        double[] weights = new double[takers.length];
        for (int i = 0; i < weights.length; i++) {
            double whole = usual == null ? 1 : usual[i];
            weights[i] = takers[i].ramping ? whole * factor(takers[i], slowStart, now) : whole;
        }
        return weights;
    }

    private static double factor(Member member, SlowStart slowStart, long now) {
        return slowStart.factor(now - member.rampBegan, member.ended() - member.endedBefore);
    }
}
