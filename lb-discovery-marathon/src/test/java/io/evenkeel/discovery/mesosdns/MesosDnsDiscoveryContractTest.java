package io.evenkeel.discovery.mesosdns;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.testing.DiscoveryContract;
import java.time.Duration;

/** The world is a Mesos-DNS with one task of one Marathon application. */
class MesosDnsDiscoveryContractTest extends DiscoveryContract {

    private ScriptedMesosDns mesosDns;

    @Override
    protected Discovery open(String service, int port) throws Exception {
        mesosDns = new ScriptedMesosDns();
        move(service, port);
        return MesosDnsDiscovery.of(MesosDnsConfig.builder(mesosDns.uri())
                .refreshInterval(Duration.ofMillis(10))
                .build());
    }

    @Override
    protected void move(String service, int port) {
        String id = service.substring(1) + ".instance-0e7c5d34-6f1c-4f3b-9d5d-11aa22bb33cc._app.1";
        mesosDns.answer(
                "/v1/enumerate",
                ScriptedMesosDns.enumerated(
                        ScriptedMesosDns.task(service.substring(1), id, "abcde", "127.0.0.1", port)));
    }

    @Override
    protected void closeWorld() {
        mesosDns.close();
    }
}
