package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;

/**
 * A walk of constant stride round a circle whose arcs are the weights, with the arcs found in an alias table.
 *
 * @param endpoints one per column
 * @param alias for each column, who owns its upper part
 * @param cut for each column, the length of its lower part as a fraction of 2^32
 * @param cursor how many strides were taken
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record StridePicker(EndpointStats[] endpoints, int[] alias, long[] cut, Cursor cursor) implements Picker {

    /*
     * The stride is the golden ratio of the circle: positions k·φ mod 1 have the three-distance property (V. Sós, 1958),
     * so any k of them in a row are spread as evenly as points can be, and each endpoint gets its share not only in the
     * long run but in every stretch. A cursor that wraps at 2^32 goes on without a seam, because the position is taken
     * modulo the circle, of which 2^32 strides are a whole number of turns in 32-bit arithmetic.
     *
     * The table is M. Vose, A Linear Algorithm for Generating Random Numbers with a Given Distribution, IEEE TSE 17(9),
     * 1991: column = position × n, and the fraction left says which of the column's two owners it is. Picking costs the
     * same whatever the weights are; rejection-based strides need max/mean tries.
     */
    private static final int STRIDE = 0x9E37_79B9;

    static StridePicker of(List<EndpointStats> list, Cursor cursor) {
        int n = list.size();
        long total = 0;
        for (EndpointStats one : list) {
            total += one.endpoint().weight();
        }
        EndpointStats[] endpoints = list.toArray(EndpointStats[]::new);
        long[] left = new long[n]; // weight × n, so that the mean is the total
        int[] small = new int[n];
        int[] large = new int[n];
        int smalls = 0;
        int larges = 0;
        for (int i = 0; i < n; i++) {
            left[i] = (long) endpoints[i].endpoint().weight() * n;
            if (left[i] < total) {
                small[smalls++] = i;
            } else {
                large[larges++] = i;
            }
        }
        int[] alias = new int[n];
        long[] cut = new long[n];
        while (smalls > 0 && larges > 0) {
            int poor = small[--smalls];
            int rich = large[larges - 1];
            cut[poor] = (long) ((double) left[poor] / total * (1L << 32));
            alias[poor] = rich;
            left[rich] -= total - left[poor];
            if (left[rich] < total) {
                larges--;
                small[smalls++] = rich;
            }
        }
        while (larges > 0) {
            cut[large[--larges]] = 1L << 32;
        }
        return new StridePicker(endpoints, alias, cut, cursor);
    }

    @Override
    public EndpointStats pick(PickContext context) {
        long position = Integer.toUnsignedLong(cursor.next() * STRIDE) * endpoints.length;
        int column = (int) (position >>> 32);
        return endpoints[(position & 0xFFFF_FFFFL) < cut[column] ? column : alias[column]];
    }
}
