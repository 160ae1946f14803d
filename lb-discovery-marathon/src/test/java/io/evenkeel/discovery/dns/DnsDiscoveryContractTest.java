package io.evenkeel.discovery.dns;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.testing.DiscoveryContract;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.dns.DnsZone;
import java.time.Duration;

/** The world is a zone with one SRV record. */
class DnsDiscoveryContractTest extends DiscoveryContract {

    private static final String NAME = "_contract._tcp.test";

    private final DnsZone zone = new DnsZone().ttl(0).a("node.test", "127.0.0.1");
    private final DnsServer server = DnsServer.of(zone);

    @Override
    protected Discovery open(String service, int port) {
        move(service, port);
        return DnsDiscovery.of(DnsConfig.builder()
                .service(DnsService.srv(service, NAME))
                .servers(server.address())
                .refresh(Duration.ofMillis(5), Duration.ofSeconds(1))
                .build());
    }

    @Override
    protected void move(String service, int port) {
        zone.change(() -> zone.remove(NAME).srv(NAME, 0, 0, port, "node.test"));
    }

    @Override
    protected void closeWorld() {
        server.close();
    }
}
