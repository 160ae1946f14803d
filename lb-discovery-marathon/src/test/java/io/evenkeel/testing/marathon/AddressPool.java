package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The loopback addresses and ports that tasks are placed on.
 *
 * <p>A port is had by binding it, so that it is free for certain even when other processes use the same addresses.
 * Only called with the state's lock held.
 */
final class AddressPool {
    static final String FRAMEWORK = "0e7c5d34-6f1c-4f3b-9d5d-11aa22bb33cc";
    private static final int FIRST_PORT = 20000;
    private static final int PORTS = 12000;
    private static final int ATTEMPTS = 2000;

    private final int agents;
    private int nextAgent;
    private int nextPort = ThreadLocalRandom.current().nextInt(PORTS);
    private int nextContainer;

    AddressPool(int agents) {
        this.agents = agents;
    }

    int nextAgent() {
        return nextAgent++ % agents;
    }

    static String host(int agent) {
        return "127.0.1." + (agent + 1);
    }

    static String agentId(int agent) {
        return FRAMEWORK + "-S" + agent;
    }

    /** A port number that is not checked, for tasks that serve nothing. */
    int nextPort() {
        nextPort = (nextPort + 1) % PORTS;
        return FIRST_PORT + nextPort;
    }

    String nextContainerAddress() {
        int next = nextContainer++ % (250 * 250);
        return "127.9." + next / 250 + "." + (next % 250 + 1);
    }

    String nextBridgeAddress() {
        int next = nextContainer++ % (250 * 250);
        return "172.17." + next / 250 + "." + (next % 250 + 2);
    }

    String nextIpv6Address() {
        return "fd01:b::1:8000:" + Integer.toHexString(nextContainer++ + 2);
    }

    ServerSocket bindFreePort(String address) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return SocketServer.bind(address, nextPort());
            } catch (BindException taken) {
                if (attempt == ATTEMPTS - 1) {
                    throw taken;
                }
            }
        }
        throw new BindException("no free port on " + address);
    }
}
