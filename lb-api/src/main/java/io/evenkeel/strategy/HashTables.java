package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest table of one cluster, and how it is replaced: in the background, and once however often the endpoints change
 * before it begins.
 *
 * <p>While a table is being built the one before goes on, without those who left; those who came wait for it. Changed under
 * this object's lock, which is never held while a table is built; picks read one volatile field.
 */
final class HashTables {

    private static final Logger LOG = LoggerFactory.getLogger(HashTables.class);

    /**
     * A table and whom its numbers stand for.
     *
     * @param table who is responsible
     * @param endpoints by the table's numbers; null for those who left since
     * @param shares each one's weight over the average
     */
    @SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
    record View(HashTable table, @Nullable EndpointStats[] endpoints, double[] shares) {

        View without(Set<EndpointStats> others) {
            EndpointStats[] left = endpoints.clone();
            for (int i = 0; i < left.length; i++) {
                if (left[i] != null && !others.contains(left[i])) {
                    left[i] = null;
                }
            }
            return new View(table, left, shares);
        }

        /** Somebody who is left, for a key of which all that it may go to have left. */
        EndpointStats any(long key) {
            int start = (int) Long.remainderUnsigned(key, endpoints.length);
            for (int i = 0; i < endpoints.length; i++) {
                EndpointStats one = endpoints[(start + i) % endpoints.length];
                if (one != null) {
                    return one;
                }
            }
            throw new IllegalStateException("a view of nobody"); // is never published
        }

        boolean isEmpty() {
            for (EndpointStats one : endpoints) {
                if (one != null) {
                    return false;
                }
            }
            return true;
        }
    }

    /** A table for so many takes some milliseconds; one for more is built in the background from the start. */
    private static final int QUICKLY_BUILT = 1_000;

    private final HashTable.Builder builder;
    private final Executor background;
    private volatile View view;
    private Candidates newest;
    private boolean building;

    HashTables(HashTable.Builder builder, Candidates first) {
        this.builder = builder;
        this.background = first.background();
        this.newest = first;
        this.view = firstView(first);
        if (first.size() > QUICKLY_BUILT) {
            rebuildSoon();
        }
    }

    View view() {
        return view;
    }

    /** Takes over a new set. */
    synchronized void follow(Candidates candidates) {
        if (sameSet(candidates, newest)) {
            newest = candidates;
            return;
        }
        newest = candidates;
        View left = view.without(new HashSet<>(candidates.endpoints()));
        if (left.isEmpty()) {
            view = firstView(candidates); // nobody could be picked without
            if (candidates.size() <= QUICKLY_BUILT) {
                return;
            }
        } else {
            view = left;
        }
        rebuildSoon();
    }

    /* With nobody to go on with: what takes long to build is stood in for by what takes long to ask. */
    private View firstView(Candidates candidates) {
        return build(candidates, candidates.size() <= QUICKLY_BUILT ? builder : Rendezvous::new);
    }

    private void rebuildSoon() {
        if (!building) {
            building = true;
            try {
                background.execute(this::rebuild);
            } catch (RejectedExecutionException e) {
                building = false;
                view = build(newest, builder);
            }
        }
    }

    private void rebuild() {
        while (true) {
            Candidates wanted;
            synchronized (this) {
                wanted = newest;
            }
            View built = null;
            try {
                built = build(wanted, builder);
            } catch (RuntimeException | Error e) {
                LOG.error("A hash table could not be built; the one before stands", e);
            }
            synchronized (this) {
                if (built != null && wanted == newest) {
                    view = built;
                }
                if (built == null || wanted == newest || sameSet(wanted, newest)) {
                    if (built != null) {
                        view = built;
                    }
                    building = false;
                    return;
                }
            }
        }
    }

    private static View build(Candidates candidates, HashTable.Builder by) {
        List<EndpointStats> endpoints = candidates.endpoints();
        int n = endpoints.size();
        long[] identities = new long[n];
        double[] weights = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            identities[i] = Hashes.of(endpoints.get(i).endpoint());
            weights[i] = candidates.weight(i);
            sum += weights[i];
        }
        double[] shares = new double[n];
        for (int i = 0; i < n; i++) {
            shares[i] = weights[i] * n / sum;
        }
        return new View(by.build(identities, weights), endpoints.toArray(EndpointStats[]::new), shares);
    }

    private static boolean sameSet(Candidates a, Candidates b) {
        if (!a.endpoints().equals(b.endpoints())) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.weight(i) != b.weight(i)) {
                return false;
            }
        }
        return true;
    }
}
