package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.marathon.Fault;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.ReceivedRequest;
import io.evenkeel.testing.marathon.SimulatedTask;
import io.evenkeel.testing.marathon.StandbyServer;
import io.evenkeel.testing.marathon.TaskHealth;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens between a Marathon and us, over real sockets. */
class MarathonScenarioTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String WEB = """
            {"id": "/shop/web", "instances": 2, "cmd": "serve", "networks": [{"mode": "host"}],
             "portDefinitions": [{"port": 10001, "name": "http", "protocol": "tcp", "labels": {"VIP_0": "/shop/web:80"}}],
             "labels": {"HAPROXY_GROUP": "external"}}
            """;

    @RegisterExtension
    final MarathonSimulatorExtension extension = new MarathonSimulatorExtension(settings -> settings.instantly()
            .realTasks(false)
            .heartbeat(Duration.ofMillis(200))
            .frameworkName("shopmarathon"));

    private final Watching watching = new Watching();
    private Discovery discovery;

    @AfterEach
    void close() {
        if (discovery != null) {
            discovery.close();
        }
    }

    private MarathonSimulator marathon() {
        return extension.simulator();
    }

    private MarathonConfig.Builder impatient(URI... hosts) {
        return MarathonConfig.builder(hosts)
                .responseTimeout(Duration.ofSeconds(1))
                .fetchTimeout(Duration.ofSeconds(2))
                .idleTimeout(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(200))
                .maxBackoff(Duration.ofMillis(300));
    }

    private MarathonDiscovery watch(MarathonConfig config) {
        MarathonDiscovery source = MarathonDiscovery.of(config);
        discovery = source;
        source.watch(watching);
        return source;
    }

    private void watchSimulator() throws InterruptedException {
        watchSimulator(impatient(marathon().uri()).build());
    }

    /* Only a stream that is reopened can bring news within a test's patience. */
    private void watchSimulatorWithoutPolling() throws InterruptedException {
        watchSimulator(impatient(marathon().uri())
                .pollInterval(Duration.ofMinutes(10))
                .reconcileInterval(Duration.ofMinutes(10))
                .build());
    }

    private void watchSimulator(MarathonConfig config) throws InterruptedException {
        marathon().createApp(WEB);
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        watch(config);
        watching.awaitEndpoints("/shop/web", 2);
    }

    private long fetches() {
        return marathon().requests().stream()
                .filter(request -> request.target().startsWith("/v2/apps?"))
                .count();
    }

    @Test
    void publishesAppsAsServices() throws InterruptedException {
        watchSimulator();
        Service service = watching.newest().find("/shop/web").service();
        assertThat(service.namespace()).isEqualTo("shopmarathon");
        assertThat(service.servicePort()).isEqualTo(10001);
        assertThat(service.labels()).containsEntry("HAPROXY_GROUP", "external");
        assertThat(service.portLabels()).containsEntry("VIP_0", "/shop/web:80");
        assertThat(watching.newest().find("/shop/web:http")).isNotNull();
        assertThat(watching.newest().find("/shop/web").endpoints())
                .extracting(Endpoint::id)
                .containsExactlyInAnyOrderElementsOf(marathon().tasks("/shop/web").stream()
                        .map(task -> task.id())
                        .toList());
    }

    @Test
    void opensTheStreamBeforeItReads() throws InterruptedException {
        watchSimulator();
        List<String> targets =
                marathon().requests().stream().map(ReceivedRequest::target).toList();
        assertThat(targets.get(0)).startsWith("/v2/events?plan-format=light&event_type=");
        assertThat(targets.get(1)).isEqualTo("/v2/info");
        assertThat(targets.get(2)).isEqualTo("/v2/apps?embed=apps.tasks&embed=apps.readiness");
    }

    @Test
    void followsScalingAndDeletion() throws InterruptedException {
        watchSimulator();
        marathon().scale("/shop/web", 4);
        watching.awaitEndpoints("/shop/web", 4);
        marathon().scale("/shop/web", 0);
        watching.awaitEndpoints("/shop/web", 0);
        assertThat(watching.newest().find("/shop/web")).isNotNull();
        marathon().createApp("{\"id\": \"/other\", \"instances\": 0, \"cmd\": \"x\"}");
        marathon().deleteApp("/shop/web");
        watching.await(catalog -> catalog.find("/shop/web") == null);
    }

    @Test
    void reconnectsAfterACutStreamAndSeesWhatItMissed() throws InterruptedException {
        watchSimulatorWithoutPolling();
        marathon().cutStreams();
        marathon().scale("/shop/web", 3);
        watching.awaitEndpoints("/shop/web", 3);
        marathon().scale("/shop/web", 1);
        watching.awaitEndpoints("/shop/web", 1);
    }

    @Test
    void reopensASilentStream() throws InterruptedException {
        watchSimulatorWithoutPolling();
        marathon().faults().silentStreams(true);
        marathon().scale("/shop/web", 3);
        watching.awaitEndpoints("/shop/web", 3);
    }

    @Test
    void keepsVerdictsWhileANewLeaderHasNone() throws InterruptedException {
        marathon().createApp(WEB.replace("\"labels\": {\"HAPROXY", "\"healthChecks\": [{}], \"labels\": {\"HAPROXY"));
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        watch(impatient(marathon().uri()).build());
        watching.await(catalog -> allAre(catalog, Health.HEALTHY));
        long before = fetches();
        marathon().abdicate();
        marathon().scale("/shop/web", 2);
        marathon().tasks("/shop/web").forEach(task -> task.health(TaskHealth.UNKNOWN));
        marathon()
                .createApp(
                        "{\"id\": \"/probe\", \"instances\": 1, \"cmd\": \"x\", \"portDefinitions\": [{\"port\": 0}]}");
        Catalog seen = watching.await(catalog -> catalog.find("/probe") != null);
        assertThat(allAre(seen, Health.HEALTHY)).isTrue();
        assertThat(fetches()).isGreaterThan(before);
    }

    private static boolean allAre(Catalog catalog, Health health) {
        List<Endpoint> endpoints = Watching.endpoints(catalog, "/shop/web");
        return endpoints.size() == 2 && endpoints.stream().allMatch(endpoint -> endpoint.health() == health);
    }

    @Test
    void followsAStandbysRedirectAndSendsCredentialsOnlyWhereItMay() throws InterruptedException {
        marathon().createApp(WEB);
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        StandbyServer standby = marathon().standby();
        URI leader = marathon().uri();
        watch(impatient(standby.uri()).credentials("me", "secret").build());
        watching.awaitEndpoints("/shop/web", 2);
        marathon().scale("/shop/web", 3);
        watching.awaitEndpoints("/shop/web", 3);
        assertThat(eventRequests())
                .isNotEmpty()
                .allMatch(request -> request.authorization().isEmpty());
        discovery.close();

        int before = eventRequests().size();
        Watching trusting = new Watching();
        discovery = MarathonDiscovery.of(
                impatient(standby.uri(), leader).credentials("me", "secret").build());
        discovery.watch(trusting);
        trusting.awaitEndpoints("/shop/web", 3);
        assertThat(eventRequests().subList(before, eventRequests().size()))
                .anyMatch(request -> !request.authorization().isEmpty());
    }

    private List<ReceivedRequest> eventRequests() {
        return marathon().requests().stream()
                .filter(request -> request.target().startsWith("/v2/events"))
                .toList();
    }

    @Test
    void waitsForAMarathonThatIsDownAtTheStart() throws InterruptedException {
        marathon().createApp(WEB);
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        marathon().faults().down(true);
        MarathonDiscovery source = watch(impatient(marathon().uri()).build());
        assertThat(watching.awaitFailure())
                .hasMessageContaining(marathon().uri().toString());
        assertThat(source.status().generation()).isZero();
        assertThat(source.status().sinceLastGoodAnswer()).isEmpty();
        marathon().faults().down(false);
        watching.awaitEndpoints("/shop/web", 2);
        assertThat(source.status().generation()).isEqualTo(1);
        assertThat(source.status().sinceLastGoodAnswer()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DOWN", "ERROR_500", "APPS_ERROR_500", "HTML_502", "HANG", "GARBAGE", "TRUNCATED"})
    void aFaultKeepsTheEndpointsAndPassesWithItsCause(Fault fault) throws InterruptedException {
        watchSimulator();
        marathon().faults().set(fault, true);
        marathon().cutStreams();
        watching.awaitFailure();
        assertThat(Watching.endpoints(watching.newest(), "/shop/web")).hasSize(2);
        marathon().faults().clear();
        marathon().scale("/shop/web", 3);
        watching.awaitEndpoints("/shop/web", 3);
    }

    @Test
    void saysThatItIsOverAlsoIfNothingChanged() throws InterruptedException {
        watchSimulator();
        marathon().faults().error500(true);
        marathon().cutStreams();
        watching.awaitFailure();
        marathon().faults().clear();
        assertThat(watching.await(catalog -> true).find("/shop/web").endpoints())
                .hasSize(2);
    }

    @Test
    void anEmptyAnswerMustBeGivenForAWhile() throws InterruptedException {
        watchSimulator(impatient(marathon().uri())
                .emptyPatience(Duration.ofMillis(900))
                .build());
        marathon().faults().emptyList(true);
        long before = fetches();
        marathon().cutStreams();
        watching.await(Catalog::isEmpty);
        assertThat(fetches() - before).isGreaterThanOrEqualTo(3);
        marathon().faults().clear();
        marathon().scale("/shop/web", 3);
        watching.awaitEndpoints("/shop/web", 3);
    }

    @Test
    void aBurstOfEventsCostsAFewReads() throws InterruptedException {
        watchSimulator();
        long before = fetches();
        for (int i = 0; i < 200; i++) {
            marathon().emit("status_update_event", "{\"taskId\": \"x" + i + "\"}");
        }
        marathon()
                .createApp(
                        "{\"id\": \"/last\", \"instances\": 1, \"cmd\": \"x\", \"portDefinitions\": [{\"port\": 0}]}");
        watching.awaitEndpoints("/last", 1);
        assertThat(fetches() - before).isLessThanOrEqualTo(5);
    }

    @Test
    void goesRoundADeadFirstHost() throws Exception {
        marathon().createApp(WEB);
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        URI dead;
        try (ServerSocket socket = new ServerSocket(0)) {
            dead = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        watch(impatient(dead, marathon().uri()).build());
        watching.awaitEndpoints("/shop/web", 2);
        marathon().scale("/shop/web", 3);
        watching.awaitEndpoints("/shop/web", 3);
    }

    @Test
    void goesRoundAHostThatAcceptsAndStaysSilent() throws Exception {
        marathon().createApp(WEB);
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        try (ServerSocket silent = new ServerSocket(0)) {
            URI host = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            MarathonDiscovery source = watch(impatient(host, marathon().uri()).build());
            watching.awaitEndpoints("/shop/web", 2);
            while (source.status().connectedHost().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(source.status().connectedHost())
                    .contains(marathon().uri().getAuthority());
        }
    }

    @Test
    void authenticates() throws InterruptedException {
        try (MarathonSimulator guarded = MarathonSimulator.builder()
                .instantly()
                .realTasks(false)
                .basicAuth("me", "secret")
                .build()
                .start()) {
            guarded.createApp(WEB);
            guarded.awaitTasks("/shop/web", 2, PATIENCE);
            MarathonDiscovery refused = watch(impatient(guarded.uri()).build());
            assertThat(watching.awaitFailure()).hasMessageContaining("status 401");
            refused.close();
            Watching allowed = new Watching();
            discovery = Discovery.of(
                    URI.create("marathon://me:secret@" + guarded.uri().getAuthority()));
            discovery.watch(allowed);
            allowed.awaitEndpoints("/shop/web", 2);
        }
    }

    @Test
    void anUnreachableTaskStaysListedAndSaysSo() throws InterruptedException {
        marathon()
                .createApp(WEB.replace(
                        "\"instances\": 2",
                        "\"instances\": 2, \"unreachableStrategy\":"
                                + " {\"inactiveAfterSeconds\": 300, \"expungeAfterSeconds\": 600}"));
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        watch(impatient(marathon().uri()).build());
        watching.awaitEndpoints("/shop/web", 2);
        marathon().tasks("/shop/web").get(0).unreachable();
        watching.await(
                catalog -> states(catalog).containsAll(List.of(EndpointState.UNREACHABLE, EndpointState.RUNNING)));
        marathon().tasks("/shop/web").get(0).reachable();
        watching.await(catalog -> Set.copyOf(states(catalog)).equals(Set.of(EndpointState.RUNNING)));
    }

    @Test
    void anUnreachableTaskThatNobodyWaitsForIsReplaced() throws InterruptedException {
        watchSimulator();
        String gone = marathon().tasks("/shop/web").get(0).id();
        marathon().tasks("/shop/web").get(0).unreachable();
        watching.await(catalog -> {
            List<Endpoint> endpoints = Watching.endpoints(catalog, "/shop/web");
            return endpoints.size() == 2
                    && endpoints.stream().noneMatch(one -> one.id().equals(gone));
        });
    }

    private static List<EndpointState> states(Catalog catalog) {
        return Watching.endpoints(catalog, "/shop/web").stream()
                .map(Endpoint::state)
                .toList();
    }

    @Test
    void asksTheLeaderOfAnOldServerForTheStreamThatAStandbyPassesOn() throws InterruptedException {
        try (MarathonSimulator old = MarathonSimulator.builder()
                .instantly()
                .realTasks(false)
                .oldServer(true)
                .build()
                .start()) {
            old.createApp(WEB);
            old.awaitTasks("/shop/web", 2, PATIENCE);
            MarathonDiscovery source = watch(impatient(old.standby().uri())
                    .pollInterval(Duration.ofMinutes(10))
                    .reconcileInterval(Duration.ofMinutes(10))
                    .build());
            watching.awaitEndpoints("/shop/web", 2);
            assertThat(source.status().connectedHost()).contains(old.uri().getAuthority());
            old.scale("/shop/web", 3);
            watching.awaitEndpoints("/shop/web", 3);
            old.abdicate();
            old.scale("/shop/web", 1);
            watching.awaitEndpoints("/shop/web", 1);
        }
    }

    @Test
    void aListenerThatBlocksDoesNotStopTheStreamFromBeingRead() throws InterruptedException {
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        marathon().createApp(WEB);
        MarathonDiscovery source = watch(
                impatient(marathon().uri()).idleTimeout(Duration.ofSeconds(30)).build());
        watching.awaitEndpoints("/shop/web", 2);
        source.watch(catalog -> {
            if (Watching.endpoints(catalog, "/shop/web").size() == 3) {
                heard.countDown();
                awaitQuietly(open);
            }
        });
        marathon().scale("/shop/web", 3);
        assertThat(heard.await(30, TimeUnit.SECONDS)).isTrue();
        String padding = "x".repeat(2000); // more than there is room for between the two
        for (int i = 0; i < 5000; i++) {
            marathon().emit("status_update_event", "{\"appId\": \"/shop/web\", \"n\": \"" + padding + i + "\"}");
            while (marathon().backlog() > 512) { // Marathon cuts a client off that has not taken 1024
                Thread.onSpinWait();
            }
        }
        marathon().scale("/shop/web", 1);
        open.countDown();
        watching.awaitEndpoints("/shop/web", 1);
        assertThat(marathon().requests().stream().filter(r -> r.target().startsWith("/v2/events")))
                .hasSize(1);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aTaskThatCrashesAgainAndAgainTakesNothingElseAway() throws InterruptedException {
        marathon().createApp(WEB);
        marathon().awaitTasks("/shop/web", 2, PATIENCE);
        watch(impatient(marathon().uri()).build());
        watching.awaitEndpoints("/shop/web", 2);
        String steady = marathon().tasks("/shop/web").get(0).id();
        for (int i = 0; i < 5; i++) {
            SimulatedTask crashing = marathon().tasks("/shop/web").stream()
                    .filter(task -> !task.id().equals(steady))
                    .findFirst()
                    .orElseThrow();
            crashing.crash();
            Catalog next = watching.await(catalog -> {
                List<String> running = Watching.endpoints(catalog, "/shop/web").stream()
                        .filter(endpoint -> endpoint.state() == EndpointState.RUNNING)
                        .map(Endpoint::id)
                        .toList();
                return running.size() == 2 && !running.contains(crashing.id());
            });
            assertThat(Watching.endpoints(next, "/shop/web"))
                    .extracting(Endpoint::id)
                    .contains(steady);
        }
    }

    @Test
    void readsAGeneratedClusterAndAChangeInIt() throws InterruptedException {
        marathon().populate(100, 3);
        marathon().awaitDeployments(PATIENCE);
        watch(impatient(marathon().uri()).build());
        Catalog all = watching.await(catalog -> catalog.snapshots().size() == 100);
        assertThat(all.problems()).isEmpty();
        assertThat(all.snapshots()).allMatch(snapshot -> snapshot.endpoints().size() == 3);
        marathon().scale("/team-7/service-57", 4);
        watching.awaitEndpoints("/team-7/service-57", 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingEndsSocketsAndThreadsAlsoWhileMarathonHangs(boolean hangs) throws InterruptedException {
        watchSimulator();
        Set<Thread> threads = ownThreads();
        assertThat(threads).isNotEmpty().allMatch(Thread::isDaemon);
        if (hangs) {
            long before = marathon().requests().size();
            marathon().faults().hang(true);
            marathon().emit("deployment_success", "{}");
            while (marathon().requests().size() == before) {
                Thread.onSpinWait();
            }
        }
        discovery.close();
        discovery.close();
        for (Thread thread : threads) {
            thread.join(PATIENCE.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
        while (marathon().eventStreams() > 0) {
            Thread.onSpinWait();
        }
    }

    /* Threads of the HTTP client's own end with the client, which the collector decides about. */
    private static Set<Thread> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("evenkeel-marathon-control")
                        || thread.getName().startsWith("evenkeel-marathon-fetch"))
                .collect(Collectors.toSet());
    }
}
