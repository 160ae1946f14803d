package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.evenkeel.l4.testing.TestTransports#names")
class UpgradeTest {

    private static final String ASK = "GET /chat HTTP/1.1\r\nHost: web\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: WebSocket\r\nSec-WebSocket-Key: k\r\n\r\n";
    private static final String AGREE =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: a\r\n\r\n";
    private final HttpFixture fixture;

    UpgradeTest(String transport) {
        fixture = new HttpFixture(transport, HttpFixture.QUICK);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aWebSocketIsATunnelInBothDirections() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (Backend backend = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            asked.complete(wire.head());
            wire.send(AGREE + "hello");
            wire.in().transferTo(socket.getOutputStream());
        })) {
            fixture.endpoints(backend);
            try (Wire client = fixture.connect()) {
                client.send(ASK + "early");
                assertThat(new Wire.Message(asked.join(), "").value("Upgrade")).isEqualTo("websocket");
                assertThat(new Wire.Message(asked.join(), "").value("Connection"))
                        .isEqualTo("Upgrade");
                assertThat(asked.join()).contains("Sec-WebSocket-Key: k\r\n");
                Wire.Message agreed = new Wire.Message(client.head(), "");
                assertThat(agreed.status()).isEqualTo(101);
                assertThat(agreed.value("Connection")).isEqualTo("Upgrade");
                assertThat(agreed.value("Sec-WebSocket-Accept")).isEqualTo("a");
                assertThat(client.text(10)).isEqualTo("helloearly");
                String much = "0123456789".repeat(100_000);
                Thread sender =
                        new Thread(() -> assertThat(quietly(client, much)).isTrue());
                sender.start();
                assertThat(client.text(much.length())).isEqualTo(much);
                assertThat(fixture.endpoint(0).inFlight()).isOne();
            }
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    private static boolean quietly(Wire client, String text) {
        try {
            client.send(text);
            return true;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    @Test
    void nothingMoreOfTheClientPassesBeforeTheEndpointAgrees() throws Exception {
        CompletableFuture<Void> mayAnswer = new CompletableFuture<>();
        CompletableFuture<Integer> leaked = new CompletableFuture<>();
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    mayAnswer.join();
                    leaked.complete(wire.in().available());
                    wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                    Wire.Message next = wire.message();
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: " + next.target() + "\r\n\r\n");
                });
                Wire client = fixture.endpoints(backend).connect()) {
            String more = "GET /smuggled HTTP/1.1\r\nHost: web\r\n\r\n";
            client.send(ASK + more);
            Eventually.holds(
                    "all has arrived", () -> fixture.frontend.traffic().bytesIn() == ASK.length() + more.length());
            mayAnswer.complete(null);
            assertThat(client.message().status()).isEqualTo(403);
            assertThat(client.message().value("X")).isEqualTo("/smuggled");
            assertThat(leaked.join()).isZero();
        }
    }

    @Test
    void theEndpointMayEndTheTunnel() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE + "bye");
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(ASK).head();
            assertThat(client.rest()).isEqualTo("bye");
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    @Test
    void aClientThatHasEndedStillGetsAllThatTheEndpointSays() throws Exception {
        String much = "0123456789".repeat(1_000_000);
        CompletableFuture<String> said = new CompletableFuture<>();
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE);
                    said.complete(wire.rest());
                    wire.send(much);
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(ASK).head();
            client.send("that is all").endOutput();
            assertThat(said.get()).isEqualTo("that is all");
            assertThat(client.rest()).isEqualTo(much);
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @Test
    void evenIfItHadEndedBeforeTheEndpointAgreed() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    Eventually.holds(
                            "the proxy has read all",
                            () -> fixture.frontend.traffic().bytesIn() == ASK.length() + 5);
                    wire.send(AGREE + "hello ");
                    wire.send(wire.rest());
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(ASK + "early").endOutput();
            client.head();
            assertThat(client.rest()).isEqualTo("hello early");
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @Test
    void anEndpointThatHasEndedStillGetsAllThatTheClientSays() throws Exception {
        String much = "0123456789".repeat(1_000_000);
        CompletableFuture<String> said = new CompletableFuture<>();
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE + "that is all").endOutput();
                    said.complete(wire.rest());
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(ASK).head();
            assertThat(client.rest()).isEqualTo("that is all");
            client.send(much).endOutput();
            assertThat(said.get()).isEqualTo(much);
            fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
        }
    }

    @Test
    void halfATunnelIsNotKeptForAnEndpointThatTakesNoNoticeOfItsEnd() throws Exception {
        CompletableFuture<Void> over = new CompletableFuture<>();
        try (HttpFixture brief = new HttpFixture(HttpFixture.PATIENT.withServerTimeout(HttpFixture.LIMIT), null);
                Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE);
                    over.get();
                });
                Wire client = brief.endpoints(backend).connect()) {
            client.send(ASK).head();
            client.endOutput();
            brief.passUntilOutcome(0, Outcome.SUCCESS, 1);
            assertThat(client.rest()).isEmpty();
            over.complete(null);
        }
    }

    @Test
    void norForAClientThatTakesNoNotice() throws Exception {
        try (HttpFixture brief = new HttpFixture(HttpFixture.PATIENT.withClientTimeout(HttpFixture.LIMIT), null);
                Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE).endOutput();
                    wire.rest();
                });
                Wire client = brief.endpoints(backend).connect()) {
            client.send(ASK).head();
            brief.passUntilOutcome(0, Outcome.SUCCESS, 1);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void whoSpeaksToAnEndpointThatIsGoneIsToldSo() throws Exception {
        try (Backend backend = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    wire.send(AGREE + "bye");
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(ASK).head();
            assertThat(client.rest()).isEqualTo("bye");
            Eventually.holds("it is told", () -> !quietly(client, "is there anybody?"));
        }
        fixture.awaitOutcome(0, Outcome.SUCCESS, 1);
    }

    @Test
    void anUpgradeNobodyAskedForIsABadResponse() throws Exception {
        try (Backend backend = Backend.saying(AGREE)) {
            fixture.endpoints(backend);
            assertThat(fixture.get("/").status()).isEqualTo(502);
            fixture.awaitOutcome(0, Outcome.FAILURE, 1);
        }
    }

    @Test
    void anotherProtocolThanTheOneAskedForIsABadResponse() throws Exception {
        try (Backend backend = Backend.saying("HTTP/1.1 101 OK\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
                Wire client = fixture.endpoints(backend).connect()) {
            assertThat(client.send(ASK).message().status()).isEqualTo(502);
        }
    }

    @Test
    void otherUpgradesAreNotPassedOn() throws Exception {
        try (Backend backend = Backend.text("x");
                Wire client = fixture.endpoints(backend).connect()) {
            client.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
            assertThat(client.message().body()).isEqualTo("x");
            assertThat(backend.requests.get(0).head().toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("upgrade", "http2-settings", "connection:");
        }
    }

    @Test
    void aRefusedUpgradeThatIsCutShortCountsAgainstTheEndpoint() throws Exception {
        try (Backend backend = Backend.of((wire, request) -> {
                    wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nabc");
                    return false;
                });
                Wire client = fixture.endpoints(backend).connect()) {
            client.send(ASK).head();
            assertThat(client.rest()).isEqualTo("abc");
            fixture.awaitOutcome(0, Outcome.RESET, 1);
        }
    }
}
