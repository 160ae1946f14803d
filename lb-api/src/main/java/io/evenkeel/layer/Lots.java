package io.evenkeel.layer;

import io.evenkeel.endpoint.Endpoint;
import java.util.Arrays;
import java.util.List;

/**
 * The rule behind {@link Subsetting#lots}.
 *
 * @param client the number of this client
 * @param size the least number of endpoints
 */
record Lots(int client, int size) implements Subsetting {

    /*
     * Round by round, each round dealing all endpoints to a lot of clients, is deterministic subsetting as in the book
     * Site Reliability Engineering (chapter 20); P. Ward, P. Wankadia and K. Guliani, Reinventing Backend Subsetting at
     * Google, ACM Queue 20(5), 2022, show that it changes too much when endpoints come and go, and what to do about it.
     * Here it is cured by two things. The shuffle is an order by hash, from which one endpoint more or less moves the cuts
     * by one place at most. And a lot has a power of two of clients, so that the number of cuts stays the same until the
     * number of endpoints has doubled or halved.
     */
    Lots {
        if (client < 0) {
            throw new IllegalArgumentException("client: " + client + " (expected: >= 0)");
        }
        if (size < 1) {
            throw new IllegalArgumentException("size: " + size + " (expected: >= 1)");
        }
    }

    @Override
    public Subset choose(List<Endpoint> endpoints) {
        int n = endpoints.size();
        int lot = Integer.highestOneBit(n / size);
        if (lot <= 1) {
            return Subset.all(n);
        }
        long turn = client % lot;
        int from = (int) (turn * n / lot);
        int to = (int) ((turn + 1) * n / lot);
        int[] order = Ranks.order(endpoints, client / lot);
        int[] places = Arrays.copyOfRange(order, from, to);
        Arrays.sort(places);
        return Subset.of(places);
    }
}
