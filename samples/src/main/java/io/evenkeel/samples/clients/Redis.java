package io.evenkeel.samples.clients;

import io.evenkeel.LoadBalancer;
import io.evenkeel.embed.BalancedSocketFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Jedis connections to a service of Redis replicas; each is one lease, which ends when it is closed. Thread-safe.
 *
 * <p>How long a connection lasts says nothing about its endpoint, so have the load balancer count instead:
 * {@code ClusterConfig.defaults().withStrategy(Strategy.leastConnections())}, or {@code roundRobin()}.
 *
 * <p>A pool takes the same socket factory, and rebalances as fast as it replaces its connections: set
 * {@code maxIdle} and {@code minEvictableIdleDuration} so that it does.
 */
public final class Redis {

    private final SocketFactory sockets;

    /**
     * Connections to a service.
     *
     * @param loadBalancer who knows it
     * @param service its name
     */
    public Redis(LoadBalancer loadBalancer, String service) {
        sockets = BalancedSocketFactory.of(loadBalancer).to(service);
    }

    /**
     * A new connection.
     *
     * @return to be closed
     */
    public Jedis connect() {
        return new Jedis(this::connectedSocket);
    }

    private Socket connectedSocket() {
        try {
            Socket socket = sockets.createSocket();
            socket.setTcpNoDelay(true);
            socket.connect(InetSocketAddress.createUnresolved("redis", 6379), 2_000);
            return socket;
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }
}
