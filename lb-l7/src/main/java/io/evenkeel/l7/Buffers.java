package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Puts together what arrived in parts but must be looked at as one. */
final class Buffers {

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
