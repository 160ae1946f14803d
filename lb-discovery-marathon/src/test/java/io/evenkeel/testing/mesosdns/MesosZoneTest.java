package io.evenkeel.testing.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** What is in the records, and since when. */
class MesosZoneTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final String NETWORK = "\"networks\":[{\"mode\":\"container\",\"name\":\"dcos\"}],";

    @RegisterExtension
    final MarathonSimulatorExtension marathon =
            new MarathonSimulatorExtension(settings -> settings.instantly().realTasks(false));

    private final ManualClock clock = new ManualClock();
    private MesosDnsSimulator mesosDns;

    @BeforeEach
    void open() {
        mesosDns = MesosDnsSimulator.of(marathon.simulator(), INTERVAL, clock);
    }

    @AfterEach
    void close() {
        mesosDns.close();
    }

    private JsonNode get(String path) throws IOException {
        return read(mesosDns.uri().resolve(path));
    }

    private static JsonNode read(URI uri) throws IOException {
        try (InputStream in = uri.toURL().openStream()) {
            return new ObjectMapper().readTree(in);
        }
    }

    private Message ask(String name, int type) throws IOException {
        SimpleResolver resolver = new SimpleResolver(mesosDns.dnsAddress());
        resolver.setTimeout(PATIENCE);
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)));
    }

    private SimulatedTask run(String app) {
        return marathon.simulator().createApp(app).awaitTasks(1, PATIENCE).get(0);
    }

    private String ip(String host) throws IOException {
        return get("/v1/hosts/" + host).at("/0/ip").asText();
    }

    @Test
    void whatChangesShowsAtTheNextRefresh() throws IOException {
        SimulatedTask task = run("{\"id\":\"/web\"}");
        clock.advance(INTERVAL.minusNanos(1));
        assertThat(ip("web.marathon.mesos")).isEmpty();
        clock.advance(Duration.ofNanos(1));
        assertThat(ip("web.marathon.mesos")).isEqualTo(task.host());
        marathon.simulator().deleteApp("/web");
        marathon.simulator().awaitTasks("/web", 0, PATIENCE);
        assertThat(ip("web.marathon.mesos")).isEqualTo(task.host());
        clock.advance(INTERVAL);
        assertThat(ip("web.marathon.mesos")).isEmpty();
        assertThat(get("/v1/config").path("RefreshSeconds").asInt()).isEqualTo(30);
    }

    @Test
    void withoutAMasterItGoesOnAsItWasUntilTheRefreshAfterItIsBack() throws IOException {
        mesosDns.masterAway(true);
        SimulatedTask task = run("{\"id\":\"/web\"}");
        long serial = mesosDns.serial();
        clock.advance(INTERVAL.multipliedBy(10));
        assertThat(mesosDns.serial()).isEqualTo(serial);
        mesosDns.masterAway(false);
        assertThat(ip("web.marathon.mesos")).isEmpty();
        clock.advance(INTERVAL);
        assertThat(ip("web.marathon.mesos")).isEqualTo(task.host());
    }

    @Test
    void closedItRefreshesNoMore() {
        mesosDns.close();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void ipv6AddressesAreRecordsOfTheirOwnTypeAndAddressesLikeOthersOverHttp() throws IOException {
        run("{\"id\":\"/v6\"," + NETWORK + "\"labels\":{\"SIM_IPV6\":\"true\"},"
                + "\"container\":{\"portMappings\":[{\"containerPort\":80,\"name\":\"http\"}]}}");
        mesosDns.refresh();
        JsonNode hosts = get("/v1/hosts/v6.marathon.mesos");
        String ipv6 = hosts.at("/1/ip").asText();
        assertThat(hosts).hasSize(2);
        assertThat(hosts.at("/0/ip").asText()).startsWith("127.9.");
        assertThat(ipv6).startsWith("fd01:b::1:8000:");
        assertThat(get("/v1/services/_v6._tcp.marathon.mesos").findValuesAsText("ip"))
                .containsExactly(hosts.at("/0/ip").asText(), ipv6);
        JsonNode records = get("/v1/axfr").path("Records");
        assertThat(records.at("/AAAAs/v6.marathon.mesos.")).hasToString("[\"" + ipv6 + "\"]");
        assertThat(records.at("/As/v6.marathon.mesos.")).hasSize(1);
        assertThat(get("/v1/enumerate").findValuesAsText("rtype")).contains("AAAA");
        assertThat(ask("v6.marathon.mesos.", Type.AAAA).getSection(Section.ANSWER))
                .hasOnlyElementsOfType(AAAARecord.class)
                .hasSize(1);
        assertThat(ask("_v6._tcp.marathon.mesos.", Type.SRV).getSection(Section.ADDITIONAL))
                .extracting(Record::getType)
                .containsExactly(Type.A, Type.AAAA);
        JsonNode task = read(marathon.simulator().uri().resolve("/v2/apps/v6/tasks"));
        assertThat(task.at("/tasks/0/ipAddresses/1"))
                .hasToString("{\"ipAddress\":\"" + ipv6 + "\",\"protocol\":\"IPv6\"}");
    }

    @Test
    void eachContainerOfAPodIsATaskThatIsFoundUnderThePodsName() throws IOException {
        SimulatedTask instance = marathon.simulator()
                .createPod("{\"id\":\"/shop/pod\"," + NETWORK
                        + "\"containers\":[{\"name\":\"web\",\"endpoints\":["
                        + "{\"name\":\"http\",\"containerPort\":80,\"protocol\":[\"tcp\"]},"
                        + "{\"name\":\"adm\",\"containerPort\":81,\"hostPort\":0}]},"
                        + "{\"name\":\"side\",\"endpoints\":[{\"name\":\"dns\",\"containerPort\":53,"
                        + "\"protocol\":[\"udp\",\"tcp\"]}]}]}")
                .awaitInstances(1, PATIENCE)
                .get(0);
        mesosDns.refresh();
        JsonNode tasks = get("/v1/enumerate").at("/frameworks/0/tasks");
        assertThat(tasks.findValuesAsText("id"))
                .containsExactly(instance.instanceId() + ".web.1", instance.instanceId() + ".side.1");
        assertThat(List.of(tasks.at("/0/name").asText(), tasks.at("/1/name").asText()))
                .containsExactly("web", "side");
        assertThat(ip("pod-shop.marathon.mesos")).isEqualTo(instance.ipAddress());
        assertThat(get("/v1/services/_http._pod-shop._tcp.marathon.mesos").findValuesAsText("port"))
                .containsExactly("80");
        assertThat(get("/v1/services/_dns._pod-shop._udp.marathon.mesos").findValuesAsText("port"))
                .containsExactly("53");
        // an address of the container with a port of the agent
        JsonNode nowhere =
                get("/v1/services/_adm._pod-shop._tcp.marathon.mesos").path(0);
        assertThat(nowhere.path("ip").asText()).isEqualTo(instance.ipAddress());
        assertThat(nowhere.path("port").asInt()).isEqualTo(instance.ports().get(0));
        String side = "pod-shop-" + MesosNames.suffix(instance.instanceId() + ".side.1", instance.agentId());
        assertThat(get("/v1/services/_dns._pod-shop._udp.marathon.mesos")
                        .at("/0/host")
                        .asText())
                .isEqualTo(side + ".marathon.mesos.");
        // the agent's ports are resources of the executor, which Mesos-DNS does not look at
        assertThat(get("/v1/services/_pod-shop._tcp.marathon.slave.mesos")
                        .at("/0/port")
                        .asText())
                .isEmpty();
        assertThat(ip("pod-shop.marathon.slave.mesos")).isEqualTo(instance.host());
    }
}
