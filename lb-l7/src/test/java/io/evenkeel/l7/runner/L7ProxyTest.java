package io.evenkeel.l7.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.TlsProvider;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.TrustedProxies;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class L7ProxyTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void takenAdminPortIsNoReasonNotToServeAndIsHadOnceItIsFree() throws Exception {
        ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (L7Proxy proxy =
                L7Proxy.start(StaticDiscovery.of(), settings((InetSocketAddress) holder.getLocalSocketAddress()))) {
            try (holder) {
                proxy.proxy().whenReady().toCompletableFuture().join();
                assertThat(proxy.adminAddress()).isNull();
                assertThat(answer(proxy.proxy().boundAddress(ANY))).startsWith("HTTP/1.1 503 ");
            }
            Eventually.holds("the admin port is open", () -> proxy.adminAddress() != null);
            assertThat(answer(proxy.adminAddress())).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void closedProxyLetsGoOfItsPorts() throws Exception {
        InetSocketAddress admin;
        InetSocketAddress appId;
        try (L7Proxy proxy = L7Proxy.start(StaticDiscovery.of(), settings(ANY))) {
            proxy.proxy().whenReady().toCompletableFuture().join();
            admin = proxy.adminAddress();
            appId = proxy.proxy().boundAddress(ANY);
        }
        for (InetSocketAddress address : List.of(admin, appId)) {
            try (ServerSocket again = new ServerSocket(address.getPort(), 1, address.getAddress())) {
                assertThat(again.isBound()).isTrue();
            }
        }
    }

    @Test
    void processServesAMarathonAndEndsWithZeroWhenItIsAskedTo() throws Exception {
        try (MarathonSimulator marathon = MarathonSimulator.builder().build().start()) {
            Process process = follow(marathon, 0, 0);
            try {
                awaitLine(process, "Following [" + marathon.uri() + "] for groups [external]");
                process.destroy();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void processBeginsANewAccessLogOnSigusr1(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("access.log");
        Path old = dir.resolve("access.log.1");
        int appId = AdminFixture.freePort();
        try (MarathonSimulator marathon = MarathonSimulator.builder().build().start()) {
            Process process = follow(marathon, appId, 0, "--access-log", file.toString());
            try {
                awaitLine(process, "Serving: ");
                InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), appId);
                answer(address);
                Eventually.holds("the request is told of", () -> size(file) > 0);
                assertThat(Files.readString(file)).contains(" marathon_http_appid_in marathon_http_appid_in/<NOSRV> ");
                Files.move(file, old);
                signal(process, "USR1");
                Eventually.holds("there is a new file", () -> Files.exists(file));
                answer(address);
                Eventually.holds("the next request is told of there", () -> size(file) > 0);
                assertThat(Files.readAllLines(old)).hasSize(1);
                process.destroy();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void processReadsMarathonAgainOnSighupAndGoesOn() throws Exception {
        assumeFalse(ignoresHangUp(), "SIGHUP is ignored here, as under nohup: then it is by every Java process below");
        int admin = AdminFixture.freePort();
        try (MarathonSimulator marathon = MarathonSimulator.builder().build().start()) {
            Process process = follow(marathon, 0, admin);
            try {
                awaitLine(process, "Serving: ");
                Eventually.holds("events are followed", () -> marathon.eventStreams() == 1);
                marathon.faults().silentStreams(true); // so that only who asks learns of it
                marathon.createApp("""
                        {"id": "/web", "instances": 1, "labels": {"HAPROXY_GROUP": "external"},
                         "portDefinitions": [{"port": 10000}]}
                        """);
                marathon.awaitTasks("/web", 1, Duration.ofSeconds(30));
                signal(process, "HUP");
                InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), admin);
                Eventually.holds(
                        "the application is known", () -> services(address).contains("\"application\":\"/web\""));
                process.destroy();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static boolean ignoresHangUp() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).trim(), 16) & 1) != 0);
    }

    @Test
    void processGoesOnServingForTheDrainDelayWhileItIsUnreadyAndASecondSignalEndsIt() throws Exception {
        int admin = AdminFixture.freePort();
        int appId = AdminFixture.freePort();
        try (MarathonSimulator marathon = MarathonSimulator.builder().build().start()) {
            Process process = follow(marathon, appId, admin, "--warm-up", "0", "--drain-delay", "86400");
            try {
                awaitLine(process, "Serving: ");
                InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), admin);
                assertThat(answer(address, "/readyz")).startsWith("HTTP/1.1 200 ");
                signal(process, "TERM");
                awaitLine(process, "connections are taken for another 86400 s");
                assertThat(answer(address, "/readyz"))
                        .startsWith("HTTP/1.1 503 ")
                        .endsWith("about to drain: new connections are taken for a moment\n");
                assertThat(answer(address)).startsWith("HTTP/1.1 503 ");
                assertThat(answer(new InetSocketAddress(InetAddress.getLoopbackAddress(), appId)))
                        .startsWith("HTTP/1.1 ");
                signal(process, "TERM");
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void listenersAreClosedWhenTheDelayIsOver() throws Exception {
        try (L7Proxy proxy = L7Proxy.start(StaticDiscovery.of(), settings(ANY))) {
            proxy.proxy().whenReady().toCompletableFuture().join();
            proxy.drain(Duration.ofSeconds(1), Duration.ZERO);
            assertThat(proxy.proxy().boundAddress(ANY)).isNull();
            assertThat(answer(proxy.adminAddress(), "/readyz")).contains("draining: no new connection is taken");
        }
    }

    private static String services(InetSocketAddress admin) {
        try {
            return answer(admin, "/api/v1/services");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(Process process, String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void processThatIsUsedWronglyEndsWithTwo() throws Exception {
        Process process = run("--group", "a", "--admin", "nowhere");
        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).contains("nowhere (expected: HOST:PORT");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    @Test
    void errorPagesOfTheDirectoryThatAFlagNamesAreShown(@TempDir Path dir) throws Exception {
        Files.writeString(dir.resolve("sorry.html"), "<h1>Sorry</h1>");
        int port = AdminFixture.freePort();
        Service suspended = new Service(
                "/web",
                "/web",
                "marathon",
                0,
                "",
                port,
                Protocol.TCP,
                Map.of("HAPROXY_0_MODE", "http", "LB_0_KEEP_WHEN_EMPTY", "true", "LB_0_ERROR_PAGE", "503=sorry.html"),
                Map.of(),
                List.of());
        StaticDiscovery discovery = StaticDiscovery.of();
        discovery.set(suspended, List.of());
        try (L7Proxy proxy = L7Proxy.start(discovery, settings(ANY, new Machine(Optional.of(dir), Locality.UNKNOWN)))) {
            proxy.proxy().whenReady().toCompletableFuture().join();
            assertThat(answer(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                    .startsWith("HTTP/1.1 503 ")
                    .endsWith("<h1>Sorry</h1>");
        }
    }

    private static L7Settings settings(InetSocketAddress admin) {
        return settings(admin, Machine.NONE);
    }

    private static L7Settings settings(InetSocketAddress admin, Machine machine) {
        return new L7Settings(
                MarathonConfig.builder(URI.create("http://127.0.0.1:1")).build(),
                List.of(),
                Optional.empty(),
                new MarathonLbOptions(Set.of("*"), false, false),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Entrances(TrustedProxies.DEFAULTS, TlsProvider.AUTO, false, false),
                Hardening.NONE,
                ClientLimits.NONE,
                Transport.Kind.AUTO,
                1,
                ANY,
                admin,
                Optional.empty(),
                false,
                Optional.empty(),
                Duration.ZERO,
                "127.0.0.1",
                machine,
                Duration.ZERO,
                Duration.ZERO,
                Optional.empty());
    }

    private static String answer(InetSocketAddress address) throws IOException {
        return answer(address, "/_haproxy_health_check");
    }

    private static String answer(InetSocketAddress address, String path) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    /** A process that follows a Marathon and binds nothing but these two ports and those of applications. */
    private static Process follow(MarathonSimulator marathon, int appId, int admin, String... more) throws IOException {
        List<String> flags = new ArrayList<>(List.of(
                "--marathon",
                marathon.uri().toString(),
                "--group",
                "external",
                "--dont-bind-http-https",
                "--app-id",
                "127.0.0.1:" + appId,
                "--admin",
                "127.0.0.1:" + admin));
        flags.addAll(List.of(more));
        return run(flags.toArray(String[]::new));
    }

    private static Process run(String... flags) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                L7ProxyMain.class.getName()));
        command.addAll(List.of(flags));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Reads the log up to a line. */
    private static void awaitLine(Process process, String wanted) throws IOException {
        List<String> lines = new ArrayList<>();
        BufferedReader log = process.inputReader(UTF_8);
        while (lines.isEmpty() || !lines.get(lines.size() - 1).contains(wanted)) {
            String line = log.readLine();
            if (line == null) {
                throw new AssertionError("ended before it said '" + wanted + "': " + lines);
            }
            lines.add(line);
        }
    }
}
