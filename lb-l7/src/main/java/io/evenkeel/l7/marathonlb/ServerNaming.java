package io.evenkeel.l7.marathonlb;

import io.evenkeel.endpoint.Endpoint;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What marathon-lb calls a server, in its statistics and in its sticky cookie. Stateless. */
public final class ServerNaming {

    private ServerNaming() {}

    /**
     * Host, address and port, with everything but letters, digits and dashes replaced.
     *
     * @param endpoint a task
     * @return {@code agent1_10_0_0_1_31500}, or {@code 10_0_0_1_31500} if it is known by its address only
     */
    public static String name(Endpoint endpoint) {
        String host = endpoint.address().getHostString();
        InetAddress address = endpoint.address().getAddress();
        String ip = address == null ? host : address.getHostAddress();
        String name = (host.equals(ip) ? ip : host + "_" + ip) + "_"
                + endpoint.address().getPort();
        return name.replaceAll("[^A-Za-z0-9-]", "_");
    }

    /**
     * The sticky cookie's value: the same in every proxy, so that sessions survive a change from one to another.
     *
     * @param endpoint a task
     * @return the first ten hexadecimal digits of the name's SHA-1
     */
    public static String cookie(Endpoint endpoint) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest(name(endpoint).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
