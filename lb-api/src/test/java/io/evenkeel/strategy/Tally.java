package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How often each endpoint was picked. */
final class Tally {

    private final List<EndpointStats> endpoints;
    private final Map<EndpointStats, Integer> positions = new HashMap<>();
    private final long[] counts;

    Tally(List<EndpointStats> endpoints) {
        this.endpoints = endpoints;
        this.counts = new long[endpoints.size()];
        for (int i = 0; i < counts.length; i++) {
            positions.put(endpoints.get(i), i);
        }
    }

    /** The counts after so many picks that each end at once. */
    static long[] of(List<EndpointStats> endpoints, Picker picker, int picks) {
        Tally tally = new Tally(endpoints);
        for (int i = 0; i < picks; i++) {
            tally.add(picker.pick(PickContext.none(), 0, 0));
        }
        return tally.counts;
    }

    /** Counts a pick; the position of the endpoint. */
    int add(EndpointStats picked) {
        int position = positions.get(picked);
        counts[position]++;
        return position;
    }

    long count(int position) {
        return counts[position];
    }

    /** The share that an endpoint's weight entitles it to. */
    double share(int position) {
        long total = endpoints.stream().mapToLong(e -> e.endpoint().weight()).sum();
        return (double) endpoints.get(position).endpoint().weight() / total;
    }
}
