package io.evenkeel.layer;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.strategy.Candidates;
import io.evenkeel.strategy.Picker;
import io.evenkeel.strategy.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints that take work in one cluster state by group, how many of each are available, and what follows from it: the
 * groups' shares of the load, and where bars are ignored because too few endpoints are left.
 *
 * <p>Belongs to the cluster, which calls everything here with its control lock held; picks read {@link #split} only. When
 * an endpoint is barred or free again, that costs as much as there are groups, and nothing is rebuilt.
 */
public final class Groups {

    /** Of a cluster in which nobody takes work. */
    public static final Groups NONE = new Groups(Grouping.NONE, List.of(), new int[0], new int[0], false);

    private final Grouping grouping;
    private final List<EndpointStats> endpoints;
    private final int[] groupOf; // by place in the list; empty if there is one group
    private final Group[] groups; // in the order of their keys
    private final Level[] levels;
    private final double[] clientShares; // by nearness
    private boolean inherits; // bars may be ignored somewhere, because the groups before these said so
    private boolean failsOpen;
    private volatile Split split = Split.NOTHING;

    private Groups(Grouping grouping, List<EndpointStats> endpoints, int[] keys, int[] groupOf, boolean inherits) {
        this.grouping = grouping;
        this.endpoints = endpoints;
        this.groupOf = groupOf;
        this.groups = Arrays.stream(keys).mapToObj(Group::new).toArray(Group[]::new);
        this.levels = levels(groups);
        this.clientShares = clientShares(grouping.locality(), endpoints);
        this.inherits = inherits;
    }

    /**
     * Everyone in one group.
     *
     * @param endpoints those that take work; an immutable list
     * @param before the groups that these replace
     * @return the groups; {@link #count} and {@link #judge} come next
     */
    public static Groups single(List<EndpointStats> endpoints, Groups before) {
        int[] keys = endpoints.isEmpty() ? new int[0] : new int[] {Nearness.ELSEWHERE.ordinal()};
        return new Groups(Grouping.NONE, endpoints, keys, new int[0], before.inherits || before.failsOpen);
    }

    /**
     * Groups by key.
     *
     * @param grouping whose keys they are
     * @param endpoints those that take work; an immutable list
     * @param keyOf the key of each
     * @param before the groups that these replace
     * @return the groups; {@link #count} and {@link #judge} come next
     */
    public static Groups of(Grouping grouping, List<EndpointStats> endpoints, int[] keyOf, Groups before) {
        int[] indexes = new int[Grouping.KEYS];
        for (int key : keyOf) {
            indexes[key] = 1;
        }
        int[] keys = new int[Grouping.KEYS];
        int count = 0;
        for (int key = 0; key < indexes.length; key++) {
            if (indexes[key] != 0) {
                indexes[key] = count;
                keys[count++] = key;
            }
        }
        int[] groupOf = new int[keyOf.length];
        for (int i = 0; i < groupOf.length; i++) {
            groupOf[i] = indexes[keyOf[i]];
        }
        return new Groups(
                grouping, endpoints, Arrays.copyOf(keys, count), groupOf, before.inherits || before.failsOpen);
    }

    private static Level[] levels(Group[] groups) {
        List<Level> levels = new ArrayList<>();
        for (int from = 0; from < groups.length; ) {
            int to = from + 1;
            while (to < groups.length && groups[to].level() == groups[from].level()) {
                to++;
            }
            Level level = new Level(from, to);
            for (int i = from; i < to; i++) {
                groups[i].in = level;
            }
            levels.add(level);
            from = to;
        }
        return levels.toArray(Level[]::new);
    }

    /* Which share of all clients is at least that near: told, or one in as many as there are places with endpoints. */
    private static double[] clientShares(@Nullable LocalityPreference locality, List<EndpointStats> endpoints) {
        if (locality == null) {
            return new double[] {1, 1, 1, 1};
        }
        double zone = locality.zoneShare();
        double region = locality.regionShare();
        if (zone == 0 || region == 0) {
            Set<Locality> zones = new HashSet<>();
            Set<String> regions = new HashSet<>();
            for (EndpointStats one : endpoints) {
                Locality place = one.endpoint().locality();
                zones.add(new Locality(place.region(), place.zone(), ""));
                regions.add(place.region());
            }
            zone = zone == 0 ? 1.0 / Math.max(1, zones.size()) : zone;
            region = region == 0 ? 1.0 / Math.max(1, regions.size()) : region;
        }
        return new double[] {locality.nodeShare(), zone, region, 1};
    }

    /**
     * Counts everyone, and how many nothing bars. Costs a look at each endpoint, if there are groups or bars.
     *
     * @param anyBarred false if surely nothing is barred
     */
    public void count(boolean anyBarred) {
        if (!anyBarred && !grouping.isNeeded()) {
            for (Group everyone : groups) {
                everyone.size = endpoints.size();
                everyone.free = endpoints.size();
            }
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            EndpointStats one = endpoints.get(i);
            groups[groupOf(i)].add(one.endpoint().weight(), !one.isBarred());
        }
    }

    /**
     * The group of an endpoint.
     *
     * @param index its place in the list
     * @return an index of groups
     */
    public int groupOf(int index) {
        return groupOf.length == 0 ? 0 : groupOf[index];
    }

    /**
     * Counts that an endpoint was barred or is free again; {@link #judge} comes next.
     *
     * @param group its group
     * @param endpoint who
     * @param free true if nothing bars it now
     */
    public void changed(int group, EndpointStats endpoint, boolean free) {
        int sign = free ? 1 : -1;
        groups[group].free += sign;
        groups[group].freeWeight += (long) sign * endpoint.endpoint().weight();
    }

    /**
     * How many endpoints nothing bars.
     *
     * @return the sum over all groups
     */
    public int free() {
        int free = 0;
        for (Group group : groups) {
            free += group.free;
        }
        return free;
    }

    /**
     * Works out the shares, and ignores bars in levels where too few endpoints are left: without priorities where the
     * available part is below the threshold, with priorities only if the levels cannot bear the load together either.
     *
     * <p>Bars are ignored in the endpoints themselves, so that picks need not know.
     *
     * @param panicThreshold which part of the endpoints must be available
     */
    public void judge(double panicThreshold) {
        double[] bearable = new double[levels.length];
        double total = 0;
        for (int i = 0; i < levels.length; i++) {
            levels[i].sum(groups);
            bearable[i] = Math.min(1, overprovisioning() * levels[i].free / levels[i].size);
            total += bearable[i];
        }
        boolean scarce = grouping.priorities() == null || total < 1;
        boolean turned = false;
        int open = 0;
        for (Level level : levels) {
            boolean now = scarce && level.free < panicThreshold * level.size;
            turned |= now != level.open;
            level.open = now;
            open += now ? 1 : 0;
        }
        failsOpen = open > 0;
        double left = 1;
        for (int i = 0; i < levels.length; i++) {
            double share;
            if (open == levels.length) {
                share = (double) levels[i].size / endpoints.size(); // nobody knows whom to trust
            } else if (total > 0) {
                share = Math.min(left, bearable[i] / Math.min(1, total));
            } else {
                share = left; // nobody takes anything
            }
            left -= share;
            share(levels[i], share);
        }
        split = Split.of(Arrays.stream(groups).mapToDouble(group -> group.share).toArray());
        if (turned || inherits) {
            for (int i = 0; i < endpoints.size(); i++) {
                endpoints.get(i).ignoreBars(groups[groupOf(i)].in.open);
            }
            inherits = false;
        }
    }

    private double overprovisioning() {
        PriorityLevels priorities = grouping.priorities();
        return priorities == null ? 1 : priorities.overprovisioning();
    }

    /* The nearest keep what their part of the available weight can bear of what the clients at their place send. */
    private void share(Level level, double whole) {
        LocalityPreference locality = grouping.locality();
        boolean near = locality != null && !level.open && level.size >= locality.minimumSize();
        long total = 0;
        for (int i = level.from; i < level.to; i++) {
            total += groups[i].freeWeight;
        }
        boolean byFree = total > 0 && !level.open;
        if (!byFree) {
            total = 0;
            for (int i = level.from; i < level.to; i++) {
                total += groups[i].weight;
            }
        }
        double sum = 0;
        long within = 0;
        for (int i = level.from; i < level.to; i++) {
            Group group = groups[i];
            within += byFree ? group.freeWeight : group.weight;
            double part = (double) within / total;
            if (level.from + 1 == level.to || within == total) {
                part = 1; // nobody behind could take the rest
            } else if (near) {
                part = Math.min(1, part / clientShares[group.nearness().ordinal()]);
            }
            part = Math.max(sum, part);
            group.share = whole * (part - sum);
            sum = part;
        }
    }

    /**
     * Whether bars are ignored in any level, as last judged.
     *
     * @return true if they are
     */
    public boolean failsOpen() {
        return failsOpen;
    }

    /** The split of the load among the groups, as last judged. Any thread. */
    Split split() {
        return split;
    }

    /**
     * Builds the picker of a state: one per group if there are groups, each going on where that of the same group was.
     *
     * @param strategy how to choose within a group
     * @param candidates all endpoints of these groups, in the same order, with their weights and the picker before
     * @return the picker
     */
    public Picker newPicker(Strategy strategy, Candidates candidates) {
        Picker before = candidates.previous();
        GroupPicker grouped = before instanceof GroupPicker picker ? picker : null;
        if (!grouping.isNeeded()) {
            return strategy.newPicker(grouped == null ? candidates : candidates.withPrevious(grouped.first()));
        }
        int[] keys = new int[groups.length];
        Picker[] pickers = new Picker[groups.length];
        for (int group = 0; group < groups.length; group++) {
            keys[group] = groups[group].key;
            Picker last = grouped == null ? before : grouped.of(keys[group]);
            pickers[group] = strategy.newPicker(candidates.only(places(group), last));
        }
        return new GroupPicker(this, keys, pickers, candidates.random());
    }

    private int[] places(int group) {
        int[] places = new int[groups[group].size];
        int count = 0;
        for (int i = 0; i < groupOf.length; i++) {
            if (groupOf[i] == group) {
                places[count++] = i;
            }
        }
        return places;
    }

    /**
     * How the groups fare.
     *
     * @return one entry per group, in order of preference
     */
    public List<GroupShare> shares() {
        return Arrays.stream(groups)
                .map(g -> new GroupShare(g.level(), g.nearness(), g.size, g.free, g.share, g.in.open))
                .toList();
    }

    /** What is counted of one group. */
    private static final class Group {

        private final int key;
        private Level in = Level.NONE;
        private int size;
        private int free;
        private long weight;
        private long freeWeight;
        private double share;

        Group(int key) {
            this.key = key;
        }

        int level() {
            return Grouping.level(key);
        }

        Nearness nearness() {
            return Grouping.nearness(key);
        }

        void add(int endpointWeight, boolean isFree) {
            size++;
            weight += endpointWeight;
            if (isFree) {
                free++;
                freeWeight += endpointWeight;
            }
        }
    }

    /** The groups of one priority level, which follow each other. */
    private static final class Level {

        private static final Level NONE = new Level(0, 0);

        private final int from;
        private final int to;
        private int size;
        private int free;
        private boolean open;

        Level(int from, int to) {
            this.from = from;
            this.to = to;
        }

        void sum(Group[] groups) {
            size = 0;
            free = 0;
            for (int i = from; i < to; i++) {
                size += groups[i].size;
                free += groups[i].free;
            }
        }
    }
}
