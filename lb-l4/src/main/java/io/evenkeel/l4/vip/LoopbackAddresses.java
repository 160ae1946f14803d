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
 * 11/8 are mapped alike, those of 127/8 stay, and all others are taken as they are: they can be served where the machine
 * has that address. Immutable.
 */
public final class LoopbackAddresses {

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
     * @return one address for each host of the table
     */
    public static LoopbackAddresses of(VipTable table) {
        Map<String, InetAddress> byHost = new HashMap<>();
        Map<String, Boolean> displaced = new TreeMap<>();
        Set<InetAddress> taken = new HashSet<>();
        for (VirtualIp vip : table.vips()) {
            InetAddress home = vip.literal() ? literal(vip.host()) : table.address(vip.host());
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
     * @return its address, or null if the table had no address for it
     */
    public @Nullable InetAddress find(VirtualIp vip) {
        return byHost.get(vip.host());
    }

    /** The mapped address, or null if it would be one of 127.0.0.x that was not asked for as such. */
    private static @Nullable InetAddress onLoopback(InetAddress home) {
        if (!(home instanceof Inet4Address)) {
            return home;
        }
        int bits = ByteBuffer.wrap(home.getAddress()).getInt();
        if (bits >>> 24 != VIP_NET) {
            return home;
        }
        boolean reserved = (bits & 0x00FF_FF00) == 0;
        return reserved ? null : v4(LOOPBACK | (bits & 0x00FF_FFFF));
    }

    private static @Nullable InetAddress literal(String host) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static InetAddress v4(int bits) {
        try {
            return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
