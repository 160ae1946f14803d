package io.evenkeel.samples.gateway;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.l7.HttpProxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/**
 * The front door of a shop inside one program: requests go to services by host and path, and to another version of one of
 * them when somebody says so. Thread-safe.
 */
public final class HttpGateway implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpProxy proxy;

    /**
     * Opens the door.
     *
     * @param source who knows the services: {@code marathon://10.0.0.1:8080}
     * @param address where clients come: {@code 0.0.0.0:8080}
     */
    public HttpGateway(URI source, String address) {
        proxy = HttpProxy.builder(Discovery.of(source))
                .listen(address)
                .route("shop.example.com", "/api", "/shop/api")
                .route("*", "/", "/shop/web")
                .build();
    }

    /**
     * Waits until clients may come.
     *
     * @return where they may
     */
    public InetSocketAddress await() {
        proxy.whenListening().toCompletableFuture().join();
        proxy.loadBalancer().whenReady().toCompletableFuture().join();
        return proxy.address();
    }

    /**
     * Has another service take over what lies below {@code /api}, from the next request on.
     *
     * @param service the service
     */
    public void release(String service) {
        proxy.change(routes -> routes.route("shop.example.com", "/api", service));
    }

    /** Lets requests under way end, for a while, and closes everything. */
    @Override
    public void close() {
        proxy.drain(PATIENCE).toCompletableFuture().join();
        proxy.close();
    }
}
