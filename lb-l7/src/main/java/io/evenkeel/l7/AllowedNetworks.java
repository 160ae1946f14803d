package io.evenkeel.l7;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A list of addresses and networks that may use something; everybody else may not. Immutable. */
public final class AllowedNetworks {

    /** Everybody may. */
    public static final AllowedNetworks ALL = new AllowedNetworks(List.of(), true);

    /** Nobody may. */
    public static final AllowedNetworks NONE = new AllowedNetworks(List.of(), false);

    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    @SuppressWarnings("ArrayRecordComponent") // never compared as a value
    private record Network(byte[] address, int prefix) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = prefix / 8;
            for (int i = 0; i < whole; i++) {
                if (other[i] != address[i]) {
                    return false;
                }
            }
            int mask = 0xFF00 >> (prefix % 8);
            return prefix % 8 == 0 || ((other[whole] ^ address[whole]) & mask & 0xFF) == 0;
        }

        @Override
        public String toString() {
            String host = NetUtil.bytesToIpAddress(address);
            return prefix == address.length * 8 ? host : host + "/" + prefix;
        }
    }

    private final List<Network> networks;
    private final boolean everybody;

    private AllowedNetworks(List<Network> networks, boolean everybody) {
        this.networks = networks;
        this.everybody = everybody;
    }

    /**
     * Reads a list as HAProxy's {@code src} does.
     *
     * @param list addresses and networks ({@code 10.0.0.0/8}, {@code fd00::/8}) separated by blanks
     * @return the networks
     * @throws IllegalArgumentException if one of them is neither
     */
    public static AllowedNetworks parse(String list) {
        List<Network> networks = new ArrayList<>();
        for (String part : list.trim().split("\\s+", -1)) {
            networks.add(network(part));
        }
        return new AllowedNetworks(List.copyOf(networks), false);
    }

    private static Network network(String part) {
        int slash = part.indexOf('/');
        String host = slash < 0 ? part : part.substring(0, slash);
        String suffix = slash < 0 ? "" : part.substring(slash + 1);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host); // never a look-up
        if (address != null) {
            int bits = address.length * 8;
            boolean number = PREFIX.matcher(suffix).matches();
            int prefix = slash < 0 ? bits : number ? Integer.parseInt(suffix) : -1;
            if (prefix >= 0 && prefix <= bits) {
                return new Network(address, prefix);
            }
        }
        throw new IllegalArgumentException(part + " (expected: an IP address or a network like 10.0.0.0/8)");
    }

    boolean isEverybody() {
        return everybody;
    }

    /**
     * Whether an address is in one of the networks.
     *
     * @param address the address
     * @return true if it may
     */
    public boolean contains(InetAddress address) {
        if (everybody) {
            return true;
        }
        byte[] bytes = address.getAddress();
        for (Network network : networks) {
            if (network.contains(bytes)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link #parse} reads it; empty for everybody, {@code none} for nobody. */
    @Override
    public String toString() {
        if (!everybody && networks.isEmpty()) {
            return "none";
        }
        return networks.stream().map(Network::toString).collect(Collectors.joining(" "));
    }
}
