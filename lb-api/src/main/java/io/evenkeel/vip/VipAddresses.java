package io.evenkeel.vip;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The addresses that DC/OS gave to named VIPs.
 *
 * <p>IPv4: a hash of the name places it in 11.0.0.0 to 11.255.255.254, IPv6: in fd01:c::/64. Where two names hash to the
 * same place, DC/OS let the first to come keep it, so nodes could disagree; here the name that sorts first keeps it and
 * the others move on in sorted order, so all nodes agree.
 */
public final class VipAddresses {

    private static final int MIN_V4 = 11 << 24;
    private static final int COUNT_V4 = 16_777_214;
    private static final BigInteger COUNT_V6 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private VipAddresses() {}

    /**
     * Gives every name its address.
     *
     * @param names normalised names with the framework's and without the zone: {@code dcos-101app2.marathon}
     * @return one address per name, all different
     */
    public static Map<String, Inet4Address> assign(Collection<String> names) {
        Map<String, Inet4Address> assigned = new HashMap<>();
        Set<Integer> taken = new HashSet<>();
        List<String> displaced = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            int home = home(name);
            if (taken.add(home)) {
                assigned.put(name, v4(MIN_V4 + home));
            } else {
                displaced.add(name);
            }
        }
        for (String name : displaced) {
            int place = home(name);
            while (!taken.add(place)) {
                place = (place + 1) % (COUNT_V4 + 1);
            }
            assigned.put(name, v4(MIN_V4 + place));
        }
        return Map.copyOf(assigned);
    }

    /**
     * The IPv4 address of a name that collides with no other.
     *
     * @param name a normalised name
     * @return the address its hash points at
     */
    public static Inet4Address v4Home(String name) {
        return v4(MIN_V4 + home(name));
    }

    /**
     * The IPv6 address of a name that collides with no other: its SHA-1 modulo the size of the range.
     *
     * @param name a normalised name
     * @return the address in fd01:c::/64
     */
    public static Inet6Address v6Home(String name) {
        byte[] sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1").digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is part of every Java platform", e);
        }
        long offset = new BigInteger(1, sha1).mod(COUNT_V6).longValue();
        byte[] bytes = ByteBuffer.allocate(16)
                .putLong(0xfd01_000c_0000_0000L)
                .putLong(offset)
                .array();
        try {
            return (Inet6Address) InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }

    private static int home(String name) {
        return (int) ErlangHash.phash2(name.getBytes(StandardCharsets.UTF_8), COUNT_V4);
    }

    static Inet4Address v4(int bits) {
        try {
            return (Inet4Address)
                    InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
