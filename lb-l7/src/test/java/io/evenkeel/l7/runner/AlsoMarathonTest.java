package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several Marathons behind one proxy, all over real sockets. */
class AlsoMarathonTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MarathonSimulator west =
            MarathonSimulator.builder().instantly().build().start();
    private final MarathonSimulator east = MarathonSimulator.builder()
            .instantly()
            .basicAuth("me", "geheim")
            .build()
            .start();
    private final int westPort = HardenedProxy.quietPort();
    private final int eastPort = HardenedProxy.quietPort();
    private HardenedProxy proxy;

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        if (proxy != null) {
            proxy.close();
        }
        west.close();
        east.close();
    }

    private void follow() throws IOException {
        Path credentials = Files.writeString(directory.resolve("east"), "me:geheim\n");
        proxy = HardenedProxy.following("--max-backoff 1 --marathon " + west.uri() + " --also-marathon east="
                + east.uri() + " --also-marathon-credentials east=" + credentials);
    }

    private static String deploy(MarathonSimulator marathon, String id, int port, String vhost) {
        marathon.createApp("""
                {"id": "%s", "instances": 1, "cmd": "./app", "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d, "protocol": "tcp"}],
                 "labels": {"HAPROXY_GROUP": "external", "HAPROXY_0_VHOST": "%s"}}
                """.formatted(id, port, vhost));
        return marathon.awaitTasks(id, 1, PATIENCE).get(0).id();
    }

    private static String task(InetSocketAddress at, String host, String... lines) {
        try {
            Wire.Message answer = get(at, host, lines);
            return answer.status() == 200 ? answer.value("X-Task") : Integer.toString(answer.status());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void await(String what, String task, InetSocketAddress at, String host, String... lines) {
        Eventually.holds(what, () -> task(at, host, lines).equals(task));
    }

    /** What the admin port tells of problems. */
    private String told() {
        try (Wire client = Wire.to(proxy.running.adminAddress())) {
            return client.send("GET /api/v1/problems HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .message()
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void applicationsOfAllAreServedAtEveryEntrance() throws Exception {
        String ours = deploy(west, "/web", westPort, "west.example");
        String theirs = deploy(east, "/web", eastPort, "east.example");
        String only = deploy(east, "/only", HardenedProxy.quietPort(), "only.example");
        follow();
        await("west's port", ours, service(westPort), "x");
        await("east's port", theirs, service(eastPort), "x");
        assertThat(task(proxy.http(), "west.example")).isEqualTo(ours);
        assertThat(task(proxy.http(), "east.example")).isEqualTo(theirs);
        assertThat(task(proxy.appId(), "x", "X-Marathon-App-Id: /web")).isEqualTo(ours);
        assertThat(task(proxy.appId(), "x", "X-Marathon-App-Id: /web@east")).isEqualTo(theirs);
        assertThat(task(proxy.appId(), "x", "X-Marathon-App-Id: /only")).isEqualTo(only);
        assertThat(proxy.problems()).isEmpty();
    }

    @Test
    void whatBothClaimIsReportedWithBothNames() throws Exception {
        String ours = deploy(west, "/web", westPort, "web.example");
        deploy(east, "/web", westPort, "web.example");
        follow();
        Eventually.holds("both are known", () -> proxy.problems().size() == 2);
        assertThat(proxy.problems()).extracting(Problem::subject).containsOnly("/web@east");
        assertThat(proxy.problems())
                .extracting(Problem::reason)
                .anyMatch(reason -> reason.startsWith(
                        "service port: " + westPort + " (expected: a port that /web of marathon does not have"))
                .anyMatch(reason -> reason.startsWith(
                        "virtual host: web.example (expected: one that /web of marathon does not have"));
        await("west has the port", ours, service(westPort), "x");
        await("west has the host", ours, proxy.http(), "web.example");
    }

    @Test
    void oneThatIsAwayDoesNotHurtTheOther() throws Exception {
        String ours = deploy(west, "/web", westPort, "west.example");
        String theirs = deploy(east, "/web", eastPort, "east.example");
        follow();
        await("west", ours, service(westPort), "x");
        await("east", theirs, service(eastPort), "x");
        east.faults().down(true);
        east.cutStreams();
        Eventually.holds("reported", () -> told().contains("\"reason\":\"east: "));
        assertThat(told()).contains("\"subject\":\"source\"");
        String more = deploy(west, "/more", HardenedProxy.quietPort(), "more.example");
        await("west goes on", more, proxy.http(), "more.example");
        assertThat(task(service(eastPort), "x")).isEqualTo(theirs);
        assertThat(task(service(westPort), "x")).isEqualTo(ours);
        east.faults().down(false);
        String later = deploy(east, "/later", HardenedProxy.quietPort(), "later.example");
        await("east is back", later, proxy.http(), "later.example");
        Eventually.holds("no longer reported", () -> told().equals("[]\n"));
    }

    @Test
    void oneThatIsAwayAtTheStartIsWaitedForByNobody() throws Exception {
        west.faults().down(true);
        String theirs = deploy(east, "/web", eastPort, "east.example");
        follow();
        await("east", theirs, service(eastPort), "x");
        west.faults().down(false);
        String ours = deploy(west, "/web", westPort, "west.example");
        await("west", ours, service(westPort), "x");
        assertThat(task(service(eastPort), "x")).isEqualTo(theirs);
        assertThat(task(proxy.appId(), "x", "X-Marathon-App-Id: /web")).isEqualTo(ours);
    }

    @Test
    void theyAreToldInTheConfigurationWithoutSecrets() throws Exception {
        Path credentials = Files.writeString(directory.resolve("east"), "me:geheim\n");
        L7Settings settings = HardenedProxy.settings("--marathon http://a:8080 --auth-credentials we:secret"
                + " --also-marathon east=http://b:8080,http://c:8080 --also-marathon north=http://d:8080"
                + " --also-marathon-credentials east=" + credentials);
        assertThat(settings.effective())
                .containsEntry("marathon", "http://a:8080")
                .containsEntry("also-marathon east", "http://b:8080 http://c:8080 with credentials")
                .containsEntry("also-marathon north", "http://d:8080");
        assertThat(settings.otherMarathons().get(1).credentials()).isEmpty(); // nobody gets those of another
        assertThat(settings.effective().toString()).doesNotContain("geheim", "secret");
    }

    @Test
    void wrongNamesAreNamed() {
        String first = "--also-marathon east=http://a:8080 ";
        assertWrong(
                first + "--also-marathon east=http://b:8080", "--also-marathon: east (expected: a name that no other");
        assertWrong(
                "--also-marathon marathon=http://a:8080", "--also-marathon: marathon (expected: a name that no other");
        assertWrong("--also-marathon http://a:8080", "name: '' (expected: NAME=URL");
        assertWrong("--also-marathon east=a:8080", "marathon: a:8080 (expected: a URL");
        assertWrong(first + "--also-marathon-credentials est=/f", "--also-marathon-credentials: est (expected: a name");
        assertWrong(first + "--also-marathon-credentials east", "credentials: (not shown) (expected: NAME=FILE)");
    }

    private static void assertWrong(String flags, String message) {
        assertThatThrownBy(() -> HardenedProxy.settings(flags)).hasMessageContaining(message);
    }
}
