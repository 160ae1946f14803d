package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rule behind {@link WeightedDiscovery}: everybody's endpoints, weighted so that each source gets its share. */
final class Shares implements Merge {

    /*
     * The exact share of an endpoint is  source's weight × endpoint's weight / sum of the weights of the source's usable
     * endpoints.  All shares are scaled alike, the largest to the largest weight there is, which leaves the least to
     * rounding. What rounding does leave is dealt out within each source by largest remainder (Hamilton's method), so that
     * the source's sum is right to half a unit and each endpoint to one. A source's sum is 1 at least: a small share is
     * not none. Endpoints that are not usable are scaled like their neighbours but not counted.
     */
    private final int sources;
    private final Usable usable;
    private volatile double[] weights;

    Shares(int sources, Usable usable, double... weights) {
        this.sources = sources;
        this.usable = usable;
        this.weights = checked(weights);
    }

    double[] weights() {
        return weights.clone();
    }

    void weights(double... newWeights) {
        weights = checked(newWeights);
    }

    private double[] checked(double... newWeights) {
        if (newWeights.length != sources) {
            throw new IllegalArgumentException(
                    "weights: " + Arrays.toString(newWeights) + " (expected: " + sources + ", one for each source)");
        }
        for (double weight : newWeights) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException("weight: " + weight + " (expected: >= 0 and finite)");
            }
        }
        double[] copy = newWeights.clone();
        if (Arrays.stream(copy).allMatch(weight -> weight == 0)) {
            throw new IllegalArgumentException("weights: " + Arrays.toString(copy) + " (expected: one > 0 at least)");
        }
        return copy;
    }

    @Override
    public Snapshot merge(List<Offer> offers) {
        double[] now = weights;
        Service service = offers.get(0).snapshot().service();
        List<Offer> filled = offers.stream()
                .filter(offer -> !offer.snapshot().endpoints().isEmpty())
                .toList();
        if (filled.isEmpty() || (filled.size() == 1 && now[filled.get(0).source()] > 0)) {
            return new Snapshot(
                    service,
                    filled.isEmpty() ? List.of() : filled.get(0).snapshot().endpoints());
        }
        List<Part> parts = filled.stream()
                .map(offer -> new Part(offer.snapshot().endpoints(), now[offer.source()]))
                .toList();
        double heaviest = parts.stream().mapToDouble(Part::weight).max().orElseThrow();
        double scale = scale(parts, heaviest);
        Map<Identity, Endpoint> endpoints = new LinkedHashMap<>();
        for (Part part : parts) {
            int[] scaled = part.scaled(scale, heaviest);
            for (int i = 0; i < scaled.length; i++) {
                Endpoint endpoint = part.endpoints.get(i).withWeight(scaled[i]);
                endpoints.merge(Identity.of(endpoint), endpoint, Shares::together);
            }
        }
        return new Snapshot(service, List.copyOf(endpoints.values()));
    }

    /* An endpoint that several sources know carries all their shares. */
    private static Endpoint together(Endpoint first, Endpoint other) {
        return first.withWeight(Math.min(Endpoint.MAX_WEIGHT, first.weight() + other.weight()));
    }

    private static double scale(List<Part> parts, double heaviest) {
        Map<Identity, Double> exact = new LinkedHashMap<>();
        for (Part part : parts) {
            for (int i = 0; i < part.endpoints.size(); i++) {
                if (part.counted[i]) {
                    exact.merge(Identity.of(part.endpoints.get(i)), part.exact(i, heaviest), Double::sum);
                }
            }
        }
        double largest =
                exact.values().stream().mapToDouble(share -> share).max().orElse(0);
        return largest > 0 ? Endpoint.MAX_WEIGHT / largest : 0;
    }

    /** The endpoints of one source, and what they are to get together. */
    private final class Part {

        private final List<Endpoint> endpoints;
        private final boolean[] counted;
        private final long sum;
        private final double weight;

        Part(List<Endpoint> endpoints, double weight) {
            this.endpoints = endpoints;
            this.counted = new boolean[endpoints.size()];
            boolean anyUsable = endpoints.stream().anyMatch(usable);
            long counting = 0;
            for (int i = 0; i < counted.length; i++) {
                Endpoint endpoint = endpoints.get(i);
                counted[i] = anyUsable ? usable.test(endpoint) : endpoint.weight() > 0;
                counting += counted[i] ? endpoint.weight() : 0;
            }
            this.sum = counting;
            this.weight = counting == 0 ? 0 : weight;
        }

        double weight() {
            return weight;
        }

        /* Relative to the heaviest source first, so that weights of any size neither overflow nor vanish together. */
        double exact(int i, double heaviest) {
            return weight == 0 ? 0 : weight / heaviest * endpoints.get(i).weight() / sum;
        }

        int[] scaled(double scale, double heaviest) {
            int[] scaled = new int[counted.length];
            if (weight == 0) {
                return scaled;
            }
            double[] remainders = new double[scaled.length];
            List<Integer> places = new ArrayList<>();
            long left = Math.max(1, Math.round(scale * (weight / heaviest)));
            for (int i = 0; i < scaled.length; i++) {
                double exact = Math.min(Endpoint.MAX_WEIGHT, scale * exact(i, heaviest));
                scaled[i] = (int) (counted[i] ? exact : Math.round(exact));
                if (counted[i]) {
                    remainders[i] = exact - scaled[i];
                    left -= scaled[i];
                    places.add(i);
                }
            }
            places.sort(Comparator.comparingDouble(i -> -remainders[i]));
            for (int i = 0; i < places.size() && left > 0; i++) {
                int place = places.get(i);
                if (scaled[place] < Endpoint.MAX_WEIGHT) {
                    scaled[place]++;
                    left--;
                }
            }
            return scaled;
        }
    }
}
