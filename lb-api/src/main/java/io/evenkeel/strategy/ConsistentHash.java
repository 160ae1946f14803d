package io.evenkeel.strategy;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.random.RandomGenerator;

/**
 * A strategy that sends a key to the same endpoint every time.
 *
 * @param name by which it goes
 * @param builder makes its tables
 * @param bound how many times the average an endpoint may have in flight; infinite if that does not matter
 */
record ConsistentHash(String name, HashTable.Builder builder, double bound) implements Strategy {

    static final int RING_POINTS = 100;

    /* Before a table is rebuilt, keys whose owner has left go on in their own order, but not for ever. */
    private static final int PROBES = 64;

    static final ConsistentHash MAGLEV = new ConsistentHash("maglev", Maglev::build, Double.POSITIVE_INFINITY);
    static final ConsistentHash RING =
            new ConsistentHash("ring", HashRing.builder(RING_POINTS), Double.POSITIVE_INFINITY);
    static final ConsistentHash RENDEZVOUS =
            new ConsistentHash("rendezvous", Rendezvous::new, Double.POSITIVE_INFINITY);

    ConsistentHash {
        requireNonNull(name, "name");
        requireNonNull(builder, "builder");
        if (!(bound > 1)) {
            throw new IllegalArgumentException("bound: " + bound + " (expected: > 1)");
        }
    }

    ConsistentHash bounded(double newBound) {
        if (newBound == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("bound: " + newBound + " (expected: finite and > 1)");
        }
        return new ConsistentHash(name + "-bounded", builder, newBound);
    }

    @Override
    public Picker newPicker(Candidates candidates) {
        HashTables tables;
        if (candidates.previous() instanceof Hashing before && before.strategy().equals(this)) {
            tables = before.tables();
            tables.follow(candidates);
        } else {
            tables = new HashTables(builder, candidates);
        }
        if (bound == Double.POSITIVE_INFINITY) {
            return new ByKey(this, tables, candidates.random());
        }
        return new ByKeyWithinBounds(this, tables, new Average(candidates.toArray()), candidates.random());
    }

    @Override
    public String toString() {
        return name;
    }

    /** A picker that has tables; the one that replaces it goes on with them. */
    private interface Hashing extends Picker {
        ConsistentHash strategy();

        HashTables tables();

        @Override
        default boolean usesKey() {
            return true;
        }
    }

    private static long key(PickContext context, RandomGenerator random) {
        return context.hasKey() ? context.key() : random.nextLong();
    }

    private record ByKey(ConsistentHash strategy, HashTables tables, RandomGenerator random) implements Hashing {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            HashTables.View view = tables.view();
            long key = key(context, random);
            int passed = 0;
            for (int probe = 0; probe < PROBES + attempt; probe++) {
                EndpointStats one = view.endpoints()[view.table().owner(key, probe)];
                if (one != null && passed++ >= attempt) {
                    return one;
                }
            }
            return view.any(key + attempt);
        }
    }

    /*
     * V. Mirrokni, M. Thorup, M. Zadimoghaddam, Consistent Hashing with Bounded Loads, SODA 2018: nobody gets more than the
     * bound times the average (this use included), and what is too much goes to the next in the key's own order. At any time
     * less than 1/bound of the endpoints are at the bound, so that few probes find one that is not; but a key that is in
     * very many uses fills all that its probes find, and goes anywhere then.
     */
    private record ByKeyWithinBounds(
            ConsistentHash strategy, HashTables tables, Average average, RandomGenerator random) implements Hashing {

        @Override
        public EndpointStats pick(PickContext context, long now, int attempt) {
            HashTables.View view = tables.view();
            long key = key(context, random);
            double each = average.withOneMore() * strategy.bound;
            EndpointStats least = null;
            double leastLoad = Double.POSITIVE_INFINITY;
            int passed = 0;
            for (int probe = 0; probe < 2 * PROBES; probe++) {
                int index = probe < PROBES
                        ? view.table().owner(key, probe)
                        : view.table().owner(random.nextLong(), 0);
                EndpointStats one = view.endpoints()[index];
                if (one == null) {
                    continue;
                }
                int inFlight = one.occupancy();
                double share = view.shares()[index];
                if (inFlight < Math.ceil(each * share) && passed++ >= attempt) {
                    return one;
                }
                if (least == null || inFlight / share < leastLoad) {
                    least = one;
                    leastLoad = inFlight / share;
                }
            }
            return least == null ? view.any(key) : least;
        }
    }

    /** The average number of uses in flight, counted anew every so often. */
    @SuppressWarnings("UnusedVariable") // fields are read through their handles
    private static final class Average {

        /*
         * Counting all endpoints once in n/8 picks costs eight reads a pick, however many there are, and the average is
         * never older than that: it may be 1/8 of a use off for want of being told. A running total would cost two atomic
         * operations for each use on one contended place, and would be off for ever after a single one was missed.
         */
        private static final int READS_PER_PICK = 8;

        private static final VarHandle SUM = Handles.of(MethodHandles.lookup(), Average.class, "sum", long.class);
        private static final VarHandle PICKS = Handles.of(MethodHandles.lookup(), Average.class, "picks", int.class);

        private final EndpointStats[] endpoints;
        private final int period;
        private long sum;
        private int picks;

        Average(EndpointStats[] endpoints) {
            this.endpoints = endpoints;
            this.period = Math.max(1, endpoints.length / READS_PER_PICK);
        }

        double withOneMore() {
            int left = (int) PICKS.getOpaque(this) - 1;
            long known;
            if (left < 0) {
                known = 0;
                for (EndpointStats one : endpoints) {
                    known += one.inFlight();
                }
                left = period - 1;
            } else {
                known = (long) SUM.getOpaque(this) + 1; // this pick's use, and so those before it
            }
            SUM.setOpaque(this, known);
            PICKS.setOpaque(this, left);
            return (known + 1.0) / endpoints.length;
        }
    }
}
