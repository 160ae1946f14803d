package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.random.RandomGenerator;

/**
 * A walk of constant stride round the circle of {@link Arcs}.
 *
 * @param endpoints one per arc
 * @param arcs who owns which part of the circle
 * @param cursor how many strides were taken
 * @param random for what to take instead
 */
@SuppressWarnings("ArrayRecordComponent") // not a value: a record because the JIT trusts its final fields
record StridePicker(EndpointStats[] endpoints, Arcs arcs, Cursor cursor, RandomGenerator random)
        implements Cursor.Holder {

    /*
     * The stride is the golden ratio of the circle: positions k·φ mod 1 have the three-distance property (V. Sós, 1958),
     * so any k of them in a row are spread as evenly as points can be, and each endpoint, whose arc is in one piece, gets
     * its share not only in the long run but in every stretch. A cursor that wraps at 2^32 goes on without a seam,
     * because the stride is odd and positions are taken modulo the circle: 2^32 strides visit every place once.
     */
    private static final int STRIDE = 0x9E37_79B9;

    @Override
    public EndpointStats pick(PickContext context, long now, int attempt) {
        int place = attempt == 0 ? cursor.next() * STRIDE : random.nextInt();
        return endpoints[arcs.owner(Integer.toUnsignedLong(place))];
    }
}
