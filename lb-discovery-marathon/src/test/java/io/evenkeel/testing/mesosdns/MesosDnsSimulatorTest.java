package io.evenkeel.testing.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The habits of the real one that a client stumbles over. */
class MesosDnsSimulatorTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private MesosDnsSimulator mesosDns;

    @BeforeEach
    void open() {
        mesosDns = MesosDnsSimulator.of(marathon.simulator());
    }

    @AfterEach
    void close() {
        mesosDns.close();
    }

    private List<SimulatedTask> run(String id, int instances, String shape) {
        List<SimulatedTask> tasks = marathon.simulator()
                .createApp("{\"id\":\"" + id + "\",\"instances\":" + instances + "," + shape + "}")
                .awaitTasks(instances, PATIENCE);
        mesosDns.refresh();
        return tasks;
    }

    private Message ask(String name, int type, boolean tcp) throws IOException {
        SimpleResolver resolver = new SimpleResolver(mesosDns.dnsAddress());
        resolver.setTCP(tcp);
        resolver.setIgnoreTruncation(true);
        resolver.setEDNS(0, 4096, 0, List.of());
        resolver.setTimeout(PATIENCE);
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)));
    }

    private JsonNode get(String path) throws IOException {
        try (InputStream in = mesosDns.uri().resolve(path).toURL().openStream()) {
            return new ObjectMapper().readTree(in);
        }
    }

    private int status(String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) mesosDns.uri().resolve(path).toURL().openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    @Test
    void namesOfTasksAreTheRecordedOnes() {
        assertThat(MesosNames.suffix("web.0", "20260101-S0")).isEqualTo("q9rt1-s0");
        assertThat(MesosNames.suffix("web.1", "20260101-S1")).isEqualTo("e844k-s1");
        assertThat(MesosNames.label("web.shop")).isEqualTo("web-shop");
        assertThat(MesosNames.label("-a_B.c!" + "x".repeat(80))).isEqualTo("a-b-c" + "x".repeat(57));
        assertThat(MesosNames.framework("marathon.prod_EU")).isEqualTo("marathon.prod-eu");
    }

    @Test
    void aBridgesContainerAddressAndHostPortAreAPairThatLeadsNowhere() throws Exception {
        SimulatedTask task = run(
                        "/bridge",
                        1,
                        "\"networks\":[{\"mode\":\"container/bridge\"}],"
                                + "\"container\":{\"portMappings\":[{\"containerPort\":80,\"hostPort\":0}]}")
                .get(0);
        JsonNode plain = get("/v1/services/_bridge._tcp.marathon.mesos").path(0);
        assertThat(plain.path("ip").asText()).startsWith("172.17.").isEqualTo(task.ipAddress());
        assertThat(plain.path("port").isTextual()).isTrue();
        assertThat(plain.path("port").asInt()).isEqualTo(task.ports().get(0));
        JsonNode agent = get("/v1/services/_bridge._tcp.marathon.slave.mesos").path(0);
        assertThat(agent.path("ip").asText()).isEqualTo(task.host());
        assertThat(agent.path("port").asInt()).isEqualTo(task.ports().get(0));
        assertThat(agent.path("host").asText()).matches("bridge-[a-z0-9]{5}-s\\d\\.marathon\\.slave\\.mesos\\.");
    }

    @Test
    void answersOverUdpAreCutWhateverTheClientHasRoomFor() throws Exception {
        run("/big", 60, "\"portDefinitions\":[{\"port\":0,\"name\":\"http\"}]");
        Message cut = ask("_big._tcp.marathon.mesos.", Type.SRV, false);
        assertThat(cut.toWire().length).isLessThan(512);
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.getOPT()).isNull();
        assertThat(cut.getSection(Section.ADDITIONAL)).isEmpty();
        mesosDns.truncateBit(false);
        Message silent = ask("_big._tcp.marathon.mesos.", Type.SRV, false);
        assertThat(silent.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(silent.getSection(Section.ANSWER)).hasSizeLessThan(60);
        Message whole = ask("_big._tcp.marathon.mesos.", Type.SRV, true);
        assertThat(whole.getSection(Section.ANSWER)).hasSize(60).allSatisfy(record -> {
            assertThat(record.getTTL()).isEqualTo(60);
            assertThat(((SRVRecord) record).getWeight()).isEqualTo(1);
        });
        assertThat(whole.getSection(Section.ADDITIONAL)).hasSize(60);
    }

    @Test
    void onlyAHostThatIsNotThereIsNxdomain() throws Exception {
        run("/web", 1, "\"portDefinitions\":[{\"port\":0}]");
        Message service = ask("_nosuch._tcp.marathon.mesos.", Type.SRV, false);
        assertThat(service.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(service.getSection(Section.AUTHORITY)).isEmpty();
        assertThat(ask("nosuch.marathon.mesos.", Type.A, false).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        Message other = ask("web.marathon.mesos.", Type.AAAA, false);
        assertThat(other.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(other.getSection(Section.AUTHORITY)).hasOnlyElementsOfType(SOARecord.class);
        assertThat(ask("example.com.", Type.A, false).getRcode()).isEqualTo(Rcode.REFUSED);
        Message upper = ask("WEB.Marathon.MESOS.", Type.A, false);
        assertThat(upper.getSection(Section.ANSWER)).hasOnlyElementsOfType(ARecord.class);
        assertThat(upper.getSection(Section.ANSWER).get(0).getName()).hasToString("web.marathon.mesos.");
    }

    @Test
    void whatIsNotFoundOverHttpIsFoundAndEmpty() throws Exception {
        assertThat(get("/v1/hosts/nosuch.marathon.mesos")).hasToString("[{\"host\":\"\",\"ip\":\"\"}]");
        assertThat(get("/v1/services/_nosuch._tcp.marathon.mesos"))
                .hasToString("[{\"service\":\"\",\"host\":\"\",\"ip\":\"\",\"port\":\"\"}]");
        assertThat(status("/v1/hosts/web.marathon.mesos/ports")).isEqualTo(501);
        assertThat(status("/v1/nothing")).isEqualTo(404);
        assertThat(status("/v1/version")).isEqualTo(200);
        mesosDns.axfr(false);
        assertThat(status("/v1/axfr")).isEqualTo(404);
    }

    @Test
    void theSerialNumberChangesWithEveryLoadAndIsFrozenWithoutAMaster() throws Exception {
        long first = mesosDns.serial();
        mesosDns.refresh();
        assertThat(mesosDns.serial()).isGreaterThan(first);
        mesosDns.masterAway(true);
        long frozen = mesosDns.serial();
        mesosDns.refresh();
        assertThat(get("/v1/config").path("SOASerial").asLong()).isEqualTo(frozen);
        assertThat(get("/v1/axfr").path("Serial").asLong()).isEqualTo(frozen);
        assertThat(ask("mesos.", Type.SOA, false).getSection(Section.AUTHORITY))
                .singleElement()
                .satisfies(soa -> assertThat(((SOARecord) soa).getSerial()).isEqualTo(frozen));
    }

    @Test
    void tasksThatDoNotRunHaveNoRecords() throws Exception {
        SimulatedTask task =
                run("/web", 1, "\"portDefinitions\":[{\"port\":0}]").get(0);
        String name = "web-" + MesosNames.suffix(task.id(), task.agentId()) + ".marathon.mesos";
        assertThat(get("/v1/enumerate").findValuesAsText("id")).contains(task.id());
        assertThat(get("/v1/hosts/" + name).at("/0/ip").asText()).isEqualTo(task.host());
        task.unreachable();
        mesosDns.refresh();
        assertThat(get("/v1/enumerate").findValuesAsText("id")).doesNotContain(task.id());
        assertThat(get("/v1/hosts/" + name).at("/0/ip").asText()).isEmpty();
    }

    @Test
    void aMasterThatKnowsNoFrameworkHasOnlyItself() throws Exception {
        run("/web", 1, "\"portDefinitions\":[{\"port\":0}]");
        mesosDns.frameworksEmpty(true);
        mesosDns.refresh();
        assertThat(get("/v1/enumerate")).hasToString("{\"frameworks\":null}");
        assertThat(ask("web.marathon.mesos.", Type.A, false).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(ask("leader.mesos.", Type.A, false).getSection(Section.ANSWER))
                .hasSize(1);
    }
}
