package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One test per way in which a version of Marathon shows where a task is reached. */
class AddressRulesTest {

    private static final String TASK =
            "\"id\": \"t\", \"host\": \"10.0.0.1\", \"ipAddresses\": [{\"ipAddress\": \"172.17.0.2\"}]";

    private static List<String> reach(String app, String taskPorts) {
        return reachTask(app, "{" + TASK + ", \"ports\": " + taskPorts + "}");
    }

    private static List<String> reachTask(String app, String task) {
        App read = Fixtures.app("{\"id\": \"/a\", " + app + ", \"tasks\": [" + task + "]}");
        List<String> targets = new ArrayList<>();
        for (int i = 0; i < read.ports().size(); i++) {
            AddressRules.Target target = AddressRules.target(read, read.tasks().get(0), i, false);
            int servicePort = read.ports().get(i).servicePort();
            targets.add(servicePort + "=" + (target == null ? "none" : target.host() + ":" + target.port()));
        }
        return targets;
    }

    @Test
    void legacyHostPorts() {
        assertThat(reach("\"ports\": [10000, 10001]", "[31000, 31001]"))
                .containsExactly("10000=10.0.0.1:31000", "10001=10.0.0.1:31001");
    }

    @Test
    void portDefinitionsOnTheHost() {
        String app =
                "\"ports\": [9, 9], \"portDefinitions\": [{\"port\": 10000}, {\"port\": 10001, \"protocol\": \"udp\"}]";
        assertThat(reach(app, "[31000, 31001]")).containsExactly("10000=10.0.0.1:31000", "10001=10.0.0.1:31001");
        assertThat(reach("\"networks\": [{\"mode\": \"host\"}], " + app, "[31000, 31001, 31002]"))
                .containsExactly("10000=10.0.0.1:31000", "10001=10.0.0.1:31001");
    }

    @Test
    void aTaskOfAnOlderVersionServesTheFirstPorts() {
        assertThat(reach("\"portDefinitions\": [{\"port\": 10000}, {\"port\": 10001}]", "[31000]"))
                .containsExactly("10000=10.0.0.1:31000", "10001=none");
    }

    @Test
    void aTaskOnTheHostWithoutPortsIsTakenAtTheDefinedOnes() {
        assertThat(reach("\"portDefinitions\": [{\"port\": 10000}, {\"port\": 0}]", "[]"))
                .containsExactly("10000=10.0.0.1:10000", "0=none");
    }

    @Test
    void oldBridge() {
        String app =
                "\"ports\": [9000, 9001], \"container\": {\"docker\": {\"network\": \"BRIDGE\", \"portMappings\": ["
                        + "{\"containerPort\": 8080, \"hostPort\": 0, \"servicePort\": 9000},"
                        + "{\"containerPort\": 161, \"hostPort\": 0, \"servicePort\": 9001}]}}";
        assertThat(reach(app, "[31315, 31316]")).containsExactly("9000=10.0.0.1:31315", "9001=10.0.0.1:31316");
    }

    @Test
    void newBridge() {
        String app = "\"networks\": [{\"mode\": \"container/bridge\"}], \"container\": {\"portMappings\": ["
                + "{\"containerPort\": 80, \"hostPort\": 0, \"servicePort\": 10101}]}";
        assertThat(reach(app, "[1565]")).containsExactly("10101=10.0.0.1:1565");
    }

    @Test
    void containerNetworkUsesTheTasksOwnAddress() {
        String app =
                "\"networks\": [{\"mode\": \"container\", \"name\": \"dcos\"}], \"container\": {\"portMappings\": ["
                        + "{\"containerPort\": 80, \"servicePort\": 10101},"
                        + "{\"containerPort\": 81, \"hostPort\": 0, \"servicePort\": 10102},"
                        + "{\"containerPort\": 0, \"hostPort\": 0, \"servicePort\": 10103}]}";
        assertThat(reach(app, "[23600, 23601]"))
                .containsExactly("10101=172.17.0.2:80", "10102=172.17.0.2:81", "10103=172.17.0.2:23601");
    }

