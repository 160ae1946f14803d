package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Load;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * marathon-lb's own {@code zdd.py} as it is, where there is a copy of it with the files beside it that it needs: where {@code
 * -Devenkeel.zdd=/path/to/zdd.py} says, or beside the project. {@link DeploymentProtocolTest} asks for the same without one.
 */
class ZddTest {

    private static final Path BESIDE = Path.of("../../shared/marathon-lb/zdd.py");
    private static final int PATIENCE_SECONDS = 25;
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension(settings -> {});

    @TempDir
    Path folder;

    private final int port = TestServer.refusing().getPort();
    private final List<Load> loads = new ArrayList<>();
    private final Transport transport = Transport.open(2);
    private Path script = BESIDE;
    private String python = "";
    private MarathonLbProxy proxy;
    private L7Admin admin;

    @BeforeEach
    void start() throws InterruptedException {
        find();
        proxy = MarathonLbProxy.builder(
                        MarathonDiscovery.of(
                                MarathonConfig.builder(marathon.simulator().uri())
                                        .build()),
                        new MarathonLbOptions(Set.of("external"), true, false),
                        transport)
                .http(Optional.empty())
                .appId(ANY)
                .serviceAddress("127.0.0.1")
                .build();
        admin = L7Admin.open(proxy, transport, ANY);
        Eventually.holds("the admin port is open", () -> admin.address() != null);
    }

    /* Whether Python has what the script imports, only it can tell. */
    private void find() throws InterruptedException {
        String named = System.getProperty("evenkeel.zdd");
        script = Path.of(named == null ? BESIDE.toString() : named)
                .toAbsolutePath()
                .normalize();
        if (named == null) {
            assumeTrue(Files.exists(script), "there is no " + script + ", and -Devenkeel.zdd names no other");
        }
        assertThat(script).as("-Devenkeel.zdd").isRegularFile();
        List<String> failures = new ArrayList<>();
        for (String candidate : List.of("python3", "/usr/bin/python3")) {
            String failure = run(candidate, "--help");
            if (failure.isEmpty()) {
                python = candidate;
                return;
            }
            failures.add(candidate + ": " + failure);
        }
        assertThat(named)
                .as("-Devenkeel.zdd, whose script no Python can run: %s", failures)
                .isNull();
        assumeTrue(false, () -> "no Python can run zdd.py: " + failures);
    }

    @AfterEach
    void close() throws InterruptedException {
        for (Load load : loads) {
            load.end();
        }
        if (admin != null) {
            admin.close();
            proxy.close();
        }
        transport.close();
    }

    @Test
    void threeBlueTasksBecomeThreeGreenOnesWithoutAFailedRequest() throws Exception {
        assertThat(deploy()).isEmpty();
        Eventually.holds(
                "blue is served",
                () -> active("web-blue.") == 3
                        && proxy.boundAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)) != null);
        loads.add(new Load(port, true));
        loads.add(new Load(port, false));

        assertThat(deploy()).isEmpty();

        assertThat(loads).allMatch(load -> load.served().stream().anyMatch(task -> task.startsWith("web-blue.")));
        assertThat(marathon.simulator().apps()).containsExactly("/web-green");
        Eventually.holds("only green is left", () -> active("web-green.") == 3 && active("") == 3);
        loads.forEach(Load::forget);
        Eventually.holds("green serves", () -> loads.stream().allMatch(load -> load.requests() > 50));
        for (Load load : loads) {
            assertThat(load.end()).isEmpty();
            assertThat(load.served()).allMatch(task -> task.startsWith("web-green."));
        }
    }

    /* In the shape that it understands: of portDefinitions it does not. */
    private String deploy() throws IOException, InterruptedException {
        Path app = Files.writeString(folder.resolve("app.json"), """
                {"id": "web", "instances": 3, "cmd": "x", "networks": [{"mode": "container/bridge"}],
                 "container": {"type": "DOCKER", "docker": {"image": "web"},
                               "portMappings": [{"containerPort": 8080, "hostPort": 0, "servicePort": %d}]},
                 "healthChecks": [{"protocol": "HTTP", "path": "/health", "portIndex": 0, "intervalSeconds": 1}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_DEPLOYMENT_GROUP": "web",
                            "HAPROXY_DEPLOYMENT_ALT_PORT": "%d"}}
                """.formatted(
                        port, TestServer.refusing().getPort()));
        return run(
                python,
                "--marathon",
                marathon.simulator().uri().toString(),
                "--marathon-lb",
                "http://127.0.0.1:" + admin.address().getPort(),
                "--json",
                app.toString(),
                "--force",
                "--step-delay",
                "1",
                "--max-wait",
                "10",
                "--syslog-socket",
                "/dev/null");
    }

    /** What it says if it fails, or cannot even begin; otherwise nothing. */
    private String run(String interpreter, String... flags) throws InterruptedException {
        Path log = folder.resolve("zdd.log");
        List<String> command = new ArrayList<>(List.of(interpreter, "-B", script.toString()));
        command.addAll(List.of(flags));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("NO_PROXY", "*");
        builder.environment().remove("DCOS_SERVICE_ACCOUNT_CREDENTIAL");
        try {
            Process process = builder.start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0
                    ? ""
                    : (ended ? "exit code " + process.exitValue() : "not done in " + PATIENCE_SECONDS + " s") + "\n"
                            + Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private long active(String prefix) {
        return proxy.servicePorts().stream()
                .flatMap(served -> served.cluster().state().active().stream())
                .filter(server -> server.endpoint().id().startsWith(prefix))
                .count();
    }
}
