package io.evenkeel.l7.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the body of one message out of the bytes that are received, whatever its framing.
 *
 * <p>One per direction of a connection and begun anew for each message. Not thread-safe. Payload is handed out as
 * retained slices without a copy; chunk extensions are dropped, and trailers that may go on are kept.
 */
public final class BodyReader {

    /** How a body ends. */
    private enum Framing {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_CLOSE
    }

    private enum Chunk {
        SIZE,
        DATA,
        DATA_END,
        TRAILER
    }

    private static final int MAX_SIZE_LINE = 256;
    private static final int MAX_TRAILERS = 8192;
    private static final int MAX_TRAILER_FIELDS = 64;
    private static final byte[] NO_BYTES = {};

    private Framing framing = Framing.NONE;
    private Chunk chunk = Chunk.SIZE;
    private long remaining;
    private int lineLength;
    private int lineDigits;
    private boolean paddingAllowed;
    private boolean inPadding;
    private boolean inExtension;
    private boolean sawCr;
    private int trailerBytes;
    private byte[] trailerLines = NO_BYTES; // grows to the largest that has come
    private int trailerCount;
    private boolean inName;
    private boolean dropsTrailers;
    private @Nullable Http2Headers trailers;
    private boolean failed;

    /** A reader of no body. */
    public BodyReader() {}

    /** Begins a message without body. */
    public void beginNone() {
        framing = Framing.NONE;
        trailers = null;
        failed = false;
    }

    /** Begins a body of known length in bytes. */
    public void beginLength(long length) {
        framing = length == 0 ? Framing.NONE : Framing.LENGTH;
        remaining = length;
        trailers = null;
        failed = false;
    }

    /** Begins a body in chunks whose size lines are as RFC 9112 has them: what to expect of a client. */
    public void beginChunked() {
        beginChunked(false);
    }

    /**
     * Begins a body in chunks whose sizes may be padded with blanks, as some old servers write them, and whose trailers are
     * dropped where they are no fields. Not for requests: a server behind might see another body in such a line.
     */
    public void beginLenientChunked() {
        beginChunked(true);
    }

    private void beginChunked(boolean lenient) {
        framing = Framing.CHUNKED;
        failed = false;
        paddingAllowed = lenient;
        trailers = null;
        trailerCount = 0;
        dropsTrailers = false;
        beginSizeLine();
    }

    /** Begins a body that lasts until the sender closes. */
    public void beginUntilClose() {
        framing = Framing.UNTIL_CLOSE;
        trailers = null;
        failed = false;
    }

    /** Whether the body has been read to its end. */
    public boolean isDone() {
        return framing == Framing.NONE;
    }

    /** Whether the end of the connection is the end of the body. */
    public boolean isUntilClose() {
        return framing == Framing.UNTIL_CLOSE;
    }

    /** Whether the framing turned out to be malformed; nothing more can be read. */
    public boolean isFailed() {
        return failed;
    }

    /** Has what follows the last chunk of the body that was begun go no further. */
    public void dropTrailers() {
        dropsTrailers = true;
    }

    /** What follows the last chunk of a body that {@link #isDone} and may go on; null if there is none. */
    public @Nullable Http2Headers trailers() {
        return trailers;
    }

    /**
     * Takes the next stretch of payload.
     *
     * @param received what has come in; its reader index moves over what was taken
     * @return a retained slice, or null if there is no (more) payload in it: then the body {@link #isDone}, or
     *     {@link #isFailed}, or needs more bytes
     */
    public @Nullable ByteBuf read(ByteBuf received) {
        return switch (framing) {
            case NONE -> null;
            case LENGTH -> take(received, Framing.NONE);
            case UNTIL_CLOSE -> received.isReadable() ? received.readRetainedSlice(received.readableBytes()) : null;
            case CHUNKED -> readChunked(received);
        };
    }

    /** How many bytes of a body of known length are still to come; 0 for others. */
    public long remaining() {
        return framing == Framing.LENGTH ? remaining : 0;
    }

    /**
     * Passes over a part of a body of known length, which goes another way.
     *
     * @param bytes how many, no more than are {@link #remaining}
     */
    public void skip(long bytes) {
        if (framing != Framing.LENGTH || bytes > remaining) {
            throw new IllegalArgumentException(bytes + " bytes of " + remaining());
        }
        remaining -= bytes;
        if (remaining == 0) {
            framing = Framing.NONE;
        }
    }

