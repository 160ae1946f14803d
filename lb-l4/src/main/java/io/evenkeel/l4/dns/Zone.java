package io.evenkeel.l4.dns;

import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** The names that are answered here, and the answers to them. Immutable but for what the look-up finds. */
final class Zone {

    private final String name;
    private final String suffix;
    private final DnsLookup lookup;
    private final DnsReply reply;

    Zone(String name, DnsLookup lookup, DnsReply reply) {
        this.name = name;
        this.suffix = "." + name;
        this.lookup = lookup;
        this.reply = reply;
    }

    /** The answer, or null if the name is not of this zone. */
    @Nullable
    ByteBuf answer(DnsQuery query, ByteBuf asked) {
        boolean apex = query.name().equals(name);
        if (query.dnsClass() != DnsQuery.CLASS_IN || (!apex && !query.name().endsWith(suffix))) {
            return null;
        }
        if (apex) {
            return query.type() == DnsQuery.TYPE_SOA || query.type() == DnsQuery.TYPE_ANY
                    ? reply.authority(query, asked)
                    : reply.nothing(query, asked, DnsQuery.OK);
        }
        InetAddress address = lookup.find(query.name());
        if (address == null) {
            boolean exists = lookup.hasNamesBelow(query.name());
            return reply.nothing(query, asked, exists ? DnsQuery.OK : DnsQuery.NAME_ERROR);
        }
        int has = address instanceof Inet4Address ? DnsQuery.TYPE_A : DnsQuery.TYPE_AAAA;
        return query.type() == has || query.type() == DnsQuery.TYPE_ANY
                ? reply.address(query, asked, address)
                : reply.nothing(query, asked, DnsQuery.OK);
    }
}
