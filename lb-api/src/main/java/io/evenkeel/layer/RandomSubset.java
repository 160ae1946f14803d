package io.evenkeel.layer;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.strategy.Hashes;
import java.util.Arrays;
import java.util.List;

/**
 * The rule behind {@link Subsetting#random}.
 *
 * @param client who this client is
 * @param clients about how many there are
 * @param size the least number of endpoints
 */
record RandomSubset(String client, int clients, int size) implements Subsetting {

    /*
     * How many clients an endpoint has is binomial, with a standard deviation of the square root of its mean: 20 clients
     * give or take 4 or 5, and one in e^20 endpoints without any.
     */
    static final int COVER = 20;

    RandomSubset {
        requireNonNull(client, "client");
        if (clients < 1) {
            throw new IllegalArgumentException("clients: " + clients + " (expected: >= 1)");
        }
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
        }
    }

    @Override
    public Subset choose(List<Endpoint> endpoints) {
        int n = endpoints.size();
        long cover = ((long) COVER * n + clients - 1) / clients;
        long wanted = Math.max(size, cover);
        if (wanted >= n) {
            return Subset.all(n);
        }
        int[] places = Arrays.copyOf(Ranks.order(endpoints, Hashes.of(client)), (int) wanted);
        Arrays.sort(places);
        return Subset.of(places);
    }
}
