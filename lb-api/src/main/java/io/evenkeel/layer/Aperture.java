package io.evenkeel.layer;

import io.evenkeel.endpoint.Endpoint;
import java.util.Arrays;
import java.util.List;

/**
 * The rule behind {@link Subsetting#aperture(int, int)}.
 *
 * @param client the number of this client
 * @param clients how many there are
 * @param width the least number of endpoints of average weight
 */
record Aperture(int client, int clients, int width) implements Subsetting {

    /*
     * With total weight W and C clients the ring has W·C places: an endpoint of weight w owns w·C of them, a client begins
     * at client·W and spans a multiple of W. So all is whole numbers: every place lies on exactly as many arcs as one arc
     * is wide in units of W, and no rounding leaves an endpoint short. W·C is below 2^16 · 2^22 · 2^20, so sums stay
     * within a long for as many clients as are allowed.
     */
    static final int MIN_WIDTH = 12;
    static final int MAX_CLIENTS = 1 << 20;
    private static final long SEED = 0x5EED;

    Aperture {
        if (clients < 1 || clients > MAX_CLIENTS) {
            throw new IllegalArgumentException("clients: " + clients + " (expected: 1 to " + MAX_CLIENTS + ")");
        }
        if (client < 0 || client >= clients) {
            throw new IllegalArgumentException("client: " + client + " (expected: 0 to " + (clients - 1) + ")");
        }
        if (width < 1) {
            throw new IllegalArgumentException("width: " + width + " (expected: >= 1)");
        }
    }

    @Override
    public Subset choose(List<Endpoint> endpoints) {
        int n = endpoints.size();
        long units = n == 0 ? clients : ((long) width * clients + n - 1) / n;
        if (units >= clients) {
            return Subset.all(n);
        }
        long total = 0;
        for (Endpoint endpoint : endpoints) {
            total += endpoint.weight();
        }
        long ring = total * clients;
        long begin = client * total;
        long end = begin + units * total; // behind the end of the ring if the arc goes round
        long[] covered = new long[n];
        long from = 0;
        for (int place : Ranks.order(endpoints, SEED)) {
            long to = from + (long) endpoints.get(place).weight() * clients;
            covered[place] = overlap(from, to, begin, end) + overlap(from + ring, to + ring, begin, end);
            from = to;
        }
        int[] places = new int[n];
        double[] weights = new double[n];
        int size = 0;
        for (int place = 0; place < n; place++) {
            if (covered[place] > 0) {
                places[size] = place;
                weights[size++] = (double) covered[place] / clients;
            }
        }
        return Subset.of(Arrays.copyOf(places, size), Arrays.copyOf(weights, size));
    }

    private static long overlap(long from, long to, long begin, long end) {
        return Math.max(0, Math.min(to, end) - Math.max(from, begin));
    }
}
