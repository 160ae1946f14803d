package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.dns.DnsConfig;
import io.evenkeel.discovery.dns.DnsDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.dns.DnsServer;
import io.evenkeel.testing.dns.Hearing;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedApp;
import io.evenkeel.testing.marathon.SimulatedTask;
import io.evenkeel.testing.mesosdns.MesosDnsSimulator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a service while Marathon, Mesos and Mesos-DNS do what they do, whatever way it is seen. */
class MesosDnsScenarioTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration CONFIRMATION = Duration.ofMinutes(1);
    private static final String APP2 = "app2-dcos-101.marathon.mesos";
    private static final String ON_HOST = "\"portDefinitions\":[{\"port\":0,\"name\":\"http\"}]";

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    private final ManualClock clock = new ManualClock();
    private final Hearing heard = new Hearing();
    private MesosDnsSimulator mesosDns;
    private MesosDnsDiscovery discovery;

    /** What Mesos-DNS offers. */
    enum Offer {
        ENUMERATE(MesosDnsStatus.Way.LISTING),
        AXFR(MesosDnsStatus.Way.LISTING),
        BY_NAME(MesosDnsStatus.Way.BY_NAME),
        DNS(MesosDnsStatus.Way.DNS);

        private final MesosDnsStatus.Way way;

        Offer(MesosDnsStatus.Way way) {
            this.way = way;
        }

        void make(MesosDnsSimulator mesosDns) {
            mesosDns.enumerate(this == ENUMERATE);
            mesosDns.axfr(this == ENUMERATE || this == AXFR);
            if (this == DNS) {
                mesosDns.httpOff();
            }
        }
    }

    @BeforeEach
    void open() {
        mesosDns = MesosDnsSimulator.of(marathon.simulator());
    }

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
        mesosDns.close();
    }

    private SimulatedApp run(String id, int instances, String shape) {
        SimulatedApp app =
                marathon.simulator().createApp("{\"id\":\"" + id + "\",\"instances\":" + instances + "," + shape + "}");
        app.awaitTasks(instances, PATIENCE);
        mesosDns.refresh();
        return app;
    }

    private void scale(SimulatedApp app, int instances) {
        app.scale(instances);
        app.awaitTasks(instances, PATIENCE);
        mesosDns.refresh();
    }

    private void watch(Offer offer, String... services) {
        offer.make(mesosDns);
        discovery = new MesosDnsDiscovery(
                MesosDnsConfig.builder(mesosDns.uri())
                        .dnsServers(mesosDns.dnsAddress())
                        .refreshInterval(Duration.ofMillis(10))
                        .maxBackoff(Duration.ofMillis(50))
                        .emptyConfirmation(CONFIRMATION)
                        .build(),
                clock);
        for (String service : services) {
            discovery.request(service);
        }
        discovery.watch(heard);
    }

    /* Each round asks for the settings first, or over DNS for the serial number last: after the third, one was whole. */
    private void awaitRounds() {
        long before = rounds();
        Eventually.holds("Mesos-DNS is read again", () -> rounds() >= before + 3);
    }

    private long rounds() {
        return mesosDns.requests().stream().filter("/v1/config"::equals).count()
                + mesosDns.questions().stream()
                        .filter(question -> question.type().equals("SOA"))
                        .count();
    }

    private static List<InetSocketAddress> addresses(List<Endpoint> endpoints) {
        return endpoints.stream().map(Endpoint::address).toList();
    }

    private static List<InetSocketAddress> addressesOf(SimulatedApp app) {
        return app.tasks().stream().map(task -> task.addresses().get(0)).toList();
    }

    private List<Endpoint> known(String service) {
        Snapshot snapshot = heard.newest().find(service);
        assertThat(snapshot).as(service).isNotNull();
        return snapshot.endpoints();
    }

    @ParameterizedTest
    @EnumSource
    void scalingUpAndDownIsSeen(Offer offer) throws Exception {
        SimulatedApp app2 = run("/dcos-101/app2", 1, ON_HOST);
        watch(offer, APP2);
        assertThat(addresses(heard.awaitEndpoints(APP2, 1))).isEqualTo(addressesOf(app2));
        scale(app2, 2);
        assertThat(addresses(heard.awaitEndpoints(APP2, 2))).containsExactlyInAnyOrderElementsOf(addressesOf(app2));
        scale(app2, 1);
        assertThat(addresses(heard.awaitEndpoints(APP2, 1))).isEqualTo(addressesOf(app2));
        assertThat(discovery.status().way()).isEqualTo(offer.way);
        Eventually.holds(
                "the serial number is known", () -> discovery.status().serial().equals(Optional.of(mesosDns.serial())));
        assertThat(heard.newest().problems()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "AXFR")
    void theMarathonIdIsANameToo(Offer offer) throws Exception {
        SimulatedApp app2 = run("/dcos-101/app2", 2, ON_HOST);
        watch(offer, "/dcos-101/app2");
        assertThat(addresses(heard.awaitEndpoints("/dcos-101/app2", 2)))
                .containsExactlyInAnyOrderElementsOf(addressesOf(app2));
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsLostWhileTheMasterIsAwayAndTheStateIsKnownToBeOld(Offer offer) throws Exception {
        SimulatedApp app2 = run("/dcos-101/app2", 2, ON_HOST);
        watch(offer, APP2);
        List<Endpoint> before = heard.awaitEndpoints(APP2, 2);
        int failures = heard.failures();
        mesosDns.masterAway(true);
        scale(app2, 3);
        clock.advance(Duration.ofMinutes(3));
        awaitRounds();
        assertThat(discovery.status().stale()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        awaitRounds();
        assertThat(discovery.status().stale()).isTrue();
        assertThat(known(APP2)).isEqualTo(before);
        assertThat(heard.failures()).isEqualTo(failures);
        mesosDns.masterAway(false);
        mesosDns.refresh();
        heard.awaitEndpoints(APP2, 3);
        Eventually.holds("the state is new", () -> !discovery.status().stale());
    }

    @ParameterizedTest
    @EnumSource
    void aMasterWithoutFrameworksIsDoubtedAndThenBelieved(Offer offer) throws Exception {
        run("/dcos-101/app2", 2, ON_HOST);
        watch(offer, APP2);
        List<Endpoint> before = heard.awaitEndpoints(APP2, 2);
        mesosDns.frameworksEmpty(true);
        mesosDns.refresh();
        doubtThenBelieve(before);
    }

    @Test
    void aListedFrameworkWithoutTasksIsDoubtedAndThenBelieved() throws Exception {
        SimulatedApp app2 = run("/dcos-101/app2", 2, ON_HOST);
        watch(Offer.ENUMERATE, APP2);
        List<Endpoint> before = heard.awaitEndpoints(APP2, 2);
        scale(app2, 0);
        doubtThenBelieve(before);
    }

    @Test
    void anEmptyFrameworkIsDoubtedOverDnsTooWhereAnotherNameOfItIsKnown() throws Exception {
        run("/dcos-101/app2", 2, ON_HOST);
        run("/other", 1, ON_HOST);
        watch(Offer.ENUMERATE, APP2);
        List<Endpoint> before = heard.awaitEndpoints(APP2, 2);
        mesosDns.httpOff();
        mesosDns.frameworksEmpty(true);
        mesosDns.refresh();
        Eventually.holds("names are asked for", () -> discovery.status().way() == MesosDnsStatus.Way.DNS);
        awaitRounds();
        assertThat(known(APP2)).isEqualTo(before);
        clock.advance(CONFIRMATION);
        heard.await(catalog -> catalog.find(APP2) == null);
        assertThat(known("/other")).hasSize(1);
    }

    private void doubtThenBelieve(List<Endpoint> before) throws InterruptedException {
        awaitRounds();
        clock.advance(CONFIRMATION.minusNanos(1));
        awaitRounds();
        assertThat(discovery.status().serial()).hasValue(mesosDns.serial());
        assertThat(known(APP2)).isEqualTo(before);
        clock.advance(Duration.ofNanos(1));
        heard.await(Catalog::isEmpty);
    }

    @ParameterizedTest
    @EnumSource
    void frameworksThatComeBackInTimeWereNeverGone(Offer offer) throws Exception {
        SimulatedApp app2 = run("/dcos-101/app2", 2, ON_HOST);
        watch(offer, APP2);
        List<Endpoint> before = heard.awaitEndpoints(APP2, 2);
        mesosDns.frameworksEmpty(true);
        mesosDns.refresh();
        awaitRounds();
        clock.advance(CONFIRMATION.minusSeconds(1));
        awaitRounds();
        assertThat(known(APP2)).isEqualTo(before);
        mesosDns.frameworksEmpty(false);
        scale(app2, 3);
        heard.awaitEndpoints(APP2, 3);
        clock.advance(CONFIRMATION);
        awaitRounds();
        assertThat(known(APP2)).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource
    void aFrameworkWhoseAgentsComeBackOneByOneLosesNothingButWhatStaysAway(Offer offer) throws Exception {
        String[] names = new String[4];
        for (int i = 0; i < 4; i++) {
            run("/app" + i, 1, ON_HOST);
            names[i] = "app" + i + ".marathon.mesos";
        }
        watch(offer, names);
        heard.await(catalog -> Stream.of(names).allMatch(name -> catalog.find(name) != null));
        for (String back : new String[] {"app[0]", "app[01]", "app[0-2]"}) {
            mesosDns.registered(task -> task.discoveryName().matches(back));
            mesosDns.refresh();
            awaitRounds();
            Stream.of(names).forEach(name -> assertThat(known(name)).hasSize(1));
        }
        clock.advance(CONFIRMATION);
        Catalog believed = heard.await(catalog -> catalog.find(names[3]) == null);
        Stream.of(names)
                .limit(3)
                .forEach(name -> assertThat(believed.find(name)).as(name).isNotNull());
    }

    @ParameterizedTest
    @EnumSource
    void whereTasksAnswerIsWhereTheyAreFound(Offer offer) throws Exception {
        SimulatedApp bridge = run(
                "/bridge",
                1,
                "\"networks\":[{\"mode\":\"container/bridge\"}],\"container\":{\"portMappings\":"
                        + "[{\"containerPort\":80,\"hostPort\":0,\"name\":\"http\"}]}");
        SimulatedApp own = run(
                "/own",
                1,
                "\"networks\":[{\"mode\":\"container\",\"name\":\"dcos\"}],\"container\":{\"portMappings\":"
                        + "[{\"containerPort\":18021,\"name\":\"http\"}]}");
        watch(offer, "bridge.marathon.mesos", "own.marathon.mesos");
        Catalog catalog = heard.await(
                known -> known.find("bridge.marathon.mesos") != null && known.find("own.marathon.mesos") != null);
        SimulatedTask behindBridge = bridge.tasks().get(0);
        InetSocketAddress agent =
                new InetSocketAddress(behindBridge.host(), behindBridge.ports().get(0));
        assertThat(addresses(catalog.find("bridge.marathon.mesos").endpoints())).containsExactly(agent);
        assertThat(page(agent)).contains(behindBridge.id());
        SimulatedTask inNetwork = own.tasks().get(0);
        InetSocketAddress container = new InetSocketAddress(inNetwork.ipAddress(), 18_021);
        assertThat(addresses(catalog.find("own.marathon.mesos").endpoints())).containsExactly(container);
        assertThat(page(container)).contains(inNetwork.id());
    }

    @Test
    void ofAContainersPortsTheOneWithAHostPortIsReachedAtTheAgent() throws Exception {
        SimulatedApp mixed = run(
                "/mixed",
                1,
                "\"networks\":[{\"mode\":\"container\",\"name\":\"dcos\"}],\"container\":{\"portMappings\":"
                        + "[{\"containerPort\":18022,\"name\":\"own\"},"
                        + "{\"containerPort\":18023,\"hostPort\":0,\"name\":\"mapped\"}]}");
        watch(Offer.AXFR);
        Catalog catalog = heard.await(known -> known.find("mixed.marathon.mesos:own") != null);
        SimulatedTask task = mixed.tasks().get(0);
        assertThat(addresses(catalog.find("mixed.marathon.mesos:own").endpoints()))
                .containsExactly(new InetSocketAddress(task.ipAddress(), 18_022));
        assertThat(addresses(catalog.find("mixed.marathon.mesos:mapped").endpoints()))
                .containsExactly(new InetSocketAddress(task.host(), task.ports().get(0)));
    }

    @ParameterizedTest
    @EnumSource(names = {"ENUMERATE", "AXFR"})
    void thePortsOfAPodsContainersAreFoundByTheirNames(Offer offer) throws Exception {
        SimulatedTask instance = marathon.simulator()
                .createPod("{\"id\":\"/shop/pod\",\"networks\":[{\"mode\":\"container\",\"name\":\"dcos\"}],"
                        + "\"containers\":[{\"name\":\"web\",\"endpoints\":[{\"name\":\"http\",\"containerPort\":18031}]},"
                        + "{\"name\":\"side\",\"endpoints\":[{\"name\":\"adm\",\"containerPort\":18032}]}]}")
                .awaitInstances(1, PATIENCE)
                .get(0);
        mesosDns.refresh();
        watch(offer);
        Catalog catalog = heard.await(known -> known.find("pod-shop.marathon.mesos:adm") != null);
        assertThat(addresses(catalog.find("pod-shop.marathon.mesos:adm").endpoints()))
                .containsExactly(new InetSocketAddress(instance.ipAddress(), 18_032));
        assertThat(addresses(catalog.find("pod-shop.marathon.mesos:http").endpoints()))
                .containsExactly(new InetSocketAddress(instance.ipAddress(), 18_031));
        assertThat(catalog.problems()).isEmpty();
    }

    private static String page(InetSocketAddress address) throws IOException {
        URI uri = URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
        try (InputStream in = uri.toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allOfSixtyAreFoundOverDnsWhetherUdpSaysThatItIsCutOrNot(boolean truncateBit) throws Exception {
        SimulatedApp big = run("/big", 60, ON_HOST);
        mesosDns.truncateBit(truncateBit);
        watch(Offer.DNS, "big.marathon.mesos");
        assertThat(addresses(heard.awaitEndpoints("big.marathon.mesos", 60)))
                .containsExactlyInAnyOrderElementsOf(addressesOf(big));
    }

    @Test
    void allOfSixtyAreFoundByWhoeverAsksOverUdpFirst() throws Exception {
        run("/big", 60, ON_HOST);
        String name = "_big._tcp.marathon.slave.mesos";
        try (DnsDiscovery plain = DnsDiscovery.of(DnsConfig.builder()
                .servers(mesosDns.dnsAddress())
                .tcp(false)
                .srv(name)
                .build())) {
            plain.watch(heard);
            heard.awaitEndpoints(name, 60);
        }
        assertThat(mesosDns.questions().stream()
                        .filter(question -> question.type().equals("SRV"))
                        .map(DnsServer.Question::overTcp))
                .containsExactly(false, true);
    }
}
