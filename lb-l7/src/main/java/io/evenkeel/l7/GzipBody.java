package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The body of one response being compressed (RFC 1952), part by part, so that each part can be read as soon as it is there.
 *
 * <p>Used on one event loop. It holds memory outside of the heap until it is closed; quick rather than small is what it
 * compresses for.
 */
final class GzipBody implements AutoCloseable {

    private static final byte[] HEADER = {0x1F, (byte) 0x8B, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xFF};

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 checksum = new CRC32();
    private long length;
    private long written;

    /** Compresses a part, which is released. */
    ByteBuf compress(ByteBufAllocator allocator, ByteBuf part) {
        ByteBuf out = allocator.directBuffer(part.readableBytes() / 2 + 64);
        begin(out);
        for (ByteBuffer bytes : part.nioBuffers()) {
            checksum.update(bytes.duplicate());
            length += bytes.remaining();
            deflater.setInput(bytes);
            while (!deflater.needsInput()) {
                drain(out, Deflater.NO_FLUSH);
            }
        }
        while (drain(out, Deflater.SYNC_FLUSH)) {
            // until there is room left
        }
        part.release();
        written += out.readableBytes();
        return out;
    }

    /** What ends the body. */
    ByteBuf finish(ByteBufAllocator allocator) {
        ByteBuf out = allocator.directBuffer(64);
        begin(out);
        deflater.finish();
        while (!deflater.finished()) {
            drain(out, Deflater.NO_FLUSH);
        }
        out.writeIntLE((int) checksum.getValue()).writeIntLE((int) length);
        written += out.readableBytes();
        return out;
    }

    /** Bytes that were to be compressed. */
    long bytesIn() {
        return length;
    }

    /** Bytes that were made of them. */
    long bytesOut() {
        return written;
    }

    private void begin(ByteBuf out) {
        if (deflater.getBytesWritten() == 0 && length == 0) {
            out.writeBytes(HEADER);
        }
    }

    /* Returns whether all of the room was used, so that there may be more. */
    private boolean drain(ByteBuf out, int flush) {
        out.ensureWritable(256);
        ByteBuffer room = out.nioBuffer(out.writerIndex(), out.writableBytes());
        int written = deflater.deflate(room, flush);
        out.writerIndex(out.writerIndex() + written);
        return !room.hasRemaining();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
