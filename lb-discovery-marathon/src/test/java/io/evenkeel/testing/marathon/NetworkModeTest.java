package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkModeTest {
    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"portDefinitions\":[{\"port\":0},{\"port\":0}] | 127.0.1. | 2 | 127.0.1.",
                "\"ports\":[0,0] | 127.0.1. | 2 | 127.0.1.",
                "\"networks\":[{\"mode\":\"host\"}] | 127.0.1. | 1 | 127.0.1.",
                "\"networks\":[{\"mode\":\"container/bridge\"}],\"container\":{\"portMappings\":[{\"containerPort\":80}]}"
                        + " | 172.17. | 1 | 127.0.1.",
                "\"container\":{\"docker\":{\"network\":\"BRIDGE\",\"portMappings\":[{\"containerPort\":80}]}}"
                        + " | 172.17. | 1 | 127.0.1.",
                "\"networks\":[{\"mode\":\"container\",\"name\":\"dcos\"}],\"container\":{\"portMappings\":"
                        + "[{\"containerPort\":18000},{\"containerPort\":18001,\"hostPort\":0}]} | 127.9. | 1 | 127.9.",
                "\"ipAddress\":{\"discovery\":{\"ports\":[{\"number\":18002}]}} | 127.9. | 0 | 127.9."
            })
    void taskServesWhereTheEraSaysItDoes(String shape, String ipAddress, int ports, String served) {
        MarathonSimulator simulator = marathon.simulator();
        SimulatedTask task = simulator
                .createApp("{\"id\":\"/app\"," + shape + "}")
                .awaitTasks(1, Rest.PATIENCE)
                .get(0);
        JsonNode app = new Rest(simulator.uri()).json("/v2/apps/app").path("app");
        JsonNode told = app.at("/tasks/0");
        assertThat(told.at("/ipAddresses/0/ipAddress").asText()).startsWith(ipAddress);
        assertThat(told.path("ports")).hasSize(ports);
        assertThat(AppDefinition.servicePorts(app)).doesNotContain(0).doesNotHaveDuplicates();
        for (InetSocketAddress address : task.addresses()) {
            assertThat(address.getHostString()).startsWith(served);
            Rest rest = new Rest(URI.create("http://" + address.getHostString() + ":" + address.getPort()));
            assertThat(rest.get("/").body()).contains(task.id());
        }
    }

    @Test
    void containerTasksHaveAnAddressEach() {
        SimulatedApp app = marathon.simulator()
                .createApp("{\"id\":\"/app\",\"instances\":3,\"networks\":[{\"mode\":\"container\"}],"
                        + "\"container\":{\"portMappings\":[{\"containerPort\":18003}]}}");
        assertThat(app.awaitTasks(3, Rest.PATIENCE))
                .extracting(task -> task.addresses().get(0).getHostString())
                .doesNotHaveDuplicates();
        assertThat(app.definition().at("/container/portMappings/0/servicePort").asInt())
                .isEqualTo(10000);
    }
}
