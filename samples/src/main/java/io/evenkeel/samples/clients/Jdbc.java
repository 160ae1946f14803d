package io.evenkeel.samples.clients;

import io.evenkeel.LoadBalancer;
import io.evenkeel.embed.DriverSocketFactory;
import io.evenkeel.embed.ServiceHosts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * JDBC connections to a service of PostgreSQL replicas: the driver makes the socket factory from the name of its class.
 *
 * <p>Each connection is one lease, which ends when it is closed. How long that takes says nothing about the endpoint, so
 * have the load balancer count instead: {@code ClusterConfig.defaults().withStrategy(Strategy.leastConnections())}, or
 * {@code roundRobin()}. With a pool over it, let connections grow old ({@code maxLifetime} of HikariCP) so that they move
 * to endpoints that are new. Thread-safe.
 *
 * @param service the service's name
 */
public record Jdbc(String service) {

    /**
     * Lets every driver of this process find the services, once.
     *
     * @param loadBalancer who knows them
     */
    public static void install(LoadBalancer loadBalancer) {
        DriverSocketFactory.install(ServiceHosts.of(loadBalancer));
    }

    /**
     * A new connection to an endpoint of the service.
     *
     * @param user whose
     * @return to be closed
     * @throws SQLException if none can be had
     */
    public Connection connect(String user) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("user", user);
        settings.setProperty("socketFactory", DriverSocketFactory.class.getName());
        settings.setProperty("socketFactoryArg", service);
        return DriverManager.getConnection("jdbc:postgresql://localhost/postgres", settings);
    }
}
