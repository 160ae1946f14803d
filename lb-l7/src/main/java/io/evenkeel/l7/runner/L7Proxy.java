package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running proxy: a {@link MarathonLbProxy} and its admin port on one transport. */
final class L7Proxy implements AutoCloseable {

    private static final long RELOAD_SECONDS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(L7Proxy.class);

    private final Transport transport;
    private final MarathonLbProxy proxy;
    private final L7Admin admin;
    private final WarmUp warmUp;
    private final Optional<AccessLog> accessLog;

    private L7Proxy(
            Transport transport, MarathonLbProxy proxy, L7Admin admin, WarmUp warmUp, Optional<AccessLog> accessLog) {
        this.transport = transport;
        this.accessLog = accessLog;
        this.proxy = proxy;
        this.admin = admin;
        this.warmUp = warmUp;
    }

    /**
     * Starts everything; ports that are taken are reported and tried again.
     *
     * @param discovery the source; closed with the proxy
     * @param settings the rest; the access log is closed with the proxy
     * @return the proxy, following its source
     */
    static L7Proxy start(Discovery discovery, L7Settings settings) {
        Transport transport = Transport.open(settings.transport(), settings.threads());
        if (settings.entrances().reusePort()) {
            transport.sharePorts();
        }
        MarathonLbProxy.Builder builder = MarathonLbProxy.builder(discovery, settings.options(), transport)
                .http(settings.http())
                .https(settings.https(), settings.certificates())
                .sharedCertificatePath(Path.of(L7ProxyMain.DEFAULT_CERTIFICATE))
                .proxies(settings.entrances().proxies())
                .httpConfig(settings.limits().httpConfig())
                .connectionLimits(settings.limits().connectionLimits())
                .headerTrust(settings.hardening().headers())
                .forbiddenEndpoints(settings.forbiddenEndpoints())
                .tlsProvider(settings.entrances().tlsProvider())
                .groupHttpsByVhost(settings.entrances().groupHttpsByVhost())
                .appId(settings.appId())
                .reservedPorts(Set.of(settings.admin().getPort()))
                .serviceAddress(settings.serviceAddress())
                .errorPages(settings.machine().errorPages())
                .place(settings.machine().place());
        settings.accessLog().ifPresent(builder::accessLog);
        MarathonLbProxy proxy = builder.build();
        WarmUp warmUp = new WarmUp(transport, settings);
        proxy.whenReady()
                .thenRun(warmUp::start); // not earlier, lest it takes the processor from what has to be done first
        L7Admin admin = L7Admin.builder(proxy, transport)
                .settings(settings.effective())
                .token(settings.adminToken())
                .guardReading(settings.hardening().guardAdmin())
                .legacyLabels(settings.legacyLabels())
                .freshness(new Freshness(
                        () -> discovery instanceof Marathons marathons
                                ? Optional.of(marathons.age())
                                : Optional.empty(),
                        settings.readyMaxAge()))
                .warmUp(warmUp::reason)
                .sourceAge(() ->
                        discovery instanceof Marathons marathons ? marathons.sinceLastGoodAnswer() : Optional.empty())
                .reloadCertificates(() -> reload(proxy))
                .open(settings.admin());
        proxy.whenReady()
                .thenRun(() -> LOG.info(
                        "Serving: {} service ports, {} problems",
                        proxy.plan().ports().size(),
                        proxy.problems().size()));
        return new L7Proxy(transport, proxy, admin, warmUp, settings.accessLog());
    }

    private static void reload(MarathonLbProxy proxy) {
        try {
            proxy.reload()
                    .toCompletableFuture()
                    .orTimeout(RELOAD_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalStateException told ? told : e;
        }
    }

    /** What SIGHUP asks for. */
    void readAgain() {
        LOG.info("SIGHUP: reading again");
        if (!proxy.readAgain()) {
            LOG.warn("SIGHUP: the source has nothing to read again");
        }
    }

    MarathonLbProxy proxy() {
        return proxy;
    }

    @Nullable
    InetSocketAddress adminAddress() {
        return admin.address();
    }

    /**
     * Fails the health checks at once, takes no more connections after a delay, and waits for what is under way to end.
     *
     * @param delay for those who send clients here, to notice
     * @param patience how long to wait then
     */
    void drain(Duration delay, Duration patience) throws InterruptedException {
        if (!delay.isZero()) {
            proxy.announceDrain();
            LOG.info("Health checks fail; connections are taken for another {} s", delay.toSeconds());
            TimeUnit.SECONDS.sleep(delay.toSeconds());
        }
        LOG.info("Draining {} connections for at most {} s", proxy.openConnections(), patience.toSeconds());
        int left = proxy.drain(patience).toCompletableFuture().join();
        if (left > 0) {
            LOG.warn("{} connections did not end in time and are cut", left);
        }
    }

    @Override
    public void close() {
        warmUp.close();
        admin.close();
        proxy.close();
        transport.close();
        accessLog.ifPresent(AccessLog::close);
    }
}
