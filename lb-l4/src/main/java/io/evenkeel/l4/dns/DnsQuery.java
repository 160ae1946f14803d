package io.evenkeel.l4.dns;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The parsed part of a query: header, question and EDNS record.
 *
 * @param id the client's number for it
 * @param flags the header's flags as they came
 * @param name the name asked for, in lower case and without the final dot
 * @param type the record type asked for
 * @param dnsClass the class asked for
 * @param questionLength bytes of the question, which begins after the header
 * @param ednsSize the largest UDP answer the client takes by its own words, or -1 without EDNS
 * @param ednsVersion the EDNS version it speaks
 * @param rcode {@link #OK}, or what is wrong with the query
 */
record DnsQuery(
        int id,
        int flags,
        String name,
        int type,
        int dnsClass,
        int questionLength,
        int ednsSize,
        int ednsVersion,
        int rcode) {

    static final int HEADER = 12;
    static final int OK = 0;
    static final int FORMAT_ERROR = 1;
    static final int SERVER_FAILURE = 2;
    static final int NAME_ERROR = 3;
    static final int NOT_IMPLEMENTED = 4;
    static final int REFUSED = 5;

    static final int TYPE_A = 1;
    static final int TYPE_SOA = 6;
    static final int TYPE_AAAA = 28;
    static final int TYPE_OPT = 41;
    static final int TYPE_ANY = 255;
    static final int CLASS_IN = 1;

    static final int RESPONSE = 0x8000;
    static final int RECURSION_DESIRED = 0x0100;
    private static final int OPCODE = 0x7800;
    private static final int MAX_NAME = 255;
    private static final int MAX_LABEL = 63;

    /** Reads a query without moving the buffer's indexes. Null for what deserves no answer: too short, or no query. */
    static @Nullable DnsQuery parse(ByteBuf message) {
        int start = message.readerIndex();
        if (message.readableBytes() < HEADER) {
            return null;
        }
        int id = message.getUnsignedShort(start);
        int flags = message.getUnsignedShort(start + 2);
        if ((flags & RESPONSE) != 0) {
            return null;
        }
        if ((flags & OPCODE) != 0) {
            return broken(id, flags, NOT_IMPLEMENTED);
        }
        try {
            return message.getUnsignedShort(start + 4) == 1
                    ? parse(message, id, flags)
                    : broken(id, flags, FORMAT_ERROR);
        } catch (IndexOutOfBoundsException e) {
            return broken(id, flags, FORMAT_ERROR);
        }
    }

    private static DnsQuery parse(ByteBuf message, int id, int flags) {
        int start = message.readerIndex();
        StringBuilder name = new StringBuilder(64);
        int at = start + HEADER;
        for (int length = message.getUnsignedByte(at++); length != 0; length = message.getUnsignedByte(at++)) {
            if (length > MAX_LABEL || at + length - start - HEADER > MAX_NAME - 1) {
                return broken(id, flags, FORMAT_ERROR);
            }
            if (name.length() > 0) {
                name.append('.');
            }
            checkEnd(message, at + length);
            appendLowerCase(name, message.toString(at, length, StandardCharsets.ISO_8859_1));
            at += length;
        }
        int type = message.getUnsignedShort(at);
        int dnsClass = message.getUnsignedShort(at + 2);
        at += 4;
        checkEnd(message, at);
        int questionLength = at - start - HEADER;
        int ednsSize = -1;
        int ednsVersion = 0;
        int records = message.getUnsignedShort(start + 6)
                + message.getUnsignedShort(start + 8)
                + message.getUnsignedShort(start + 10);
        for (int i = 0; i < records; i++) {
            at = skipName(message, at);
            checkEnd(message, at + 10);
            if (message.getUnsignedShort(at) == TYPE_OPT) {
                ednsSize = message.getUnsignedShort(at + 2);
                ednsVersion = message.getUnsignedByte(at + 5);
            }
            at += 10 + message.getUnsignedShort(at + 8);
            checkEnd(message, at);
        }
        return new DnsQuery(id, flags, name.toString(), type, dnsClass, questionLength, ednsSize, ednsVersion, OK);
    }

    /** Past a name that may end in a pointer; pointers are not followed. */
    private static int skipName(ByteBuf message, int from) {
        int at = from;
        for (int length = message.getUnsignedByte(at++); length != 0; length = message.getUnsignedByte(at++)) {
            if (length > MAX_LABEL) {
                return at + 1;
            }
            at += length;
        }
        return at;
    }

    private static void checkEnd(ByteBuf message, int end) {
        if (end > message.writerIndex()) {
            throw new IndexOutOfBoundsException("beyond the message");
        }
    }

    private static void appendLowerCase(StringBuilder name, String label) {
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            // A dot inside a label must not pass for one between labels; no name of ours has this character.
            name.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c == '.' ? '\0' : c);
        }
    }

    private static DnsQuery broken(int id, int flags, int rcode) {
        return new DnsQuery(id, flags, "", 0, 0, 0, -1, 0, rcode);
    }
}
