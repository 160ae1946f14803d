package io.evenkeel.l7.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes a new head, byte by byte, and turns it into one buffer.
 *
 * <p>One per event loop. Not thread-safe. It grows to the largest head it ever wrote and allocates nothing but the buffer.
 */
public final class HeadWriter {

    private static final byte[] CONTENT_LENGTH = Bytes.of("Content-Length: ");
    private static final byte[] CHUNKED = Bytes.of("Transfer-Encoding: chunked\r\n");

    private byte[] out = new byte[2048];
    private int length;

    /** A writer of nothing yet. */
    public HeadWriter() {}

    /** Begins a new head. */
    public HeadWriter begin() {
        length = 0;
        return this;
    }

    /** Adds one byte. */
    public HeadWriter add(int b) {
        room(1);
        out[length++] = (byte) b;
        return this;
    }

    /** Adds bytes as they are. */
    public HeadWriter add(byte[] bytes) {
        return add(bytes, 0, bytes.length);
    }

    /** Adds a stretch of bytes. */
    public HeadWriter add(byte[] bytes, int start, int end) {
        room(end - start);
        System.arraycopy(bytes, start, out, length, end - start);
        length += end - start;
        return this;
    }

    /** Adds a number in decimal. */
    public HeadWriter addNumber(long number) {
        if (number >= 10) {
            addNumber(number / 10);
        }
        return add('0' + (int) (number % 10));
    }

    /** Adds the end of a line. */
    public HeadWriter endLine() {
        room(2);
        out[length++] = '\r';
        out[length++] = '\n';
        return this;
    }

    /** Adds a field of a received head as it came. */
    public HeadWriter field(MessageHead head, int i) {
        add(head.bytes(), head.nameStart(i), head.nameEnd(i));
        room(2);
        out[length++] = ':';
        out[length++] = ' ';
        return add(head.bytes(), head.valueStart(i), head.valueEnd(i)).endLine();
    }

    /** Adds the framing of a body of known length. */
    public HeadWriter contentLength(long bodyLength) {
        return add(CONTENT_LENGTH).addNumber(bodyLength).endLine();
    }

    /** Adds the framing of a body in chunks. */
    public HeadWriter chunked() {
        return add(CHUNKED);
    }

    /** What has been written is in these bytes, until more is. */
    public byte[] bytes() {
        return out;
    }

    /** How many bytes have been written. */
    public int length() {
        return length;
    }

    /**
     * Ends the head and puts it in front of what is readable, where bytes have been read already that nobody needs any more.
     *
     * @param rest is readable from the head's beginning on, if this succeeds
     * @return false, with nothing done, if there is no room for it
     */
    public boolean finishBefore(ByteBuf rest) {
        int start = rest.readerIndex() - length - 2;
        if (start < 0) {
            return false;
        }
        endLine();
        rest.setBytes(start, out, 0, length).readerIndex(start);
        return true;
    }

    /** Ends the head. */
    public ByteBuf finish(ByteBufAllocator allocator) {
        endLine();
        return allocator.directBuffer(length).writeBytes(out, 0, length);
    }

    /** What has been written, for logs and tests. */
    @Override
    public String toString() {
        return new String(out, 0, length, StandardCharsets.ISO_8859_1);
    }

    private void room(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }
}
