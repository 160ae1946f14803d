package io.evenkeel.embed;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.endpoint.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that connect to services: the host and port of a service in, a connection to one of its endpoints out.
 *
 * <pre>{@code
 * SocketFactory sockets = BalancedSocketFactory.of(loadBalancer);
 * try (Socket socket = sockets.createSocket("redis.marathon", 6379)) { … }
 * }</pre>
 *
 * <p>A socket takes its endpoint when it connects, and keeps the lease until it is closed. An endpoint that cannot be
 * reached is left for another one; a connect timeout is divided among the attempts that remain, so that their sum stays
 * within it. How a socket ended is told by what happened on it:
 *
 * <ul>
 *   <li>reset, if reading or writing failed, or the other side ended before its first byte;
 *   <li>timeout, if the last read waited in vain;
 *   <li>cancelled, if it was closed before a byte went either way;
 *   <li>success otherwise.
 * </ul>
 *
 * <p>How long a socket was open says nothing of its endpoint and is not told; strategies that go by latency count sockets
 * then. A socket that is never closed never ends its use. Options that are set before connecting hold for every attempt. The
 * sockets are plain ones to their users; they have no channel. For TLS, layer it over one with
 * {@code SSLSocketFactory.createSocket(socket, host, port, true)}.
 *
 * <p>Thread-safe.
 */
public final class BalancedSocketFactory extends SocketFactory {

    private final ServiceHosts hosts;
    private final @Nullable String service;
    private final int attempts;
    private final Ticker ticker = Ticker.system();

    private BalancedSocketFactory(ServiceHosts hosts, @Nullable String service, int attempts) {
        this.hosts = requireNonNull(hosts, "hosts");
        this.service = service;
        this.attempts = Attempts.checkLimit(attempts);
    }

    /**
     * Sockets to the services of a load balancer, and to other hosts as ever.
     *
     * @param loadBalancer who knows the services; not closed from here
     * @return the factory
     */
    public static BalancedSocketFactory of(LoadBalancer loadBalancer) {
        return of(ServiceHosts.of(loadBalancer));
    }

    /**
     * Sockets to what these hosts stand for, and to other hosts as ever.
     *
     * @param hosts which hosts stand for services
     * @return the factory
     */
    public static BalancedSocketFactory of(ServiceHosts hosts) {
        return new BalancedSocketFactory(hosts, null, Attempts.DEFAULT_LIMIT);
    }

    /**
     * This factory with every socket going to one service, whatever host and port it is told to connect to.
     *
     * @param newService the name of a service, {@code application:portName}, or a VIP
     * @return the changed copy
     */
    public BalancedSocketFactory to(String newService) {
        return new BalancedSocketFactory(hosts, requireNonNull(newService, "newService"), attempts);
    }

    /**
     * This factory with another limit to the endpoints that one socket tries to reach.
     *
     * @param newAttempts 1 or more; 3 if not set
     * @return the changed copy
     */
    public BalancedSocketFactory attempts(int newAttempts) {
        return new BalancedSocketFactory(hosts, service, newAttempts);
    }

    /** The attempts at what a host and port stand for, or null if that is no service. */
    @Nullable
    Attempts attemptsAt(String host, int port) throws UnknownHostException {
        Cluster cluster = service != null ? hosts.cluster(service) : hosts.find(host, port);
        return cluster == null ? null : new Attempts(cluster, attempts);
    }

    Ticker ticker() {
        return ticker;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new BalancedSocket(this);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(InetSocketAddress.createUnresolved(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return connected(
                InetSocketAddress.createUnresolved(host, port), new InetSocketAddress(localAddress, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(localAddress, localPort));
    }

    private Socket connected(SocketAddress address, @Nullable SocketAddress local) throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(address);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
