package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.l7.marathonlb.ServicePort;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --routes}: services of a file beside a Marathon's, all over real sockets. */
class RoutesFlagTest {

    private final MarathonSimulator marathon =
            MarathonSimulator.builder().instantly().build().start();
    private final Backend first = Backend.text("first");
    private final Backend second = Backend.text("second");
    private final int appPort = HardenedProxy.quietPort();
    private final int filePort = HardenedProxy.quietPort();
    private HardenedProxy proxy;

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        if (proxy != null) {
            proxy.close();
        }
        marathon.close();
        first.close();
        second.close();
    }

    private Path file() {
        return directory.resolve("routes.json");
    }

    /* At once, as whoever writes such a file should do it. */
    private void write(String... entries) throws IOException {
        Path next = Files.writeString(directory.resolve("next"), "[" + String.join(",", entries) + "]");
        Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String entry(String name, Backend backend, String labels) {
        return """
                {"targets": ["127.0.0.1:%d"], "labels": {"service": "%s", "HAPROXY_GROUP": "external"%s}}""".formatted(backend.address().getPort(), name, labels);
    }

    private void deploy(String id, String vhost) {
        marathon.createApp("""
                {"id": "%s", "instances": 1, "cmd": "./app", "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d, "protocol": "tcp"}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "%s"}}
                """.formatted(id, appPort, vhost));
        marathon.awaitTasks(id, 1, Duration.ofSeconds(30));
    }

    private void follow() {
        proxy = HardenedProxy.following(flags("--group external"));
    }

    private String flags(String more) {
        return "--max-backoff 1 --marathon " + marathon.uri() + " --routes " + file() + " " + more;
    }

    private static String body(@Nullable InetSocketAddress at, String host, String... lines) {
        if (at == null) {
            return "not open yet";
        }
        try {
            return get(at, host, lines).body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void await(String host, String body) {
        Eventually.holds(host + " is " + body, () -> body(proxy.http(), host).contains(body));
    }

    /** What the admin port tells of problems. */
    private List<String> problems() {
        try (Wire client = Wire.to(proxy.running.adminAddress())) {
            String body = client.send("GET /api/v1/problems HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .message()
                    .body();
            List<String> problems = new ArrayList<>();
            for (JsonNode problem : new ObjectMapper().readTree(body)) {
                problems.add(problem.path("subject").asText() + ": "
                        + problem.path("reason").asText());
            }
            return problems;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitProblem(String text) {
        Eventually.holds(text, () -> problems().stream().anyMatch(problem -> problem.contains(text)));
    }

    @Test
    void labelsOfTheFileMeanWhatThoseOfMarathonMean() throws Exception {
        deploy("/web", "web.example");
        write(
                entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\", \"HAPROXY_0_PATH\": \"/\""),
                entry("api", second, ", \"HAPROXY_0_PORT\": \"" + filePort + "\", \"HAPROXY_0_MODE\": \"http\""),
                entry("not", first, ", \"HAPROXY_GROUP\": \"internal\", \"HAPROXY_0_VHOST\": \"not.example\""));
        follow();
        await("old.example", "first");
        await("web.example", "from task web");
        Eventually.holds("the port", () -> body(service(filePort), "x").equals("second"));
        assertThat(body(proxy.appId(), "x", "X-Marathon-App-Id: old")).isEqualTo("first");
        assertThat(body(proxy.appId(), "x", "X-Marathon-App-Id: api@routes")).isEqualTo("second");
        assertThat(get(proxy.http(), "not.example").status()).isEqualTo(503);
        assertThat(proxy.running.proxy().servicePorts())
                .extracting(port -> port.port().name())
                .containsExactlyInAnyOrder("web_" + appPort, "old", "api_" + filePort);
        assertThat(problems()).isEmpty();
    }

    @Test
    void aServiceWithoutAPortOfItsOwnOpensNone() throws Exception {
        write(
                entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""),
                entry("new", second, ", \"HAPROXY_0_VHOST\": \"new.example\""),
                entry("neither", first, ""));
        follow();
        await("old.example", "first");
        await("new.example", "second"); // that neither has a port is no claim of the same one
        for (ServicePort port : proxy.running.proxy().servicePorts()) {
            assertThat(port.port().listen().isOpened()).isFalse();
            assertThat(proxy.running.proxy().listeners()).doesNotContainKey(port);
        }
        assertThat(proxy.running.proxy().listeners()).isNotEmpty();
        assertThat(problems())
                .singleElement()
                .asString()
                .contains("neither@routes", "service port: none (expected: label HAPROXY_0_PORT, or HAPROXY_0_VHOST");
    }

    @Test
    void changesApplyInPlaceAndABadFileChangesNothing() throws Exception {
        deploy("/web", "web.example");
        write(entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""));
        follow();
        await("old.example", "first");
        write(entry("old", second, ", \"HAPROXY_0_VHOST\": \"old.example,new.example\""));
        await("old.example", "second");
        await("new.example", "second");
        Files.writeString(file(), "[{\"targets\": ");
        awaitProblem("routes: " + file());
        assertThat(problems()).anyMatch(problem -> problem.contains("what was known before counts"));
        await("old.example", "second");
        await("web.example", "from task web");
        write(
                entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""),
                "{\"labels\": {}}",
                entry("bad", first, ", \"HAPROXY_0_MODE\": \"smtp\", \"HAPROXY_0_VHOST\": \"bad.example\""));
        await("old.example", "first"); // one bad entry hurts no other
        awaitProblem("entry 1@routes: targets: missing");
        awaitProblem("bad@routes: label HAPROXY_0_MODE: smtp");
        assertThat(problems()).noneMatch(problem -> problem.contains("what was known before counts"));
        write(entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""));
        Eventually.holds("no problem is left", () -> problems().isEmpty());
        Eventually.holds(
                "a host that nobody has",
                () -> body(proxy.http(), "new.example").contains("503"));
    }

    @Test
    void whatMarathonsApplicationsHaveTheFileDoesNotTake() throws Exception {
        deploy("/web", "web.example");
        write(entry(
                "web",
                first,
                ", \"HAPROXY_0_VHOST\": \"web.example,own.example\", \"HAPROXY_0_PORT\": \"" + appPort + "\""));
        follow();
        await("own.example", "first");
        await("web.example", "from task web");
        awaitProblem("web@routes: service port: " + appPort + " (expected: a port that /web of marathon does not have");
        awaitProblem("web@routes: virtual host: web.example (expected: one that /web of marathon does not have");
        assertThat(body(service(appPort), "x")).contains("from task web");
    }

    @Test
    void itIsServedWhileMarathonIsAwayAndWhenItComesLater() throws Exception {
        marathon.faults().down(true);
        write(entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""));
        follow();
        await("old.example", "first");
        marathon.faults().down(false);
        deploy("/web", "web.example");
        await("web.example", "from task web");
        await("old.example", "first");
    }

    @Test
    void aFileThatIsNotThereYetKeepsNobodyWaiting() throws Exception {
        deploy("/web", "web.example");
        follow();
        await("web.example", "from task web");
        awaitProblem("routes: " + file());
        write(entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""));
        await("old.example", "first");
    }

    @Test
    void theDryRunTellsOfIt() throws Exception {
        deploy("/web", "web.example");
        write(entry("old", first, ", \"HAPROXY_0_VHOST\": \"old.example\""), entry("neither", second, ""));
        StringWriter out = new StringWriter();
        int code = L7ProxyMain.commandLine(settings -> {
                    throw new AssertionError("serves");
                })
                .setOut(new PrintWriter(out))
                .execute(flags("--group external --dry").split(" +"));
        assertThat(out.toString())
                .contains("    routes " + file() + "\n", "listen web_" + appPort + "\n")
                .contains("listen old\n    service old@routes\n    bind none\n", "    vhosts old.example\n")
                .contains("127.0.0.1:" + first.address().getPort() + " weight 1\n")
                .contains("# problem: neither@routes: service port: none");
        assertThat(code).isZero();
    }

    @Test
    void itsNameIsNoMarathons() {
        assertThatThrownBy(() -> HardenedProxy.settings("--also-marathon routes=http://a:8080"))
                .hasMessageContaining("--also-marathon: routes (expected: a name that no other");
    }
}
