package io.evenkeel.l4.dns;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the name servers of a {@code resolv.conf}; never fails and never looks anything up. */
public final class ResolvConf {

    private static final int MAX_BYTES = 1 << 20;
    private static final int DNS_PORT = 53;

    private ResolvConf() {}

    /**
     * The machine's own name servers.
     *
     * @return those of {@code /etc/resolv.conf}
     */
    public static List<InetSocketAddress> system() {
        return nameServers(Path.of("/etc/resolv.conf"));
    }

    /**
     * The name servers of a file, in its order.
     *
     * @param file in the format of resolv.conf(5); lines that are not understood are skipped
     * @return literal addresses with port 53; empty if the file cannot be read
     */
    public static List<InetSocketAddress> nameServers(Path file) {
        List<InetSocketAddress> servers = new ArrayList<>();
        try {
            if (Files.size(file) > MAX_BYTES) {
                return List.of();
            }
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            for (String line : text.lines().toList()) {
                String[] words = line.strip().split("\\s+", -1);
                InetAddress address = words.length >= 2 && words[0].equals("nameserver") ? literal(words[1]) : null;
                if (address != null) {
                    servers.add(new InetSocketAddress(address, DNS_PORT));
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return List.copyOf(servers);
    }

    private static @Nullable InetAddress literal(String text) {
        boolean address = NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
        try {
            return address ? InetAddress.getByName(text) : null;
        } catch (IOException e) { // a scope that this machine does not have
            return null;
        }
    }
}