    @Test
    void containerNetworkWithoutAnAddressYet() {
        String app =
                "\"networks\": [{\"mode\": \"container\"}], \"container\": {\"portMappings\": [{\"containerPort\": 80}]}";
        assertThat(reachTask(app, "{\"id\": \"t\", \"host\": \"10.0.0.1\", \"ports\": [], \"ipAddresses\": []}"))
                .containsExactly("0=none");
    }

    @Test
    void dockersUserNetwork() {
        String app = "\"container\": {\"docker\": {\"network\": \"USER\", \"portMappings\": ["
                + "{\"containerPort\": 8081, \"servicePort\": 10000}]}},"
                + "\"ipAddress\": {\"networkName\": \"dcos\", \"discovery\": {\"ports\": []}}";
        assertThat(reach(app, "[]")).containsExactly("10000=172.17.0.2:8081");
    }

    @Test
    void addressPerTask() {
        String app = "\"ports\": [10000], \"ipAddress\": {\"discovery\": {\"ports\": ["
                + "{\"number\": 80, \"name\": \"http\", \"protocol\": \"tcp\"}, {\"number\": \"443\"}]}}";
        assertThat(reach(app, "[]")).containsExactly("10000=172.17.0.2:80", "0=172.17.0.2:443");
    }

    @Test
    void fourIsPreferredToSixAndNetworksAreToldApartIfThereIsOneAddressEach() {
        String app =
                "\"networks\": [{\"mode\": \"container\", \"name\": \"a\"}, {\"mode\": \"container\", \"name\": \"b\"}],"
                        + "\"container\": {\"portMappings\": [{\"containerPort\": 80}, {\"containerPort\": 81, \"networkNames\": [\"b\"]}]}";
        String two = "{\"id\": \"t\", \"ipAddresses\": [{\"ipAddress\": \"9.0.0.1\"}, {\"ipAddress\": \"9.0.1.1\"}]}";
        assertThat(reachTask(app, two)).containsExactly("0=9.0.0.1:80", "0=9.0.1.1:81");
        String three = "{\"id\": \"t\", \"ipAddresses\": [{\"ipAddress\": \"fd01::1\"}, {\"ipAddress\": \"9.0.0.1\"},"
                + " {\"ipAddress\": \"9.0.1.1\"}]}";
        assertThat(reachTask(app, three)).containsExactly("0=9.0.0.1:80", "0=9.0.0.1:81");
    }

    @Test
    void mappingsWithoutServicePortAreDroppedBeforePairingAsMarathonLbDoes() {
        String app = "\"networks\": [{\"mode\": \"container/bridge\"}], \"container\": {\"portMappings\": ["
                + "{\"containerPort\": 80}, {\"containerPort\": 81, \"servicePort\": 10102}]}";
        assertThat(reach(app, "[31000, 31001]")).containsExactly("10102=10.0.0.1:31000", "0=10.0.0.1:31001");
    }

    @Test
    void aContainerWithoutPortsOffersNothing() {
        assertThat(reach("\"networks\": [{\"mode\": \"container\"}], \"ports\": [10000]", "[]"))
                .isEmpty();
        assertThat(reach("\"cmd\": \"sleep\"", "[31000]")).isEmpty();
    }

    @Test
    void portsOutOfRangeAreNone() {
        assertThat(reach("\"ports\": [70000, -1, 10000]", "[99999, 31000, 0]"))
                .containsExactly("0=none", "0=10.0.0.1:31000", "10000=none");
    }

    @Test
    void knowsBothProtocols() {
        App app = Fixtures.app("{\"id\": \"/a\", \"portDefinitions\": [{\"port\": 1, \"protocol\": \"udp,tcp\"},"
                + " {\"port\": 2, \"protocol\": \"udp\"}, {\"port\": 3, \"protocol\": null}]}");
        assertThat(app.ports()).extracting(AppPort::tcp).containsExactly(true, false, true);
        assertThat(app.ports()).extracting(AppPort::udp).containsExactly(true, true, false);
    }
}
