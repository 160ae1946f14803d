package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {

    private final Transport transport = Transport.open(1);

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--hardened"})
    void requestsOfItsOwnAreAnsweredAndThenItIsOver(String flags) {
        try (WarmUp warmUp = new WarmUp(transport, HardenedProxy.settings("--warm-up 1 " + flags))) {
            warmUp.start();
            assertThat(warmUp.reason())
                    .hasValueSatisfying(reason -> assertThat(reason)
                            .startsWith("warming up: ")
                            .endsWith(" requests of its own, for at most 1 s"));
            Eventually.holds("it is over", () -> warmUp.reason().isEmpty());
            assertThat(warmUp.answered()).isPositive();
        }
    }

    @Test
    void noTimeIsNone() {
        try (WarmUp warmUp = new WarmUp(transport, HardenedProxy.settings("--warm-up 0"))) {
            warmUp.start();
            assertThat(warmUp.reason()).isEmpty();
            assertThat(warmUp.answered()).isZero();
        }
    }

    @Test
    void closingEndsIt() {
        WarmUp warmUp = new WarmUp(transport, HardenedProxy.settings("--warm-up 60"));
        warmUp.start();
        Eventually.holds("it has begun", () -> warmUp.answered() > 0);
        warmUp.close();
        assertThat(warmUp.reason()).isEmpty();
        Eventually.holds(
                "its threads end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("evenkeel-warm-up")));
    }

    @Test
    void whatIsClosedBeforeItBeginsNeverDoes() {
        WarmUp warmUp = new WarmUp(transport, HardenedProxy.settings("--warm-up 60"));
        warmUp.close();
        warmUp.start();
        assertThat(warmUp.reason()).isEmpty();
        assertThat(warmUp.answered()).isZero();
    }

    @Test
    void onlyReadinessKnowsOfIt(@TempDir Path dir) throws Exception {
        Path log = dir.resolve("access.log");
        int port = HardenedProxy.quietPort();
        try (Backend backend = Backend.text("hi");
                HardenedProxy proxy = new HardenedProxy("--warm-up 1 --access-log " + log)) {
            proxy.publish(app("/web", port, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
            assertThat(admin(proxy, "/_haproxy_health_check").status()).isEqualTo(200);
            assertThat(HardenedProxy.get(HardenedProxy.service(port), "web").body())
                    .isEqualTo("hi");
            Eventually.holds("it is ready", () -> admin(proxy, "/readyz").status() == 200);
            assertThat(admin(proxy, "/metrics").body())
                    .contains("\nhaproxy_process_requests_total 1\n", "\nhaproxy_process_connections_total 1\n")
                    .doesNotContain("warm");
            assertThat(admin(proxy, "/haproxy?stats;csv").body()).doesNotContain("warm");
            Eventually.holds("the request is told of", () -> lines(log) == 1);
        }
        assertThat(Files.readAllLines(log)).singleElement().asString().endsWith(" \"GET / HTTP/1.1\"");
    }

    private static Wire.Message admin(HardenedProxy proxy, String path) {
        try (Wire client = Wire.to(proxy.running.adminAddress())) {
            return client.get(path).message();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
