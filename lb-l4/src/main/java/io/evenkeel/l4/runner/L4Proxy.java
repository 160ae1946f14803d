package io.evenkeel.l4.runner;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.vip.VipService;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running proxy: a {@link VipService} and its API. */
final class L4Proxy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(L4Proxy.class);

    private final VipService service;
    private final AdminServer api;

    private L4Proxy(VipService service, AdminServer api) {
        this.service = service;
        this.api = api;
    }

    static L4Proxy start(
            Discovery discovery,
            Transport.Kind transport,
            int threads,
            InetSocketAddress dns,
            List<InetSocketAddress> upstreams,
            InetSocketAddress apiAddress,
            String version) {
        VipService service = VipService.builder(discovery)
                .transport(transport)
                .threads(threads)
                .dns(dns)
                .upstreamDns(upstreams)
                .start();
        AdminServer api = new VipApi(service, version).routes().open(service.transport(), apiAddress);
        LOG.info("DNS on {}, API on {}", text(service.dnsAddress()), text(api.address()));
        service.whenReady()
                .thenRun(() -> LOG.info(
                        "Serving {} VIPs", service.loadBalancer().vips().vips().size()));
        return new L4Proxy(service, api);
    }

    VipService service() {
        return service;
    }

    @Nullable
    InetSocketAddress apiAddress() {
        return api.address();
    }

    private static String text(@Nullable InetSocketAddress address) {
        return address == null ? "(not open yet)" : address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Takes no more connections and waits for those that there are. */
    void drain(Duration patience) {
        LOG.info("Draining connections for at most {} s", patience.toSeconds());
        int left = service.dataPlane().drain(patience).join();
        if (left > 0) {
            LOG.warn("{} connections did not end in time and are cut", left);
        }
    }

    @Override
    public void close() {
        api.close();
        service.close();
    }
}
