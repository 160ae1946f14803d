package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/** How much is kept for a peer that is slow, and what puts parts together. */
final class Buffers {

    /** So many bytes of a body to come that it costs less to move them than to copy them. */
    static final int LONG_BODY = 64 * 1024;

    /** From when on a connection has too much to send, and until when. */
    static final WriteBufferWaterMark SOME = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** The same where memory is short: anything is too much. */
    static final WriteBufferWaterMark NOTHING = new WriteBufferWaterMark(1, 1);

    private Buffers() {}

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
