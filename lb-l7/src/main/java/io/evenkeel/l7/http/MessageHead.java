package io.evenkeel.l7.http;

/**
 * The fields of one HTTP/1 message, as offsets into the bytes they were received in.
 *
 * <p>Made once per event loop and filled anew for each message; valid until the next. Not thread-safe. Parsing costs one
 * pass over the bytes and allocates nothing.
 */
public abstract sealed class MessageHead permits RequestHead, ResponseHead {

    /** The largest number of fields. */
    public static final int MAX_FIELDS = 100;

    private static final byte[] CHUNKED = Bytes.of("chunked");
    private static final byte[] CLOSE = Bytes.of("close");
    private static final byte[] KEEP_ALIVE = Bytes.of("keep-alive");
    private static final byte[] UPGRADE = Bytes.of("upgrade");
    private static final byte[] TE = Bytes.of("te");
    private static final byte[] WEBSOCKET = Bytes.of("websocket");

    private final int[] nameStart = new int[MAX_FIELDS];
    private final int[] nameEnd = new int[MAX_FIELDS];
    private final int[] valueStart = new int[MAX_FIELDS];
    private final int[] valueEnd = new int[MAX_FIELDS];
    private final int[] fields = new int[MAX_FIELDS];

    private byte[] bytes = {};
    private int count;
    private boolean http10;
    private long contentLength;
    private boolean chunked;
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean websocket;
    private boolean namesInConnection;
    private boolean namesMoreThanTe;

    MessageHead() {}

    final void begin(byte[] newBytes, boolean isHttp10) {
        bytes = newBytes;
        http10 = isHttp10;
        count = 0;
        contentLength = -1;
        chunked = false;
        close = false;
        keepAlive = false;
        upgrade = false;
        websocket = false;
        namesInConnection = false;
        namesMoreThanTe = false;
    }

    /** The bytes that all offsets are into. */
    public final byte[] bytes() {
        return bytes;
    }

    /** How many fields there are. */
    public final int count() {
        return count;
    }

    /** Which {@link Field} one is. */
    public final int field(int i) {
        return fields[i];
    }

    /** Where a field's name begins. */
    public final int nameStart(int i) {
        return nameStart[i];
    }

    /** Where a field's name ends. */
    public final int nameEnd(int i) {
        return nameEnd[i];
    }

    /** Where a field's value begins, without white space. */
    public final int valueStart(int i) {
        return valueStart[i];
    }

    /** Where a field's value ends, without white space. */
    public final int valueEnd(int i) {
        return valueEnd[i];
    }

    /** Whether the message is of HTTP/1.0 rather than 1.1. */
    public final boolean http10() {
        return http10;
    }

    /** The declared length of the body, -1 if none is declared. */
    public final long contentLength() {
        return contentLength;
    }

    /** Whether the body comes in chunks. */
    public final boolean chunked() {
        return chunked;
    }

    /** Whether the sender wants to keep the connection after this message. */
    public final boolean persistent() {
        return !close && (!http10 || keepAlive);
    }

    /** Whether the message asks to turn the connection into a WebSocket (or agrees to). */
    public final boolean isWebSocketUpgrade() {
        return upgrade && websocket && !http10;
    }

    /** The index of the first field of a kind, -1 if there is none. */
    public final int find(int field) {
        for (int i = 0; i < count; i++) {
            if (fields[i] == field) {
                return i;
            }
        }
        return -1;
    }

    /** The value of a field as text; for what is not on the path of every request. */
    public final String value(int i) {
        return text(valueStart[i], valueEnd[i]);
    }

