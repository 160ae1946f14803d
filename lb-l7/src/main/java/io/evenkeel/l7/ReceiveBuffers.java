package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.util.UncheckedBooleanSupplier;
import java.nio.ByteBuffer;

/**
 * What the connections of one event loop receive into: as a rule the same buffer again and again, since what was received is
 * sent on before anything else is read. So it stays in the processor's nearest cache, where a pool hands out one after the
 * other. While a buffer is held, by a connection that waits for the rest of a head or, with io_uring, for anything at all, the
 * pool's are used. Used on that loop only.
 *
 * <p>What is received begins a little behind the beginning of its buffer, so that a head that grew on its way, by a field or a
 * cookie, still fits in front of its body: one buffer and one element of a write less per response. Long buffers are left as
 * they are, since nothing is won there.
 */
final class ReceiveBuffers extends AdaptiveRecvByteBufAllocator {

    private static final int ROOM = 128;
    private static final int SHORT = 8 * 1024;
    private static final int LONG = 64 * 1024; // the most that is ever received at once
    private static final int MOST_AT_ONCE = 16; // then it is another connection's turn

    private final ByteBuf shortOne = buffer(ROOM + SHORT);
    private final ByteBuf longOne = buffer(LONG);

    ReceiveBuffers() {
        maxMessagesPerRead(MOST_AT_ONCE);
    }

    /* Of no pool, which might be gone before them; the memory goes with the loop. */
    private static ByteBuf buffer(int capacity) {
        return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(capacity));
    }

    @Override
    @SuppressWarnings("deprecation") // what the method returns
    public Handle newHandle() {
        return new ReceiveHandle((ExtendedHandle) super.newHandle());
    }

    private ByteBuf next(ByteBufAllocator allocator, int size) {
        if (size > SHORT) {
            return isFree(longOne) ? longOne.retain().clear() : allocator.ioBuffer(size);
        }
        ByteBuf buffer = isFree(shortOne) ? shortOne.retain() : allocator.ioBuffer(ROOM + size);
        return buffer.setIndex(ROOM, ROOM);
    }

    private static boolean isFree(ByteBuf buffer) {
        return buffer.refCnt() == 1;
    }

    private final class ReceiveHandle extends DelegatingHandle implements ExtendedHandle {

        private final ExtendedHandle sizes;

        private ReceiveHandle(ExtendedHandle sizes) {
            super(sizes);
            this.sizes = sizes;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return next(allocator, guess());
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return sizes.continueReading(maybeMore);
        }
    }
}
