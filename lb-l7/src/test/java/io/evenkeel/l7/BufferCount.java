package io.evenkeel.l7;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocatorMetric;
import java.util.stream.Stream;

/**
 * How many pooled buffers are in use more than at the beginning. Exact as soon as the event loops have ended, since that is
 * when their caches are given back.
 */
final class BufferCount {

    private final long before = now();

    long grown() {
        return now() - before;
    }

    private static long now() {
        PooledByteBufAllocatorMetric metric = PooledByteBufAllocator.DEFAULT.metric();
        return Stream.concat(metric.directArenas().stream(), metric.heapArenas().stream())
                .mapToLong(PoolArenaMetric::numActiveAllocations)
                .sum();
    }
}
