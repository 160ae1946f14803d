package io.evenkeel.samples.gateway;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.health.HealthCheckPolicy;
import io.evenkeel.health.OutlierPolicy;
import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.HeaderTrust;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.HttpHealthCheck;
import io.evenkeel.l7.HttpProxy;
import io.evenkeel.l7.HttpProxyMetrics;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogConfig;
import io.evenkeel.metrics.LoadBalancerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The front door of a shop inside one program: requests go to services by host and path, and to another version of one of
 * them when somebody says so. It has what a door to the street needs: TLS, health checks, limits, an access log and meters.
 * Thread-safe.
 */
public final class HttpGateway implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /* Load balancers in front of it, who tell by PROXY headers who their clients are. */
    private static final AllowedNetworks BALANCERS = AllowedNetworks.parse("127.0.0.0/8 10.20.0.0/16");

    private final AccessLog log;
    private final Transport transport;
    private final LoadBalancer services;
    private final HttpProxy proxy;

    /**
     * Opens the door.
     *
     * @param source who knows the services: {@code marathon://10.0.0.1:8080}
     * @param address where clients come: {@code 0.0.0.0:8080}
     * @param secureAddress where they come with TLS: {@code 0.0.0.0:8443}
     * @param folder where the certificates are, as {@code certificates/….pem}, and the access log will be
     * @param meters where its numbers go
     */
    public HttpGateway(URI source, String address, String secureAddress, Path folder, MeterRegistry meters) {
        Certificates certificates = Certificates.load(List.of(folder.resolve("certificates")));
        log = AccessLog.open(AccessLogConfig.to(folder.resolve("access.log").toString()));
        transport = Transport.open(0);
        services = LoadBalancer.builder(Discovery.of(source))
                .config(ClusterConfig.builder()
                        .monitors(
                                OutlierPolicy.defaults(),
                                HealthCheckPolicy.builder(HttpHealthCheck.of(transport, "/health"))
                                        .interval(SECOND, SECOND)
                                        .build())
                        .maxInFlight(1000)
                        .build())
                .build();
        proxy = HttpProxy.builder(services)
                .transport(transport)
                .listen(address)
                .listen(secureAddress, certificates)
                .proxyProtocol(BALANCERS)
                .headerTrust(HeaderTrust.NOBODY)
                .connectionLimits(new ConnectionLimits(10_000, 100, BALANCERS::contains))
                .config(HttpConfig.defaults().withServerTimeout(Duration.ofSeconds(20)))
                .accessLog(log)
                .route("shop.example.com", "/api", "/shop/api")
                .route("*", "/", "/shop/web")
                .build();
        LoadBalancerMetrics.of(services).bindTo(meters);
        HttpProxyMetrics.of(proxy).bindTo(meters);
    }

    /**
     * Waits until clients may come.
     *
     * @return where they may
     */
    public InetSocketAddress await() {
        proxy.whenListening().toCompletableFuture().join();
        services.whenReady().toCompletableFuture().join();
        return proxy.address();
    }

    /** Where they may come with TLS, when they may come at all. */
    public InetSocketAddress secureAddress() {
        return proxy.address(1);
    }

    /**
     * Has another service take over what lies below {@code /api}, from the next request on.
     *
     * @param service the service
     */
    public void release(String service) {
        proxy.change(routes -> routes.route("shop.example.com", "/api", service));
    }

    /**
     * Shows the certificates that are there now, which it also finds by itself within seconds.
     *
     * @return completes when they are shown; exceptionally if one cannot be read, and the old ones stay
     */
    public CompletionStage<Void> reload() {
        return proxy.reload();
    }

    /** Lets requests under way end, for a while, and closes everything. */
    @Override
    public void close() {
        proxy.drain(PATIENCE).toCompletableFuture().join();
        proxy.close();
        services.close();
        transport.close();
        log.close();
    }
}
