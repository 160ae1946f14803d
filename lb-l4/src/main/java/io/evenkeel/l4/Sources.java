package io.evenkeel.l4;

import java.net.Inet6Address;
import java.net.InetAddress;

/** Who counts as one client where clients are limited: an IPv4 address, or an IPv6 network of 64 bits. Stateless. */
public final class Sources {

    private static final long IPV4 = 1L << Integer.SIZE; // as IPv6, 0:1::/32 is nobody's, so the kinds do not mix

    private Sources() {}

    /**
     * A source as a number: addresses that are counted together have the same, others do not. Allocates nothing for IPv4.
     *
     * @param address an address of it
     * @return the number
     */
    public static long key(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return IPV4 | Integer.toUnsignedLong(address.hashCode()); // which is all of the address
        }
        byte[] bytes = address.getAddress();
        long key = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            key = key << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return key;
    }
}
