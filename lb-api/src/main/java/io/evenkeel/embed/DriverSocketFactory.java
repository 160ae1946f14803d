package io.evenkeel.embed;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Discovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BalancedSocketFactory} for drivers that know socket factories by the name of their class.
 *
 * <pre>{@code
 * DriverSocketFactory.install(ServiceHosts.of(loadBalancer));
 * DriverManager.getConnection("jdbc:postgresql://postgres/shop"
 *         + "?socketFactory=io.evenkeel.embed.DriverSocketFactory&socketFactoryArg=/shop/postgres");
 * }</pre>
 *
 * <p>Such a driver makes the factory itself, so it finds the load balancer in a place of the whole process: what was
 * {@linkplain #install installed} last, or else a load balancer over the source that the system property
 * {@value #DISCOVERY} names ({@code marathon://10.0.0.1:8080}). That one is opened by the first socket, which waits up to
 * 30 seconds for the source's first answer, and stays open as long as the process.
 *
 * <p>Thread-safe.
 */
public final class DriverSocketFactory extends SocketFactory {

    /** The system property with the URI of a source, for processes in which nothing is installed. */
    public static final String DISCOVERY = "evenkeel.discovery";

    private static final long PATIENCE_SECONDS = 30;
    private static volatile @Nullable ServiceHosts installed;

    private final @Nullable String service;

    /** Sockets to whatever service the driver names by host and port. */
    public DriverSocketFactory() {
        this(null);
    }

    /**
     * Sockets to one service, whatever host and port the driver is told to use.
     *
     * @param service the name of a service, {@code application:portName}, or a VIP; null or empty for any
     */
    public DriverSocketFactory(@Nullable String service) {
        this.service = service == null || service.isEmpty() ? null : service;
    }

    /**
     * The factory for those who ask the class for it, as JNDI does.
     *
     * @return a factory for any service
     */
    public static SocketFactory getDefault() {
        return new DriverSocketFactory();
    }

    /**
     * Makes hosts known to every factory of this class, the existing ones included.
     *
     * @param hosts which hosts stand for services; takes the place of what was installed before
     */
    public static synchronized void install(ServiceHosts hosts) {
        installed = requireNonNull(hosts, "hosts");
    }

    /**
     * Takes hosts back, unless others have taken their place.
     *
     * @param hosts what was installed
     */
    public static synchronized void uninstall(ServiceHosts hosts) {
        if (installed == hosts) {
            installed = null;
        }
    }

    private BalancedSocketFactory factory() throws SocketException {
        ServiceHosts hosts = installed;
        BalancedSocketFactory factory = BalancedSocketFactory.of(hosts != null ? hosts : OfProperty.hosts());
        return service == null ? factory : factory.to(service);
    }

    @Override
    public Socket createSocket() throws IOException {
        return factory().createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return factory().createSocket(host, port, localAddress, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return factory().createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return factory().createSocket(host, port, localAddress, localPort);
    }

    /** The load balancer over the source that the property names. */
    private static final class OfProperty {

        private static @Nullable LoadBalancer opened;

        static synchronized ServiceHosts hosts() throws SocketException {
            LoadBalancer known = opened;
            if (known == null) {
                String uri = System.getProperty(DISCOVERY, "");
                if (uri.isEmpty()) {
                    throw new SocketException(
                            "no load balancer (expected: DriverSocketFactory.install, or -D" + DISCOVERY + "=URI)");
                }
                known = LoadBalancer.of(Discovery.of(URI.create(uri)));
                try {
                    known.whenReady().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException | TimeoutException e) {
                    known.close();
                    SocketException failure = new SocketException("the source of -D" + DISCOVERY + " gave no answer");
                    failure.initCause(e);
                    throw failure;
                } catch (InterruptedException e) {
                    known.close();
                    Thread.currentThread().interrupt();
                    throw new SocketException("interrupted while waiting for the source of -D" + DISCOVERY);
                }
                opened = known;
            }
            return ServiceHosts.of(known);
        }
    }
}
