package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.ReceivedRequest;
import io.evenkeel.testing.marathon.SimulatedPod;
import io.evenkeel.testing.marathon.TaskHealth;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a Marathon when only some of what it runs changes, or is of interest, or is there at all. */
class MarathonDeltaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String POD = """
            {"id": "/shop/pod", "networks": [{"mode": "host"}], "scaling": {"kind": "fixed", "instances": 2},
             "labels": {"team": "shop"}, "containers": [{"name": "web", "endpoints": [
               {"name": "http", "hostPort": 0, "protocol": ["tcp"], "labels": {"VIP_0": "/pod:80"}}],
              "healthCheck": {"http": {"endpoint": "http", "path": "/health"}}}]}
            """;

    private static final String ONE_POD = """
            [{"id": "/p", "spec": {"networks": [{"mode": "host"}], "containers": [{"name": "c", "endpoints":
               [{"name": "e", "hostPort": 0}]}]},
              "instances": [{"id": "i", "status": "STABLE", "agentHostname": "10.0.0.1", "containers":
               [{"name": "c", "endpoints": [{"name": "e", "allocatedHostPort": 31000}]}]}]}]
            """;

    @RegisterExtension
    final MarathonSimulatorExtension extension =
            new MarathonSimulatorExtension(settings -> settings.instantly().realTasks(false));

    @TempDir
    private Path directory;

    private final Watching watching = new Watching();
    private MarathonDiscovery discovery;

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
    }

    private MarathonSimulator marathon() {
        return extension.simulator();
    }

    private void app(String id, int instances, String labels) {
        marathon()
                .createApp("{\"id\": \"" + id + "\", \"instances\": " + instances + ", \"cmd\": \"x\", \"labels\": {"
                        + labels + "}, \"portDefinitions\": [{\"port\": 0}]}");
        marathon().awaitTasks(id, instances, PATIENCE);
    }

    private MarathonConfig.Builder patient() {
        return MarathonConfig.builder(marathon().uri())
                .incrementalAbove(0)
                .pollInterval(Duration.ofMinutes(10))
                .reconcileInterval(Duration.ofMinutes(10));
    }

    private void watch(MarathonConfig config) {
        discovery = MarathonDiscovery.of(config);
        discovery.watch(watching);
    }

    private List<String> asked() {
        return marathon().requests().stream()
                .map(ReceivedRequest::target)
                .filter(target -> target.startsWith("/v2/apps") || target.startsWith("/v2/pods"))
                .toList();
    }

    @Test
    void readsOnlyTheAppThatAnEventNames() throws InterruptedException {
        app("/a", 1, "");
        app("/b", 1, "");
        watch(patient().build());
        watching.awaitEndpoints("/b", 1);
        int before = asked().size();
        Snapshot a = watching.newest().find("/a");
        marathon().scale("/b", 3);
        watching.awaitEndpoints("/b", 3);
        List<String> targets = asked().subList(before, asked().size());
        assertThat(targets).isNotEmpty().containsOnly("/v2/apps/b?embed=app.tasks&embed=app.readiness");
        assertThat(watching.newest().find("/a")).isSameAs(a);
    }

    @Test
    void findsNewAppsByThemselvesAndThoseThatAreGone() throws InterruptedException {
        app("/a", 1, "");
        app("/odd", 1, "");
        watch(patient().build());
        watching.awaitEndpoints("/odd", 1);
        app("/group/new.one", 2, "");
        watching.awaitEndpoints("/group/new.one", 2);
        assertThat(asked()).filteredOn(target -> target.startsWith("/v2/apps?")).hasSize(1);
        marathon().deleteApp("/odd");
        watching.await(catalog -> catalog.find("/odd") == null);
        assertThat(asked()).filteredOn(target -> target.startsWith("/v2/apps?")).hasSizeBetween(1, 3);
    }

    @Test
    void followsAServerThatHasNoPagesOfSingleApps() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            scripted.onlyLists();
            scripted.appsUnheard("{\"apps\": [{\"id\": \"/a\", \"ports\": [1]}]}");
            watch(MarathonConfig.builder(scripted.uri())
                    .incrementalAbove(0)
                    .pollInterval(Duration.ofMinutes(10))
                    .build());
            watching.await(catalog -> catalog.find("/a") != null);
            scripted.appsUnheard("{\"apps\": [{\"id\": \"/a\", \"ports\": [1]}, {\"id\": \"/b\", \"ports\": [1]}]}");
            scripted.event("api_post_event", "{\"appDefinition\": {\"id\": \"/b\"}}");
            assertThat(watching.await(catalog -> catalog.find("/b") != null).find("/a"))
                    .isNotNull();
        }
    }

    @Test
    void aTaskThatIsKilledGetsNothingNewThoughMarathonDoesNotAnswer() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            scripted.appsUnheard("{\"apps\": [{\"id\": \"/a\", \"ports\": [1], \"tasks\": [{\"id\": \"t\","
                    + " \"host\": \"10.0.0.1\", \"ports\": [31000], \"state\": \"TASK_RUNNING\"}]}]}");
            watch(MarathonConfig.builder(scripted.uri()).build());
            assertThat(watching.awaitEndpoints("/a", 1))
                    .extracting(Endpoint::state)
                    .containsExactly(EndpointState.RUNNING);
            scripted.hang();
            scripted.event(
                    "status_update_event", "{\"appId\": \"/a\", \"taskId\": \"t\", \"taskStatus\": \"TASK_KILLING\"}");
            watching.await(catalog -> Watching.endpoints(catalog, "/a").get(0).state() == EndpointState.STOPPING);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastAppCanBeDeleted(boolean incremental) throws InterruptedException {
        app("/a", 1, "");
        watch(patient().incrementalAbove(incremental ? 0 : Integer.MAX_VALUE).build());
        watching.awaitEndpoints("/a", 1);
        marathon().deleteApp("/a");
        watching.await(Catalog::isEmpty);
    }

    @Test
    void withoutIncrementsEverythingIsRead() throws InterruptedException {
        app("/a", 1, "");
        watch(patient().incrementalAbove(Integer.MAX_VALUE).build());
        watching.awaitEndpoints("/a", 1);
        marathon().scale("/a", 2);
        watching.awaitEndpoints("/a", 2);
        assertThat(asked()).noneMatch(target -> target.startsWith("/v2/apps/"));
    }

    @Test
    void aBurstOfEventsOfOneAppCostsAFewReads() throws InterruptedException {
        app("/a", 1, "");
        watch(patient().build());
        watching.awaitEndpoints("/a", 1);
        int before = asked().size();
        for (int i = 0; i < 200; i++) {
            marathon().emit("status_update_event", "{\"appId\": \"/a\", \"taskId\": \"x" + i + "\"}");
        }
        marathon().scale("/a", 2);
        watching.awaitEndpoints("/a", 2);
        assertThat(asked().size() - before).isLessThanOrEqualTo(5);
    }

    @Test
    void anAppWhoseOwnPageIsNoAppIsReadWithTheOthers() throws InterruptedException {
        app("/shop/tasks", 1, ""); // GET /v2/apps/shop/tasks is the tasks of /shop
        watch(patient().build());
        watching.awaitEndpoints("/shop/tasks", 1);
        marathon().scale("/shop/tasks", 2);
        watching.awaitEndpoints("/shop/tasks", 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void podsAreServicesToo(boolean incremental) throws InterruptedException {
        app("/a", 1, "");
        SimulatedPod pod = marathon().createPod(POD);
        pod.awaitInstances(2, PATIENCE);
        watch(patient().incrementalAbove(incremental ? 0 : Integer.MAX_VALUE).build());
        watching.await(catalog -> healthy(catalog, 2));
        Snapshot snapshot = watching.newest().find("/shop/pod:http");
        assertThat(snapshot.service().labels()).containsEntry("team", "shop");
        assertThat(snapshot.service().portLabels()).containsEntry("VIP_0", "/pod:80");
        assertThat(snapshot.endpoints())
                .extracting(Endpoint::address)
                .containsExactlyInAnyOrderElementsOf(pod.instances().stream()
                        .map(task -> task.addresses().get(0))
                        .toList());
        pod.scale(3);
        watching.await(catalog -> healthy(catalog, 3));
        pod.instances().get(0).health(TaskHealth.DEAD);
        watching.await(catalog -> Watching.endpoints(catalog, "/shop/pod").stream()
                .anyMatch(endpoint -> endpoint.health() == Health.UNHEALTHY));
        pod.delete();
        watching.await(catalog -> catalog.find("/shop/pod") == null);
        assertThat(watching.newest().find("/a")).isNotNull();
    }

    private static boolean healthy(Catalog catalog, int count) {
        List<Endpoint> endpoints = Watching.endpoints(catalog, "/shop/pod");
        return endpoints.size() == count
                && endpoints.stream()
                        .allMatch(endpoint ->
                                endpoint.health() == Health.HEALTHY && endpoint.state() == EndpointState.RUNNING);
    }

    @Test
    void podsThatAreSuddenlyAllGoneAreDoubted() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            scripted.pods(ONE_POD);
            watch(MarathonConfig.builder(scripted.uri()).build());
            watching.awaitEndpoints("/p", 1);
            scripted.pods("[]");
            scripted.appsUnheard("{\"apps\": [{\"id\": \"/a\", \"ports\": [1]}]}");
            scripted.event("scheduler_reregistered_event");
            assertThat(Watching.endpoints(watching.await(catalog -> catalog.find("/a") != null), "/p"))
                    .hasSize(1);
        }
    }

    @Test
    void aPodThatIsCreatedLaterIsFound() throws InterruptedException {
        app("/a", 1, "");
        watch(patient().build());
        watching.awaitEndpoints("/a", 1);
        SimulatedPod pod = marathon().createPod(POD);
        watching.awaitEndpoints("/shop/pod", 2);
        int before = asked().size();
        pod.scale(3);
        watching.awaitEndpoints("/shop/pod", 3);
        assertThat(asked().subList(before, asked().size())).noneMatch(target -> target.startsWith("/v2/apps"));
    }

    @Test
    void readsOnlyAGroupAndLabelsThatAreWanted() throws InterruptedException {
        app("/shop/web", 1, "\"HAPROXY_GROUP\": \"external\"");
        app("/shop/db", 1, "");
        app("/shopping/web", 1, "\"HAPROXY_GROUP\": \"external\"");
        watch(patient().group("/shop/").labelSelector("HAPROXY_GROUP==external").build());
        watching.awaitEndpoints("/shop/web", 1);
        assertThat(watching.newest().snapshots()).hasSize(1);
        assertThat(asked())
                .contains(
                        "/v2/apps?embed=apps.tasks&embed=apps.readiness&id=%2Fshop%2F&label=HAPROXY_GROUP%3D%3Dexternal");
        marathon().scale("/shopping/web", 2);
        marathon().scale("/shop/db", 2);
        marathon().scale("/shop/web", 2);
        watching.awaitEndpoints("/shop/web", 2);
        assertThat(watching.newest().snapshots()).hasSize(1);
    }

    @Test
    void aConfiguredNamespaceIsNotAskedFor() throws InterruptedException {
        app("/a", 1, "");
        watch(patient().namespace("prod-eu").build());
        watching.awaitEndpoints("/a", 1);
        assertThat(watching.newest().find("/a").service().namespace()).isEqualTo("prod-eu");
        assertThat(marathon().requests()).extracting(ReceivedRequest::target).doesNotContain("/v2/info");
    }

    @Test
    void beginsWithTheStateOnDiskWhileMarathonIsAway() throws Exception {
        Path file = directory.resolve("state.json");
        marathon().createApp("""
                {"id": "/a", "instances": 2, "cmd": "x", "portDefinitions": [{"port": 0}], "healthChecks": [{}]}
                """);
        watch(patient().snapshotFile(file).build());
        watching.await(catalog -> Watching.endpoints(catalog, "/a").size() == 2
                && Watching.endpoints(catalog, "/a").stream()
                        .allMatch(endpoint -> endpoint.health() == Health.HEALTHY));
        List<Endpoint> known = Watching.endpoints(watching.newest(), "/a");
        discovery.close();
        assertThat(Files.exists(file)).isTrue();

        marathon().faults().html502(true);
        Watching later = new Watching();
        discovery = MarathonDiscovery.of(patient().snapshotFile(file).build());
        discovery.watch(later);
        assertThat(later.awaitEndpoints("/a", 2)).containsExactlyInAnyOrderElementsOf(known);
        later.awaitFailure();
        marathon().tasks("/a").forEach(task -> task.health(TaskHealth.UNKNOWN));
        marathon().faults().emptyList(true); // as leaders are at first
        marathon().faults().html502(false);
        long before = discovery.status().fetches();
        while (discovery.status().fetches() < before + 3) {
            Thread.onSpinWait();
        }
        assertThat(Watching.endpoints(later.newest(), "/a")).hasSize(2);
        marathon().faults().clear();
        app("/b", 1, "");
        later.awaitEndpoints("/b", 1);
        assertThat(Watching.endpoints(later.newest(), "/a"))
                .extracting(Endpoint::health)
                .containsOnly(Health.HEALTHY);
    }

    private void awaitFetches(int more) {
        long before = discovery.status().fetches();
        while (discovery.status().fetches() < before + more) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anEventThatNamedTheOnlyAppDoesNotMakeAnEmptyListCredible() throws InterruptedException {
        app("/a", 1, "");
        watch(patient().build());
        watching.awaitEndpoints("/a", 1);
        marathon().scale("/a", 2);
        watching.awaitEndpoints("/a", 2);
        marathon().faults().emptyList(true);
        marathon().emit("scheduler_reregistered_event", "{}");
        awaitFetches(4);
        assertThat(Watching.endpoints(watching.newest(), "/a")).hasSize(2);
    }

    @Test
    void aPodListThatFailedOnceIsReadAgainSoon() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            scripted.appsUnheard("{\"apps\": [{\"id\": \"/a\", \"ports\": [1]}]}");
            scripted.pods("oops");
            watch(MarathonConfig.builder(scripted.uri()).build());
            assertThat(watching.await(catalog -> catalog.find("/a") != null).problems())
                    .singleElement()
                    .asString()
                    .startsWith("pods: ");
            scripted.pods(ONE_POD);
            watching.awaitEndpoints("/p", 1);
        }
    }

    @Test
    void anEmptyFirstAnswerDoesNotReplaceTheStateOnDisk() throws Exception {
        Path file = directory.resolve("state.json");
        app("/a", 1, "");
        watch(patient().snapshotFile(file).build());
        watching.awaitEndpoints("/a", 1);
        discovery.close();
        marathon().faults().emptyList(true);
        Watching later = new Watching();
        discovery = MarathonDiscovery.of(patient().snapshotFile(file).build());
        discovery.watch(later);
        later.awaitEndpoints("/a", 1);
        awaitFetches(3);
        discovery.close();
        assertThat(Watching.endpoints(later.newest(), "/a")).hasSize(1);
        assertThat(Files.readString(file)).contains("\"/a\"");
    }

    /* What a source begins with when it was closed while /a and the pod /p were known. */
    private Watching againFromDisk(ScriptedMarathon scripted, Runnable meanwhile) throws Exception {
        scripted.appsUnheard(apps("/a"));
        scripted.pods(ONE_POD);
        return againFromDiskAsItIs(scripted, meanwhile);
    }

    private Watching againFromDiskAsItIs(ScriptedMarathon scripted, Runnable meanwhile) throws Exception {
        MarathonConfig config = MarathonConfig.builder(scripted.uri())
                .snapshotFile(directory.resolve("state.json"))
                .build();
        watch(config);
        watching.awaitEndpoints("/p", 1);
        discovery.close();
        meanwhile.run();
        Watching later = new Watching();
        discovery = MarathonDiscovery.of(config);
        discovery.watch(later);
        return later;
    }

    private static String apps(String id) {
        return "{\"apps\": [{\"id\": \"" + id + "\", \"ports\": [1]}]}";
    }

    @Test
    void podsOfTheDiskStayWhileThePodListFailsAndTheAppsGoOn() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            Watching later = againFromDisk(scripted, () -> {
                scripted.appsUnheard(apps("/b"));
                scripted.pods("oops");
            });
            later.await(catalog -> catalog.find("/b") != null);
            assertThat(later.newest().find("/a")).isNull();
            assertThat(Watching.endpoints(later.newest(), "/p")).hasSize(1);
            scripted.pods(ONE_POD.replace("31000", "31999"));
            later.await(catalog ->
                    Watching.endpoints(catalog, "/p").get(0).address().getPort() == 31999);
        }
    }

    @Test
    void podsOfTheDiskThatAreSuddenlyGoneAreDoubted() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            Watching later = againFromDisk(scripted, () -> {
                scripted.appsUnheard(apps("/b"));
                scripted.pods("[]");
            });
            later.await(catalog -> catalog.find("/b") != null);
            assertThat(Watching.endpoints(later.newest(), "/p")).hasSize(1);
        }
    }

    @Test
    void aStateOfPodsOnlyDoesNotMakeAnEmptyListOfAppsDoubtful() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            scripted.pods(ONE_POD);
            Watching later = againFromDiskAsItIs(scripted, () -> scripted.pods(ONE_POD.replace("31000", "31999")));
            assertThat(Watching.endpoints(later.await(catalog -> true), "/p")
                            .get(0)
                            .address()
                            .getPort())
                    .isEqualTo(31999);
        }
    }

    @Test
    void theStateOnDiskIsPublishedSoonThoughMarathonIsSilent() throws Exception {
        try (ScriptedMarathon scripted = new ScriptedMarathon()) {
            Watching later = againFromDisk(scripted, scripted::hang);
            later.awaitEndpoints("/p", 1); // long before the first question is given up
        }
    }

    @Test
    void anAppThatIsCreatedAgainIsReadByItselfAgain() throws InterruptedException {
        app("/a", 1, "");
        app("/b", 1, "");
        watch(patient().build());
        watching.awaitEndpoints("/b", 1);
        marathon().deleteApp("/b");
        watching.await(catalog -> catalog.find("/b") == null);
        app("/b", 1, "");
        watching.awaitEndpoints("/b", 1);
        int before = asked().size();
        marathon().scale("/b", 2);
        watching.awaitEndpoints("/b", 2);
        assertThat(asked().subList(before, asked().size())).contains("/v2/apps/b?embed=app.tasks&embed=app.readiness");
    }
}