    final String text(int start, int end) {
        return new String(bytes, start, end - start, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /**
     * Parses field lines up to and including the empty one.
     *
     * @return 0, or the status with which to refuse the message
     */
    final int parseFields(int start, int end) {
        byte[] b = bytes;
        int at = start;
        while (true) {
            if (at + 1 < end && b[at] == '\r' && b[at + 1] == '\n') {
                return at + 2 == end ? finish() : 400;
            }
            if (count == MAX_FIELDS) {
                return 431;
            }
            int name = at;
            while (at < end && Bytes.isToken(b[at])) {
                at++;
            }
            if (at == name || at >= end || b[at] != ':') {
                return 400; // also a continuation line, and white space before the colon
            }
            int nameStop = at++;
            while (at < end && (b[at] == ' ' || b[at] == '\t')) {
                at++;
            }
            int value = at;
            while (at < end && Bytes.isValue(b[at])) {
                at++;
            }
            if (at + 1 >= end || b[at] != '\r' || b[at + 1] != '\n') {
                return 400; // a control byte, a bare CR or a bare LF
            }
            int valueStop = at;
            while (valueStop > value && (b[valueStop - 1] == ' ' || b[valueStop - 1] == '\t')) {
                valueStop--;
            }
            at += 2;
            int status = add(name, nameStop, value, valueStop);
            if (status != 0) {
                return status;
            }
        }
    }

    private int add(int name, int nameStop, int value, int valueStop) {
        int field = Field.of(bytes, name, nameStop);
        int i = count++;
        nameStart[i] = name;
        nameEnd[i] = nameStop;
        valueStart[i] = value;
        valueEnd[i] = valueStop;
        fields[i] = field;
        return switch (field) {
            case Field.CONTENT_LENGTH -> contentLength(value, valueStop);
            case Field.TRANSFER_ENCODING -> transferEncoding(value, valueStop);
            case Field.CONNECTION -> connection(value, valueStop);
            case Field.UPGRADE -> {
                websocket |= Bytes.is(bytes, value, valueStop, WEBSOCKET);
                yield 0;
            }
            default -> 0;
        };
    }

    private int contentLength(int start, int end) {
        if (start == end || end - start > 18) {
            return 400;
        }
        long length = 0;
        for (int i = start; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return 400;
            }
            length = length * 10 + (bytes[i] - '0');
        }
        if (contentLength >= 0 && contentLength != length) {
            return 400;
        }
        contentLength = length;
        return 0;
    }

    private int transferEncoding(int start, int end) {
        if (http10 || chunked) {
            return 400;
        }
        if (!Bytes.is(bytes, start, end, CHUNKED)) {
            return 501;
        }
        chunked = true;
        return 0;
    }

    private int connection(int start, int end) {
        int at = start;
        while (at < end) {
            int stop = at;
            while (stop < end && bytes[stop] != ',') {
                stop++;
            }
            int from = at;
            int to = stop;
            while (from < to && (bytes[from] == ' ' || bytes[from] == '\t')) {
                from++;
            }
            while (to > from && (bytes[to - 1] == ' ' || bytes[to - 1] == '\t')) {
                to--;
            }
            if (Bytes.is(bytes, from, to, CLOSE)) {
                close = true;
            } else if (Bytes.is(bytes, from, to, KEEP_ALIVE)) {
                keepAlive = true;
            } else if (Bytes.is(bytes, from, to, UPGRADE)) {
                upgrade = true;
            } else if (to > from) {
                namesInConnection = true;
                namesMoreThanTe |= !Bytes.is(bytes, from, to, TE);
            }
            at = stop + 1;
        }
        return 0;
    }

    private int finish() {
        return chunked && contentLength >= 0 ? 400 : check();
    }

    /** What else a kind of message demands; 0, or the status with which to refuse it. */
    abstract int check();

    /** Whether {@code Connection} names fields that may come as trailers and are for this hop only. */
    public final boolean mayNameTrailers() {
        return namesMoreThanTe;
    }

    /** Whether a field is meant for this hop only because {@code Connection} names it. */
    public final boolean isNamedInConnection(int i) {
        if (!namesInConnection) {
            return false;
        }
        for (int c = 0; c < count; c++) {
            if (fields[c] == Field.CONNECTION && lists(valueStart[c], valueEnd[c], nameStart[i], nameEnd[i])) {
                return true;
            }
        }
        return false;
    }

    private boolean lists(int start, int end, int name, int nameStop) {
        int length = nameStop - name;
        for (int at = start; at + length <= end; at++) {
            boolean begins = at == start || isDelimiter(bytes[at - 1]);
            boolean ends = at + length == end || isDelimiter(bytes[at + length]);
            if (begins && ends && sameIgnoringCase(at, name, length)) {
                return true;
            }
        }
        return false;
    }

    private boolean sameIgnoringCase(int a, int b, int length) {
        for (int i = 0; i < length; i++) {
            if (Bytes.lower(bytes[a + i]) != Bytes.lower(bytes[b + i])) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDelimiter(byte b) {
        return b == ',' || b == ' ' || b == '\t';
    }
}
