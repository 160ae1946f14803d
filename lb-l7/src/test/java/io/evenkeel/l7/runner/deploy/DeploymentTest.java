package io.evenkeel.l7.runner.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.marathon.MarathonCalls;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Load;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServicePort;
import io.evenkeel.l7.runner.AdminToken;
import io.evenkeel.l7.runner.L7Admin;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedTask;
import io.evenkeel.testing.marathon.TaskHealth;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Deployments at a simulated Marathon behind our proxy, with clients that go on asking. */
class DeploymentTest {

    private static final Duration LONG = Duration.ofHours(4); // of the shell's time
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String UNCHECKED = ", \"healthChecks\": []";
    private static final String BLUE = "/shop/web-blue";
    private static final String GREEN = "/shop/web-green";

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(settings -> {});

    private final ScriptedShell shell = new ScriptedShell();
    private final Transport transport = Transport.open(2);
    private final int port = TestServer.refusing().getPort();
    private final List<Load> loads = new ArrayList<>();
    private MarathonLbProxy proxy;
    private L7Admin admin;
    private LocalDateTime now = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

    @BeforeEach
    void start() {
        marathon.simulator().createApp("{\"id\": \"/other\", \"instances\": 0, \"cmd\": \"x\"}");
        proxy = MarathonLbProxy.builder(
                        MarathonDiscovery.of(config()), new MarathonLbOptions(Set.of("*"), true, false), transport)
                .http(Optional.empty())
                .appId(ANY)
                .serviceAddress("127.0.0.1")
                .build();
        admin = L7Admin.open(proxy, transport, ANY);
        Eventually.holds("the admin port is open", () -> admin.address() != null);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Load load : loads) {
            load.end();
        }
        admin.close();
        proxy.close();
        transport.close();
    }

    @Test
    void theFirstIsCreatedAsBlue() throws Exception {
        deploy(plan(DeployPlan.Kind.NEW, 0));
        assertThat(apps()).containsExactly(BLUE);
        assertThat(marathon.simulator()
                        .app(BLUE)
                        .definition()
                        .at("/labels/HAPROXY_APP_ID")
                        .asText())
                .isEqualTo("/shop/web");
        assertThat(shell.lines.get(0)).isEqualTo("creating /shop/web-blue with 3 of 3 tasks");
        assertThat(shell.lines.get(shell.lines.size() - 1)).startsWith("done: /shop/web-blue");
    }

    @Test
    void theNextTakesItsPlaceWithoutAFailedRequest() throws Exception {
        firstWithLoad();
        deploy(plan(DeployPlan.Kind.NEW, 0));
        assertThat(apps()).containsExactly(GREEN);
        assertThat(running(GREEN)).hasSize(3);
        assertServedBy("shop_web-green.");
        assertThat(shell.lines)
                .contains("creating /shop/web-green with 1 of 3 tasks")
                .contains("scaling /shop/web-green from 1 to 2")
                .contains("scaling /shop/web-green from 2 to 3")
                .contains("deleting /shop/web-blue");
        assertThat(shell.lines.get(shell.lines.size() - 1))
                .isEqualTo("done: /shop/web-green has taken the place of /shop/web-blue");
    }

    @Test
    void andBlueComesAfterGreenAtTheFirstPort() throws Exception {
        deploy(plan(DeployPlan.Kind.NEW, 0));
        deploy(plan(DeployPlan.Kind.NEW, 0));
        int alternative = servicePort(GREEN);
        assertThat(alternative).isNotEqualTo(port);
        deploy(plan(DeployPlan.Kind.NEW, 0));
        assertThat(apps()).containsExactly(BLUE);
        assertThat(servicePort(BLUE)).isEqualTo(port);
        assertThat(marathon.simulator().app(BLUE).definition().path("instances").asInt())
                .isEqualTo(3);
    }

    @Test
    void theHookHearsOfEveryTaskBeforeItIsKilled() throws Exception {
        deploy(plan(DeployPlan.Kind.NEW, 0));
        Set<String> blue = running(BLUE);
        deploy(plan(DeployPlan.Kind.NEW, 0, "/bin/hook"));
        Set<String> heard = new HashSet<>();
        for (List<String> command : shell.commands) {
            assertThat(command).hasSize(4).first().isEqualTo("/bin/hook");
            assertThat(command.get(1)).contains(BLUE);
            assertThat(command.get(3)).contains(GREEN);
            new ObjectMapper().readTree(command.get(2)).forEach(id -> heard.add(id.asText()));
        }
        assertThat(heard).isEqualTo(blue);
    }

    @Test
    void whatNeverGetsReadyIsDeletedAndTheOldIsAsItWas() throws Exception {
        firstWithLoad();
        Set<String> blue = running(BLUE);
        shell.atPause = () -> {
            if (setAside() > 0) { // the proxy does not mind readiness
                shell.jump(LONG);
            }
        };
        assertFails(
                Exit.NOT_UP,
                () -> deploy(
                        plan(DeployPlan.Kind.NEW, 0),
                        ", \"readinessChecks\": [{\"intervalSeconds\": 1}]",
                        ", \"SIM_READY\": \"false\""));
        assertThat(shell.lines).contains("rolling back: deleting /shop/web-green", "rolled back");
        Eventually.holds("only blue is left", () -> apps().equals(List.of(BLUE)));
        assertThat(running(BLUE)).isEqualTo(blue);
        assertServedBy("shop_web-blue.");
    }

    @Test
    void whatFailsHalfWayIsDeletedOnceTheOldIsWholeAgain() throws Exception {
        firstWithLoad();
        boolean[] failing = new boolean[1];
        shell.atLine = line -> {
            if (line.startsWith("scaling /shop/web-green")) {
                failing[0] = true;
                tasks(GREEN).forEach(task -> task.health(TaskHealth.DEAD));
            }
        };
        shell.atPause = () -> {
            if (failing[0] && running(GREEN).size() == 2 && active("shop_web-green.") == 1) {
                failing[0] = false;
                shell.jump(LONG);
            }
        };
        assertFails(Exit.NOT_UP, () -> deploy(plan(DeployPlan.Kind.NEW, 0)));
        assertThat(shell.lines)
                .anyMatch(line -> line.startsWith("failed: /shop/web-green: of 2 tasks "))
                .contains("rolling back: scaling /shop/web-blue from 2 to 3", "rolled back");
        Eventually.holds("only blue is left", () -> apps().equals(List.of(BLUE)));
        assertThat(running(BLUE)).hasSize(3);
        assertServedBy("shop_web-blue.");
    }

    @Test
    void oldTasksOfWhichNothingIsKnownComeBackInTheEnd() throws Exception {
        deploy(plan(DeployPlan.Kind.NEW, 0), UNCHECKED, "");
        shell.atLine = line -> shell.elsewhere |= line.startsWith("scaling /shop/web-green");
        shell.atPause = () -> {
            if (shell.elsewhere && running(GREEN).size() == 2) {
                shell.atPause = () -> {
                    if (running(BLUE).size() == 3 && active("shop_web-blue.") == 3) {
                        shell.jump(LONG);
                    }
                };
                shell.jump(LONG);
            }
        };
        assertFails(Exit.NOT_UP, () -> deploy(plan(DeployPlan.Kind.NEW, 0), UNCHECKED, ""));
        assertThat(shell.lines)
                .anyMatch(line -> line.startsWith("failed: /shop/web-green: "))
                .anyMatch(line -> line.startsWith("rolling back all the same: /shop/web-blue: nobody knows whether "))
                .contains("rolling back: scaling /shop/web-blue from 2 to 3", "rolled back");
        Eventually.holds("only blue is left", () -> apps().equals(List.of(BLUE)));
        assertThat(running(BLUE)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"http, false", "http, true", "tcp, false", "tcp, true"})
    void whatRunsWithoutChecksAndDoesNotListenTakesNobodysPlace(String mode, boolean elsewhere) throws Exception {
        String labels = ", \"HAPROXY_0_MODE\": \"" + mode + "\"";
        deploy(plan(DeployPlan.Kind.NEW, 0), UNCHECKED, labels);
        load(false); // in tcp, a connection that is kept alive stays where it is
        Set<String> blue = running(BLUE);
        shell.elsewhere = elsewhere;
        Set<String> green = new HashSet<>();
        shell.atPause = () -> {
            if (setAside() > 0) { // so the proxy has taken the new one in
                green.addAll(running(GREEN));
                int asked = loads.get(0).requests();
                Eventually.holds("clients go on", () -> loads.get(0).requests() > asked + 10);
                shell.jump(LONG);
            }
        };
        assertFails(
                Exit.NOT_UP,
                () -> deploy(plan(DeployPlan.Kind.NEW, 0), UNCHECKED, labels + ", \"SIM_LISTEN\": \"false\""));
        assertThat(green).hasSize(1);
        assertThat(shell.lines)
                .anyMatch(line -> line.startsWith("failed: /shop/web-green: ")
                        && line.contains(green.iterator().next() + " at 127.0.1.")
                        && line.contains("(expected: "))
                .contains("rolling back: deleting /shop/web-green", "rolled back");
        Eventually.holds("only blue is left", () -> apps().equals(List.of(BLUE)));
        assertThat(running(BLUE)).isEqualTo(blue);
        assertServedBy("shop_web-blue.");
    }

    @ParameterizedTest
    @CsvSource({"http, false", "http, true", "tcp, false", "tcp, true"})
    void whatListensWithoutChecksTakesTheOthersPlace(String mode, boolean elsewhere) throws Exception {
        String labels = ", \"HAPROXY_0_MODE\": \"" + mode + "\"";
        deploy(plan(DeployPlan.Kind.NEW, 0), UNCHECKED, labels);
        load(false); // in tcp, a connection that is kept alive stays where it is
        shell.elsewhere = elsewhere; // then the proxy has answers of them
        deploy(plan(DeployPlan.Kind.NEW, 0), UNCHECKED, labels);
        assertThat(apps()).containsExactly(GREEN);
        assertServedBy("shop_web-green.");
    }

    @Test
    void aFirstOneThatDoesNotComeUpIsDeleted() {
        shell.atPause = () -> {
            if (!running(BLUE).isEmpty()) {
                shell.jump(LONG);
            }
        };
        assertFails(
                Exit.NOT_UP,
                () -> deploy(
                        plan(DeployPlan.Kind.NEW, 0),
                        ", \"readinessChecks\": [{\"intervalSeconds\": 1}]",
                        ", \"SIM_READY\": \"false\""));
        Eventually.holds("it is gone", () -> apps().isEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            value = DeployPlan.Kind.class,
            names = {"COMPLETE_CURRENT", "COMPLETE_PREVIOUS"})
    void someAreReplacedAndLaterAllOrNone(DeployPlan.Kind kind) throws Exception {
        firstWithLoad();
        deploy(plan(DeployPlan.Kind.NEW, 1));
        assertThat(running(GREEN)).hasSize(1);
        Eventually.holds("two are left of blue", () -> running(BLUE).size() == 2);
        assertThat(shell.lines.get(shell.lines.size() - 1))
                .startsWith("done: /shop/web-green has 1 tasks, /shop/web-blue keeps 2");

        assertFails(Exit.UNKNOWN, () -> deploy(plan(DeployPlan.Kind.NEW, 0)));
        deploy(plan(kind, 0));
        boolean forward = kind == DeployPlan.Kind.COMPLETE_CURRENT;
        String winner = forward ? GREEN : BLUE;
        assertThat(apps()).containsExactly(winner);
        assertThat(running(winner)).hasSize(3);
        assertServedBy(forward ? "shop_web-green." : "shop_web-blue.");
    }

    @Test
    void aHookThatFailsLeavesEverythingForSomebodyToDecide() throws Exception {
        firstWithLoad();
        shell.exitCode = 7;
        assertFails(Exit.UNKNOWN, () -> deploy(plan(DeployPlan.Kind.NEW, 0, "/bin/hook")));
        assertThat(running(BLUE)).hasSize(3);
        assertThat(running(GREEN)).hasSize(1);
        deploy(plan(DeployPlan.Kind.RESUME, 0));
        assertThat(apps()).containsExactly(GREEN);
        assertServedBy("shop_web-green.");
    }

    @Test
    void whoSaysNoStopsIt() {
        shell.answer = question -> false;
        assertFails(Exit.STOPPED, () -> deploy(plan(DeployPlan.Kind.NEW, 0)));
        assertThat(shell.questions).containsExactly("Create /shop/web-blue?");
        assertThat(apps()).isEmpty();
    }

    @Test
    void aDryRunChangesNothing() throws Exception {
        DeployPlan dry =
                new DeployPlan(DeployPlan.Kind.NEW, 1, 0, 0, Duration.ofSeconds(1), LONG, Optional.empty(), true);
        deploy(dry);
        assertThat(apps()).isEmpty();
        assertThat(shell.lines).singleElement().asString().contains("\"HAPROXY_DEPLOYMENT_COLOUR\" : \"blue\"");
    }

    @Test
    void whatCannotBeSeenThroughIsNotBegun() {
        URI nowhere = URI.create("http://127.0.0.1:" + TestServer.refusing().getPort());
        assertFails(
                Exit.LOAD_BALANCER,
                () -> deployment(plan(DeployPlan.Kind.NEW, 0), new LoadBalancers(List.of(nowhere), Optional.empty()))
                        .run(definition("", "")));
        assertThat(apps()).isEmpty();
    }

    @Test
    void adminPortsThatAskForATokenGetIt() throws Exception {
        try (L7Admin guarded = L7Admin.builder(proxy, transport)
                .token(Optional.of(AdminToken.of("secret")))
                .guardReading(true)
                .open(ANY)) {
            Eventually.holds("the admin port is open", () -> guarded.address() != null);
            List<URI> there =
                    List.of(URI.create("http://127.0.0.1:" + guarded.address().getPort()));
            assertThat(new LoadBalancers(there, Optional.of(AdminToken.of("secret"))).look())
                    .hasSize(1);
            assertFails(Exit.LOAD_BALANCER, () -> new LoadBalancers(there, Optional.of(AdminToken.of("wrong"))).look());
        }
    }

    @Test
    void thereMustBeTwoToChooseFrom() {
        assertFails(Exit.BAD_ARGUMENTS, () -> deploy(plan(DeployPlan.Kind.COMPLETE_PREVIOUS, 0)));
    }

    @Test
    void withoutLoadBalancersMarathonsWordIsEnough() throws Exception {
        LoadBalancers none = new LoadBalancers(List.of(), Optional.empty());
        deployment(plan(DeployPlan.Kind.NEW, 0), none).run(definition("", ""));
        deployment(plan(DeployPlan.Kind.NEW, 0), none).run(definition("", ""));
        assertThat(apps()).containsExactly(GREEN);
    }

    /** Something that may fail. */
    private interface Attempt {

        void run() throws Exception;
    }

    private static void assertFails(Exit exit, Attempt attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        DeployException.class, e -> assertThat(e.exit()).isEqualTo(exit));
    }

    private void firstWithLoad() throws Exception {
        deploy(plan(DeployPlan.Kind.NEW, 0));
        load(true, false);
    }

    private void load(boolean... keptAlive) {
        Eventually.holds(
                "open",
                () -> proxy.boundAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)) != null);
        for (boolean keepAlive : keptAlive) {
            loads.add(new Load(port, keepAlive));
        }
    }

    private void assertServedBy(String prefix) throws InterruptedException {
        Eventually.holds("nobody else is there", () -> active("") == 3 && active(prefix) == 3 && setAside() == 0);
        loads.forEach(Load::forget);
        Eventually.holds("served", () -> loads.stream().allMatch(load -> load.requests() > 50));
        for (Load load : loads) {
            assertThat(load.end()).isEmpty();
            assertThat(load.served()).allMatch(task -> task.startsWith(prefix));
        }
    }

    private void deploy(DeployPlan plan) throws Exception {
        deploy(plan, "", "");
    }

    private void deploy(DeployPlan plan, String fields, String labels) throws Exception {
        URI lb = URI.create("http://127.0.0.1:" + admin.address().getPort());
        deployment(plan, new LoadBalancers(List.of(lb), Optional.empty())).run(definition(fields, labels));
    }

    private Deployment deployment(DeployPlan plan, LoadBalancers loadBalancers) {
        now = now.plusHours(1);
        return new Deployment(new MarathonApps(MarathonCalls.to(config())), loadBalancers, plan, shell, () -> now);
    }

    private Definition definition(String fields, String labels) throws Exception {
        return Definition.of(
                new ObjectMapper().readTree("""
                {"id": "/shop/web", "cmd": "x", "instances": 3, "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d}],
                 "healthChecks": [{"protocol": "HTTP", "path": "/health", "portIndex": 0, "intervalSeconds": 1}],
                 "labels": {"HAPROXY_DEPLOYMENT_GROUP": "web", "HAPROXY_DEPLOYMENT_ALT_PORT": "%d"%s}%s}
                """.formatted(port, port == 1 ? 2 : port - 1, labels, fields)));
    }

    private static DeployPlan plan(DeployPlan.Kind kind, int newInstances, String... hook) {
        Optional<String> first = hook.length == 0 ? Optional.empty() : Optional.of(hook[0]);
        return new DeployPlan(kind, 1, 0, newInstances, Duration.ofSeconds(1), LONG, first, false);
    }

    private MarathonConfig config() {
        return MarathonConfig.builder(marathon.simulator().uri()).build();
    }

    /** The applications of the deployment. */
    private List<String> apps() {
        return marathon.simulator().apps().stream()
                .filter(id -> id.startsWith("/shop/"))
                .toList();
    }

    private int servicePort(String id) {
        return marathon.simulator()
                .app(id)
                .definition()
                .at("/portDefinitions/0/port")
                .asInt();
    }

    private List<SimulatedTask> tasks(String id) {
        return marathon.simulator().tasks(id);
    }

    private Set<String> running(String id) {
        Set<String> running = new HashSet<>();
        for (SimulatedTask task : tasks(id)) {
            if (task.state().equals("TASK_RUNNING")) {
                running.add(task.id());
            }
        }
        return running;
    }

    private long active(String prefix) {
        return proxy.servicePorts().stream()
                .map(ServicePort::cluster)
                .flatMap(cluster -> cluster.state().active().stream())
                .map(EndpointStats::endpoint)
                .filter(endpoint -> endpoint.id().startsWith(prefix))
                .count();
    }

    private long setAside() {
        return proxy.servicePorts().stream()
                .mapToLong(served -> served.cluster().state().draining().size())
                .sum();
    }
}
