package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannelConfig;

/** How much is read at a time and kept for a peer that is slow; and what puts parts together. */
final class Buffers {

    /*
     * What is read in one go is written in one go, and only then it is asked whether the other side is too slow: a fast
     * transfer never stops reading. So a connection holds at most 64 KiB and one such burst, which begins small and grows
     * while it comes to be filled.
     */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(32 * 1024, 64 * 1024);
    private static final RecvByteBufAllocator BURST =
            new AdaptiveRecvByteBufAllocator(64, 2048, 128 * 1024).maxMessagesPerRead(2);

    private Buffers() {}

    /** Sets a connection's bounds. */
    static void bound(SocketChannelConfig config) {
        config.setWriteBufferWaterMark(WATER_MARK).setRecvByteBufAllocator(BURST);
    }

    /** A new buffer with the readable bytes of both, which are released. */
    static ByteBuf join(ByteBufAllocator allocator, ByteBuf first, ByteBuf second) {
        ByteBuf joined = allocator
                .directBuffer(first.readableBytes() + second.readableBytes())
                .writeBytes(first)
                .writeBytes(second);
        first.release();
        second.release();
        return joined;
    }
}
