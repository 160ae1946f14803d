package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/** What the admin port tells of labels of our own. */
class OwnLabelAdminTest extends AdminFixture {

    private Wire ask() throws Exception {
        return Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .get("/");
    }

    @Test
    void whoWaitsIsInTheStatisticsTheMetricsAndTheApi() throws Exception {
        Semaphore mayAnswer = new Semaphore(0);
        try (Backend slow = Backend.of((wire, request) -> {
            mayAnswer.acquire();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return true;
        })) {
            publish(app(
                    "/web",
                    0,
                    Map.of(
                            "HAPROXY_0_MODE",
                            "http",
                            "LB_0_MAX_CONNECTIONS",
                            "1",
                            "LB_0_MAX_QUEUE",
                            "5",
                            "LB_0_TIMEOUT_QUEUE",
                            "1h"),
                    slow.endpoint()));
            try (Wire first = ask()) {
                Eventually.holds("it is there", () -> slow.requests.size() == 1);
                try (Wire second = ask();
                        Wire third = ask()) {
                    Eventually.holds("two wait", () -> cell("BACKEND", "qcur").equals("2"));
                    assertThat(cell("BACKEND", "qmax")).isEqualTo("2");
                    assertThat(cell("BACKEND", "qlimit")).isEqualTo("5");
                    assertThat(get("/metrics").body())
                            .contains("haproxy_backend_current_queue{proxy=\"web_" + port + "\"} 2\n")
                            .contains("lb_requests_waiting 2.0\n");
                    assertThat(get("/api/v1/services").body()).contains("\"waiting\":2");
                    mayAnswer.release(3);
                    assertThat(first.message().status()).isEqualTo(200);
                    assertThat(second.message().status()).isEqualTo(200);
                    assertThat(third.message().status()).isEqualTo(200);
                }
            }
            assertThat(cell("BACKEND", "qcur")).isEqualTo("0");
            assertThat(cell("BACKEND", "qmax")).isEqualTo("2");
        }
    }

    @Test
    void anOpenCircuitIsInTheMetricsTheApiAndTheProblems() throws Exception {
        publish(app(
                "/web",
                0,
                Map.of("HAPROXY_0_MODE", "http", "LB_0_CIRCUIT_BREAKER", "100% of 1, 1h", "LB_0_RETRIES", "0"),
                Endpoint.of("127.0.1.1", 1)));
        assertThat(get("/api/v1/services").body()).contains("\"circuit\":\"closed\"");
        assertThat(get("/metrics").body()).contains("lb_circuits_open 0.0\n");
        try (Wire client = ask()) {
            assertThat(client.message().status()).isEqualTo(503);
        }
        assertThat(get("/api/v1/services").body()).contains("\"circuit\":\"open\"");
        assertThat(get("/metrics").body()).contains("lb_circuits_open 1.0\n");
        assertThat(get("/api/v1/problems").body())
                .contains("label LB_0_CIRCUIT_BREAKER: open; requests get 503 at once");
    }

    @Test
    void aTaskThatStartsDownIsDownInTheStatisticsFromTheBeginning() throws Exception {
        Semaphore mayAnswer = new Semaphore(0);
        DeclaredCheck check =
                new DeclaredCheck("HTTP", "/health", 0, 0, Duration.ofHours(1), Duration.ofHours(1), 1_000_000);
        try (Backend slow = Backend.of((wire, request) -> {
            mayAnswer.acquire();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return true;
        })) {
            publish(app(
                    "/web",
                    0,
                    Map.of("HAPROXY_0_MODE", "http", "LB_0_START_DOWN", "true"),
                    List.of(check),
                    slow.endpoint()));
            assertThat(cell("BACKEND", "status")).isEqualTo("DOWN");
            assertThat(rows("status")).anyMatch(row -> row.contains("_127_0_0_1_") && row.endsWith(" DOWN"));
            try (Wire client = ask()) {
                assertThat(client.message().status()).isEqualTo(503);
            }
            mayAnswer.release(2);
            Eventually.holds("it has passed", () -> cell("BACKEND", "status").equals("UP"));
            try (Wire client = ask()) {
                assertThat(client.message().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void theLabelsAreAmongTheSettingsButForWhatMayBeSecret() throws Exception {
        publish(app(
                "/web",
                0,
                Map.of(
                        "HAPROXY_0_MODE",
                        "http",
                        "LB_0_BALANCE",
                        "maglev by hdr(X-User)",
                        "LB_0_REQUEST_HEADERS",
                        "set Authorization: Bearer geheim"),
                backend.endpoint()));
        assertThat(get("/api/v1/config").body())
                .contains("\"LB_0_BALANCE\":\"maglev by hdr(X-User)\"")
                .contains("\"LB_0_REQUEST_HEADERS\":\"***\"")
                .doesNotContain("geheim");
        assertThat(cell("BACKEND", "algo")).isEqualTo("maglev");
    }
}
