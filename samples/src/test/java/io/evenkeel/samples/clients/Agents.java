package io.evenkeel.samples.clients;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** The addresses of the simulated Marathon's agents, for tests that serve tasks themselves. */
final class Agents {

    private static final int COUNT = 4;

    private Agents() {}

    /** The same port, free on every agent a moment ago. */
    static List<InetSocketAddress> withAFreePort() throws IOException {
        while (true) {
            List<InetSocketAddress> addresses = new ArrayList<>();
            List<ServerSocket> bound = new ArrayList<>();
            try {
                int port = 0;
                for (int agent = 0; agent < COUNT; agent++) {
                    ServerSocket socket = new ServerSocket(port, 1, host(agent));
                    bound.add(socket);
                    port = socket.getLocalPort();
                    addresses.add(new InetSocketAddress(host(agent), port));
                }
                return addresses;
            } catch (BindException e) {
                // not free on all of them: another one
            } finally {
                for (ServerSocket socket : bound) {
                    socket.close();
                }
            }
        }
    }

    private static InetAddress host(int agent) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (agent + 1)});
    }
}
