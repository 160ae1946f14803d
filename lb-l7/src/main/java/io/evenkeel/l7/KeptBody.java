package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request that might be sent again, as far as it has come, unless it, or all that the event loop keeps,
 * becomes too large for that. One per request that needs one. Used on the exchange's event loop only.
 */
final class KeptBody {

    /** The largest body that is kept. */
    static final int MAX = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final KeptLimit limit;
    private @Nullable ByteBuf bytes;

    KeptBody(ByteBufAllocator allocator, KeptLimit limit) {
        this.allocator = allocator;
        this.limit = limit;
    }

    /** Adds what comes; false if it is too much, so that there is nothing kept any more. */
    boolean add(ByteBuf part) {
        ByteBuf known = bytes;
        int length = (known == null ? 0 : known.readableBytes()) + part.readableBytes();
        if (length > MAX || !limit.tryKeep(part.readableBytes())) {
            release();
            return false;
        }
        if (known == null) {
            bytes = known = allocator.buffer(part.readableBytes());
        }
        known.writeBytes(part, part.readerIndex(), part.readableBytes());
        return true;
    }

    boolean isEmpty() {
        ByteBuf kept = bytes;
        return kept == null || !kept.isReadable();
    }

    /** Gives it away; null if there is none. */
    @Nullable
    ByteBuf take() {
        ByteBuf kept = bytes;
        if (kept != null) {
            bytes = null;
            limit.forget(kept.readableBytes());
        }
        return kept;
    }

    /** Sends all of it, and that it is all. */
    void sendTo(Upstream to, boolean chunked) {
        ByteBuf kept = bytes;
        if (kept != null && kept.isReadable()) {
            to.writeBody(kept.retainedDuplicate(), chunked);
        }
        to.writeEnd(chunked, null);
    }

    /** Forgets it. */
    void release() {
        ByteBuf kept = take();
        if (kept != null) {
            kept.release();
        }
    }
}
