package io.evenkeel.l4.vip;

import io.evenkeel.vip.VipTable;
import io.evenkeel.vip.VirtualIp;
import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The loopback addresses that stand for the addresses of VIPs, so that a process without privileges can serve them.
 *
 * <p>11.a.b.c becomes 127.a.b.c; all of 127/8 is local on Linux. What would become 127.0.0.x, where other programs listen,
 * moves to the next free address from 127.0.1.0 on, in the order of names, so that every machine agrees. Literal VIPs of
 * 11/8 are mapped alike and those of 127/8 stay. All other literals have no address here, IPv6 included, and neither have
 * those of 127.0.0.x: a label must not open a port to the network, or stand in front of another program's. Immutable.
 */
public final class LoopbackAddresses {

    /** The literal VIPs that have an address, in words. */
    static final String EXPECTED = "an address of 11.0.0.0/8 or 127.0.0.0/8 that is not one of 127.0.0.0/24";

    private static final int VIP_NET = 11;
    private static final int LOOPBACK_NET = 127;
    private static final int LOOPBACK = LOOPBACK_NET << 24;
    private static final int FIRST_FREE = LOOPBACK | 0x0100;

    private final Map<String, InetAddress> byHost;

    private LoopbackAddresses(Map<String, InetAddress> byHost) {
        this.byHost = byHost;
    }

    /**
     * The addresses for a table's VIPs.
     *
     * @param table the VIPs
     * @return one address for each host of the table, literals that must not be served excepted
     */
    public static LoopbackAddresses of(VipTable table) {
        Map<String, InetAddress> byHost = new HashMap<>();
        Map<String, Boolean> displaced = new TreeMap<>();
        Set<InetAddress> taken = new HashSet<>();
        for (VirtualIp vip : table.vips()) {
            Inet4Address home = vip.literal() ? servable(vip.host()) : table.address(vip.host());
            if (home == null) {
                continue;
            }
            InetAddress mapped = onLoopback(home);
            if (mapped == null) {
                displaced.put(vip.host(), true);
            } else {
                byHost.put(vip.host(), mapped);
                taken.add(mapped);
            }
        }
        int next = FIRST_FREE;
        for (String host : displaced.keySet()) {
            InetAddress candidate = v4(next++);
            while (!taken.add(candidate)) {
                candidate = v4(next++);
            }
            byHost.put(host, candidate);
        }
        return new LoopbackAddresses(Map.copyOf(byHost));
    }

    /**
     * Where a VIP is served.
     *
     * @param vip a VIP of the table
     * @return its address, or null if it is a literal that must not be served
     */
    public @Nullable InetAddress find(VirtualIp vip) {
        return byHost.get(vip.host());
    }

    /** The mapped address, or null if it would be one of 127.0.0.x. */
    private static @Nullable InetAddress onLoopback(Inet4Address home) {
        int bits = bits(home);
        if (bits >>> 24 != VIP_NET) {
            return home;
        }
        return inFirst256(bits) ? null : v4(LOOPBACK | (bits & 0x00FF_FFFF));
    }

    /** The address of a literal VIP, or null if a label must not have it. */
    private static @Nullable Inet4Address servable(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null || bytes.length != 4) {
            return null;
        }
        int bits = ByteBuffer.wrap(bytes).getInt();
        boolean ours = bits >>> 24 == VIP_NET || (bits >>> 24 == LOOPBACK_NET && !inFirst256(bits));
        return ours ? v4(bits) : null;
    }

    private static boolean inFirst256(int bits) {
        return (bits & 0x00FF_FF00) == 0;
    }

    private static int bits(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private static Inet4Address v4(int bits) {
        try {
            return (Inet4Address)
                    InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
