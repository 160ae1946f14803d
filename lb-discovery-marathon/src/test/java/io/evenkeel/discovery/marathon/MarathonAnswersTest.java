package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is made of answers that a simulator of a sane Marathon does not give. */
class MarathonAnswersTest {

    private static final String ONE_APP = "{\"apps\": [{\"id\": \"/a\", \"ports\": [10000], \"tasks\": [{\"id\": \"t\","
            + "\"host\": \"127.0.0.1\", \"ports\": [31000]}]}]}";

    private final Watching watching = new Watching();
    private ScriptedMarathon marathon;
    private MarathonDiscovery discovery;

    @BeforeEach
    void start() throws IOException {
        marathon = new ScriptedMarathon();
        marathon.apps(ONE_APP);
    }

    @AfterEach
    void stop() {
        discovery.close();
        marathon.close();
    }

    private void watch(long maxBytes) {
        discovery = MarathonDiscovery.of(MarathonConfig.builder(marathon.uri())
                .maxAnswerBytes(maxBytes)
                .maxBackoff(Duration.ofMillis(200))
                .build());
        discovery.watch(watching);
    }

    private void watch() {
        watch(1_000_000);
    }

    @Test
    void takesTheFrameworksNameAsNamespace() throws InterruptedException {
        watch();
        watching.awaitEndpoints("/a", 1);
        assertThat(watching.newest().find("/a").service().namespace()).isEqualTo("scripted");
    }

    @Test
    void publishesWithTheDefaultNameIfThereIsNoInfo() throws InterruptedException {
        marathon.info(500, "{}");
        watch();
        watching.awaitEndpoints("/a", 1);
        assertThat(watching.newest().find("/a").service().namespace()).isEqualTo("marathon");
    }

    @Test
    void publishesWithTheDefaultNameIfInfoDoesNotTell() throws InterruptedException {
        marathon.info(200, "[]");
        watch();
        watching.awaitEndpoints("/a", 1);
        assertThat(watching.newest().find("/a").service().namespace()).isEqualTo("marathon");
    }

    @Test
    void readsGzip() throws InterruptedException {
        marathon.gzip();
        watch();
        watching.awaitEndpoints("/a", 1);
    }

    @Test
    void refusesAnAnswerThatIsTooLargeAlsoIfItIsSmallWhenZipped() throws InterruptedException {
        marathon.gzip();
        marathon.apps("{\"x\": \"" + " ".repeat(100_000) + "\", \"apps\": []}");
        watch(50_000);
        assertThat(watching.awaitFailure()).hasMessageContaining("longer than 50000 bytes");
    }

    @Test
    void refusesAnswersThatAreNotJson() throws InterruptedException {
        marathon.contentType("text/html");
        watch();
        assertThat(watching.awaitFailure())
                .hasMessage(marathon.uri() + "/v2/info: content type text/html (expected: application/json)");
    }

    @Test
    void saysInWordsThatThereIsNoConnection() throws InterruptedException {
        marathon.close();
        watch();
        assertThat(watching.awaitFailure())
                .hasMessageContaining(marathon.uri().toString())
                .hasMessageEndingWith(": no connection");
    }

    @Test
    void refusesAnAnswerWithoutApps() throws InterruptedException {
        watch();
        watching.awaitEndpoints("/a", 1);
        marathon.apps("{\"message\": \"no leader\"}");
        assertThat(watching.awaitFailure()).hasMessageContaining("apps: missing");
        assertThat(Watching.endpoints(watching.newest(), "/a")).hasSize(1);
    }

    @Test
    void reportsAnAppThatCannotBeUnderstoodBesideTheOthers() throws InterruptedException {
        marathon.apps(ONE_APP.replace("[{\"id\": \"/a\"", "[{\"id\": []}, {\"id\": \"/a\""));
        watch();
        watching.awaitEndpoints("/a", 1);
        assertThat(watching.newest().problems()).hasSize(1);
    }

    @Test
    void keepsTheEndpointsIfNoAppCanBeUnderstood() throws InterruptedException {
        watch();
        watching.awaitEndpoints("/a", 1);
        marathon.apps("{\"apps\": [{\"id\": []}, {\"id\": {}}]}");
        Catalog catalog = watching.await(next -> next.problems().size() == 2);
        assertThat(catalog.problems().get(0)).hasToString("apps[0]: id: missing (expected: a path)");
        assertThat(Watching.endpoints(catalog, "/a")).hasSize(1);
    }

    @Test
    void doesNotPublishTheSameAgain() throws InterruptedException {
        watch();
        watching.awaitEndpoints("/a", 1);
        long before = discovery.status().fetches();
        marathon.event("status_update_event");
        while (discovery.status().fetches() == before) {
            Thread.onSpinWait();
        }
        marathon.apps(ONE_APP.replace("31000", "31001"));
        watching.await(catalog -> true);
        assertThat(discovery.status().generation()).isEqualTo(2);
    }

    @Test
    void anEventOfAHundredMegabytesIsSkippedAndCounts() throws Exception {
        watch();
        watching.awaitEndpoints("/a", 1);
        marathon.appsUnheard(ONE_APP.replace("31000", "31001"));
        marathon.hugeEvent("deployment_success", 100);
        watching.await(
                catalog -> Watching.endpoints(catalog, "/a").get(0).address().getPort() == 31001);
        marathon.apps(ONE_APP.replace("31000", "31002"));
        watching.await(
                catalog -> Watching.endpoints(catalog, "/a").get(0).address().getPort() == 31002);
    }
}