    private @Nullable ByteBuf take(ByteBuf received, Framing after) {
        int length = (int) Math.min(remaining, received.readableBytes());
        if (length == 0) {
            return null;
        }
        remaining -= length;
        if (remaining == 0) {
            framing = after;
        }
        return received.readRetainedSlice(length);
    }

    private @Nullable ByteBuf readChunked(ByteBuf received) {
        while (framing == Framing.CHUNKED && !failed && received.isReadable()) {
            switch (chunk) {
                case SIZE -> readSizeLine(received);
                case DATA -> {
                    ByteBuf data = take(received, Framing.CHUNKED);
                    if (remaining == 0) {
                        chunk = Chunk.DATA_END;
                        lineLength = 0;
                    }
                    return data;
                }
                case DATA_END -> readDataEnd(received);
                case TRAILER -> readTrailer(received);
            }
        }
        return null;
    }

    private void beginSizeLine() {
        chunk = Chunk.SIZE;
        remaining = 0;
        lineLength = 0;
        lineDigits = 0;
        inPadding = false;
        inExtension = false;
        sawCr = false;
    }

    private void readSizeLine(ByteBuf received) {
        while (received.isReadable()) {
            byte b = received.readByte();
            if (++lineLength > MAX_SIZE_LINE) {
                failed = true;
                return;
            }
            if (sawCr) {
                if (b != '\n' || lineDigits == 0) {
                    failed = true;
                } else if (remaining == 0) {
                    chunk = Chunk.TRAILER;
                    lineLength = 0;
                    inName = true;
                    trailerBytes = 0;
                    sawCr = false;
                } else {
                    chunk = Chunk.DATA;
                }
                return;
            }
            int digit = inExtension || inPadding ? -1 : Character.digit(b, 16);
            if (b == '\r') {
                sawCr = true;
            } else if (digit >= 0 && lineDigits < 15) {
                remaining = remaining * 16 + digit;
                lineDigits++;
            } else if (b == ';' && lineDigits > 0) {
                inExtension = true;
            } else if (isPadding(b)) {
                inPadding = true;
            } else if (!inExtension || !Bytes.isValue(b)) {
                failed = true;
                return;
            }
        }
    }

    private boolean isPadding(byte b) {
        return paddingAllowed && !inExtension && lineDigits > 0 && (b == ' ' || b == '\t');
    }

    private void readDataEnd(ByteBuf received) {
        byte expected = lineLength == 0 ? (byte) '\r' : (byte) '\n';
        if (received.readByte() != expected) {
            failed = true;
        } else if (++lineLength == 2) {
            beginSizeLine();
        }
    }

    private void readTrailer(ByteBuf received) {
        while (received.isReadable() && !failed) {
            byte b = received.readByte();
            if (sawCr) {
                sawCr = false;
                if (b != '\n') {
                    failed = true;
                } else if (lineLength == 0) {
                    framing = Framing.NONE;
                    trailers =
                            trailerBytes == 0 || dropsTrailers ? null : Http2Heads.trailers(trailerLines, trailerBytes);
                    return;
                } else {
                    if (inName || ++trailerCount > MAX_TRAILER_FIELDS) { // there was no colon, or there were too many
                        malformedTrailer();
                    }
                    keepTrailer(b);
                    lineLength = 0;
                    inName = true;
                }
            } else if (b == '\r') {
                sawCr = true;
            } else if (inName && b == ':' && lineLength > 0) {
                inName = false;
                keepTrailer(b);
            } else if (Bytes.isValue(b)) {
                if (inName && !Bytes.isToken(b)) {
                    malformedTrailer();
                }
                lineLength++;
                keepTrailer(b);
            } else {
                failed = true;
            }
        }
    }

    /* What old servers say there has never mattered to anybody. */
    private void malformedTrailer() {
        failed |= !paddingAllowed;
        dropsTrailers = true;
    }

    private void keepTrailer(byte b) {
        if (trailerBytes == MAX_TRAILERS) {
            failed = true;
            return;
        }
        if (trailerBytes == trailerLines.length) {
            trailerLines = Arrays.copyOf(trailerLines, Math.max(256, 2 * trailerBytes));
        }
        trailerLines[trailerBytes++] = b;
    }
}
