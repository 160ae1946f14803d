package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.testing.DiscoveryContract;

/** The world is a Marathon whose answers are given word by word. */
class MarathonDiscoveryContractTest extends DiscoveryContract {

    private ScriptedMarathon marathon;

    @Override
    protected Discovery open(String service, int port) throws Exception {
        marathon = new ScriptedMarathon();
        move(service, port);
        return MarathonDiscovery.of(MarathonConfig.builder(marathon.uri()).build());
    }

    @Override
    protected void move(String service, int port) {
        marathon.apps("{\"apps\": [{\"id\": \"" + service + "\", \"ports\": [10000], \"tasks\": [{\"id\": \"t\","
                + "\"host\": \"127.0.0.1\", \"ports\": [" + port + "], \"state\": \"TASK_RUNNING\"}]}]}");
    }

    @Override
    protected void closeWorld() {
        marathon.close();
    }
}
