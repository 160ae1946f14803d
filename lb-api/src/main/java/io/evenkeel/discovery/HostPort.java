package io.evenkeel.discovery;

import java.net.InetSocketAddress;
import java.util.function.BiFunction;

/** Reads {@code host:port} and {@code [v6]:port}, the one notation for addresses in flags, URIs and files. */
public final class HostPort {

    private HostPort() {}

    /**
     * Reads an address and resolves its host, which may block on a look-up.
     *
     * @param what the name of the setting, for the error message
     * @param text {@code host:port} or {@code [v6]:port}
     * @return the address, unresolved if the host has no address now
     * @throws IllegalArgumentException if the text is neither, or the port is not 0 to 65535
     */
    public static InetSocketAddress parse(String what, String text) {
        return parse(what, text, InetSocketAddress::new);
    }

    /**
     * Reads an address and resolves its host in the caller's way.
     *
     * @param what the name of the setting, for the error message
     * @param text {@code host:port} or {@code [v6]:port}
     * @param resolver makes the address of the host, without brackets, and the port
     * @return what the resolver made
     * @throws IllegalArgumentException if the text is neither, or the port is not 0 to 65535
     */
    public static InetSocketAddress parse(
            String what, String text, BiFunction<String, Integer, InetSocketAddress> resolver) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            host = "";
        }
        int port = colon < 0 ? -1 : parsePort(text.substring(colon + 1));
        if (host.isEmpty() || port < 0) {
            throw new IllegalArgumentException(
                    what + ": " + text + " (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)");
        }
        return resolver.apply(host, port);
    }

    private static int parsePort(String text) {
        if (text.isEmpty() || text.length() > 5) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value <= 65_535 ? value : -1;
    }
}
