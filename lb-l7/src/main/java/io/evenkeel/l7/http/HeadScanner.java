package io.evenkeel.l7.http;

import io.netty.buffer.ByteBuf;

/**
 * Finds where a head ends in what was received, and brings it into one byte array for the parser.
 *
 * <p>One per connection, since it remembers how far it looked; the array is the event loop's. Not thread-safe.
 */
public final class HeadScanner {

    /** The largest head, in bytes. */
    public static final int MAX_HEAD = 32 * 1024;

    private static final int STEP = 1024;

    private int scanned;

    /** A scanner at the beginning of a message. */
    public HeadScanner() {}

    /**
     * Looks for the end of the head, or for a line that ends without CR: no parser takes that, whatever would follow.
     *
     * @param received bytes from the beginning of the head on; its reader index is not moved
     * @param scratch takes the bytes; at least {@link #MAX_HEAD} long
     * @return the length of the head including the empty line, or up to such a line's end, 0 if it is not complete, -1 if
     *     it is too long
     */
    public int scan(ByteBuf received, byte[] scratch) {
        int available = Math.min(received.readableBytes(), MAX_HEAD);
        int at = Math.max(scanned, 3);
        int copied = 0;
        while (copied < available) { // a step at a time, since most of what came may be a body
            int end = Math.min(available, Math.max(2 * copied, scanned + STEP));
            received.getBytes(received.readerIndex() + copied, scratch, copied, end - copied);
            copied = end;
            for (; at < end; at++) {
                if (scratch[at] == '\n'
                        && (scratch[at - 1] != '\r' || (scratch[at - 2] == '\n' && scratch[at - 3] == '\r'))) {
                    scanned = 0;
                    return at + 1;
                }
            }
        }
        scanned = available;
        return available == MAX_HEAD ? -1 : 0;
    }

    /** Begins anew, for the next message. */
    public void reset() {
        scanned = 0;
    }
}
