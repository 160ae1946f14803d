package io.evenkeel.benchmarks.peers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** The pretended endpoints: numbered from 0, each with an address that gives its number away. */
final class Hosts {

    /** The port of all of them. */
    static final int PORT = 8080;

    private Hosts() {}

    /** The host with a number, as four numbers with dots. */
    static String host(int index) {
        return "10." + (index >>> 16) + "." + (index >>> 8 & 255) + "." + (index & 255);
    }

    /** The number of a host. */
    static int index(String host) {
        String[] parts = host.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("host: " + host + " (expected: four numbers with dots)");
        }
        return Integer.parseInt(parts[1]) << 16 | Integer.parseInt(parts[2]) << 8 | Integer.parseInt(parts[3]);
    }

    /** The address with a number; resolved, so that nobody looks it up. */
    static InetSocketAddress address(int index) {
        try {
            byte[] bytes = {10, (byte) (index >>> 16), (byte) (index >>> 8), (byte) index};
            return new InetSocketAddress(InetAddress.getByAddress(bytes), PORT);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /** The weight of an endpoint where weights are unequal: 1 to 10 in turn. */
    static int weight(int index) {
        return 1 + index % 10;
    }

    /** A library's own objects for the endpoints 0 to {@code count - 1}. */
    static <T> List<T> list(int count, IntFunction<T> make) {
        List<T> list = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            list.add(make.apply(i));
        }
        return list;
    }

    /** The same endpoints but for the one in the middle, in whose place there is number {@code list.size()}. */
    static <T> List<T> replaced(List<T> list, IntFunction<T> make) {
        List<T> other = new ArrayList<>(list);
        other.set(list.size() / 2, make.apply(list.size()));
        return other;
    }
}
