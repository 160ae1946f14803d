package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.DiscoveryContract;
import java.util.List;

class StaticDiscoveryContractTest extends DiscoveryContract {

    private StaticDiscovery discovery;

    @Override
    protected Discovery open(String service, int port) {
        discovery = StaticDiscovery.of(service, "127.0.0.1:" + port);
        return discovery;
    }

    @Override
    protected void move(String service, int port) {
        discovery.set(Service.named(service), List.of(Endpoint.of("127.0.0.1", port)));
    }
}
