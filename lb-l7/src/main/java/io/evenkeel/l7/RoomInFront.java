package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Has what is received begin a little behind the beginning of its buffer, so that a head that grew on its way, by a field or a
 * cookie, still fits in front of its body: one buffer and one element of a write less per response. Long buffers are left as they
 * are, since nothing is won there.
 */
final class RoomInFront extends AdaptiveRecvByteBufAllocator {

    static final RecvByteBufAllocator INSTANCE = new RoomInFront().maxMessagesPerRead(16);

    private static final int ROOM = 128;
    private static final int MOST = 8 * 1024;

    private RoomInFront() {}

    @Override
    @SuppressWarnings("deprecation") // what the method returns
    public Handle newHandle() {
        return new RoomyHandle((ExtendedHandle) super.newHandle());
    }

    private static final class RoomyHandle extends DelegatingHandle implements ExtendedHandle {

        private final ExtendedHandle sizes;

        private RoomyHandle(ExtendedHandle sizes) {
            super(sizes);
            this.sizes = sizes;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            int size = guess();
            return size > MOST
                    ? super.allocate(allocator)
                    : allocator.ioBuffer(ROOM + size).setIndex(ROOM, ROOM);
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return sizes.continueReading(maybeMore);
        }
    }
}
