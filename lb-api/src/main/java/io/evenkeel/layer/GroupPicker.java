package io.evenkeel.layer;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Picker;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A picker per group, and a draw by the groups' shares of the moment. Costs one volatile read and, while more than one
 * group gets load, a random number more than the picker of the group.
 */
final class GroupPicker implements Picker {

    /*
     * Choosing again is done within the group. Were it left to the cluster, each attempt would draw the group anew, and a
     * group of which half is barred would lose half of its share, for which that half was reckoned with already.
     */
    private static final int MORE_CHOICES = 7;
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private final Groups groups;
    private final int[] keys;
    private final Picker[] pickers;
    private final RandomGenerator random;
    private final boolean usesTime;
    private final boolean usesKey;

    GroupPicker(Groups groups, int[] keys, Picker[] pickers, RandomGenerator random) {
        this.groups = groups;
        this.keys = keys;
        this.pickers = pickers;
        this.random = random;
        this.usesTime = Arrays.stream(pickers).anyMatch(Picker::usesTime);
        this.usesKey = Arrays.stream(pickers).anyMatch(Picker::usesKey);
    }

    @Override
    public EndpointStats pick(PickContext context, long now, int attempt) {
        Split split = groups.split();
        int group = split.only();
        if (group < 0) {
            group = split.owner(lot(context) >>> 32);
        }
        Picker picker = pickers[group];
        EndpointStats chosen = picker.pick(context, now, attempt);
        for (int more = 1; more <= MORE_CHOICES && (!chosen.isAvailable() || context.excludes(chosen)); more++) {
            chosen = picker.pick(context, now, attempt + more);
        }
        return chosen;
    }

    /* A key stays in its group as long as the shares do; mixed, since the group's picker goes by the same bits. */
    private long lot(PickContext context) {
        return usesKey && context.hasKey() ? context.key() * GOLDEN_RATIO : random.nextLong();
    }

    @Override
    public boolean usesTime() {
        return usesTime;
    }

    @Override
    public boolean usesKey() {
        return usesKey;
    }

    /** The picker of the group that had this key. */
    @Nullable
    Picker of(int key) {
        int index = Arrays.binarySearch(keys, key);
        return index < 0 ? null : pickers[index];
    }

    /** The picker of the most preferred group. */
    Picker first() {
        return pickers[0];
    }
}
