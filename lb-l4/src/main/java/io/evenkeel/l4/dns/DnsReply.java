package io.evenkeel.l4.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;

/** Writes answers: the question as it was asked, at most one record, and an EDNS record if the client sent one. */
final class DnsReply {

    static final int MAX_UDP = 4096;
    static final int MIN_UDP = 512;

    private static final int AUTHORITATIVE = 0x0400;
    private static final int RECURSION_AVAILABLE = 0x0080;
    private static final int TTL_SECONDS = 5;
    private static final int NAME_IS_THE_QUESTIONS = 0xC000 | DnsQuery.HEADER;

    private final ByteBufAllocator allocator;
    private final byte[] zone;
    private final byte[] startOfAuthority;
    private final int recursion;

    DnsReply(ByteBufAllocator allocator, String zone, boolean recursionAvailable) {
        this.allocator = allocator;
        this.zone = wireName(zone);
        this.recursion = recursionAvailable ? RECURSION_AVAILABLE : 0;
        this.startOfAuthority = startOfAuthority();
    }

    /** An answer that says only how it went. */
    ByteBuf status(DnsQuery query, ByteBuf asked, int rcode) {
        ByteBuf reply = begin(query, asked, rcode, 0, 0, 0);
        return finish(query, reply, 0);
    }

    /** The answer to an EDNS version that does not exist yet: BADVERS is 16, whose upper bits stand in the record. */
    ByteBuf badVersion(DnsQuery query, ByteBuf asked) {
        ByteBuf reply = begin(query, asked, DnsQuery.OK, 0, 0, 0);
        return finish(query, reply, 1);
    }

    ByteBuf address(DnsQuery query, ByteBuf asked, InetAddress address) {
        byte[] bytes = address.getAddress();
        ByteBuf reply = begin(query, asked, DnsQuery.OK, AUTHORITATIVE, 1, 0);
        reply.writeShort(NAME_IS_THE_QUESTIONS);
        reply.writeShort(bytes.length == 4 ? DnsQuery.TYPE_A : DnsQuery.TYPE_AAAA);
        reply.writeShort(DnsQuery.CLASS_IN).writeInt(TTL_SECONDS);
        reply.writeShort(bytes.length).writeBytes(bytes);
        return finish(query, reply, 0);
    }

    /** Says with authority that there is nothing: no such name, or no such record. */
    ByteBuf nothing(DnsQuery query, ByteBuf asked, int rcode) {
        ByteBuf reply = begin(query, asked, rcode, AUTHORITATIVE, 0, 1);
        reply.writeBytes(startOfAuthority);
        return finish(query, reply, 0);
    }

    ByteBuf authority(DnsQuery query, ByteBuf asked) {
        ByteBuf reply = begin(query, asked, DnsQuery.OK, AUTHORITATIVE, 1, 0);
        reply.writeBytes(startOfAuthority);
        return finish(query, reply, 0);
    }

    private ByteBuf begin(DnsQuery query, ByteBuf asked, int rcode, int extraFlags, int answers, int authorities) {
        ByteBuf reply = allocator.buffer(MIN_UDP);
        reply.writeShort(query.id());
        reply.writeShort(DnsQuery.RESPONSE
                | (query.flags() & DnsQuery.RECURSION_DESIRED)
                | (query.rcode() == DnsQuery.NOT_IMPLEMENTED ? query.flags() & 0x7800 : 0)
                | extraFlags
                | recursion
                | rcode);
        reply.writeShort(query.questionLength() > 0 ? 1 : 0);
        reply.writeShort(answers).writeShort(authorities).writeShort(query.ednsSize() >= 0 ? 1 : 0);
        // As it was asked, upper and lower case included: some clients check that against spoofing.
        reply.writeBytes(asked, asked.readerIndex() + DnsQuery.HEADER, query.questionLength());
        return reply;
    }

    private static ByteBuf finish(DnsQuery query, ByteBuf reply, int extendedRcode) {
        if (query.ednsSize() >= 0) {
            reply.writeByte(0).writeShort(DnsQuery.TYPE_OPT).writeShort(MAX_UDP);
            reply.writeByte(extendedRcode).writeByte(0).writeShort(0).writeShort(0);
        }
        return reply;
    }

    /** The largest answer over UDP that a client takes. */
    static int limit(DnsQuery query) {
        return query.ednsSize() < 0 ? MIN_UDP : Math.min(Math.max(query.ednsSize(), MIN_UDP), MAX_UDP);
    }

    private byte[] startOfAuthority() {
        byte[] primary = wireName("ns.spartan");
        byte[] mailbox = wireName("support.mesosphere.com");
        ByteBuf record = allocator.heapBuffer();
        record.writeBytes(zone).writeShort(DnsQuery.TYPE_SOA).writeShort(DnsQuery.CLASS_IN);
        record.writeInt(TTL_SECONDS).writeShort(primary.length + mailbox.length + 20);
        record.writeBytes(primary).writeBytes(mailbox);
        record.writeInt(1).writeInt(60).writeInt(180).writeInt(86_400).writeInt(1);
        byte[] bytes = new byte[record.readableBytes()];
        record.readBytes(bytes).release();
        return bytes;
    }

    private static byte[] wireName(String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        byte[] wire = new byte[text.length + 2];
        int lengthAt = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '.') {
                lengthAt = i + 1;
            } else {
                wire[i + 1] = text[i];
                wire[lengthAt]++;
            }
        }
        return wire;
    }
}
