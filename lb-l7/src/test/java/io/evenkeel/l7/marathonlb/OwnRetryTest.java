package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The labels for trying again, over real sockets. */
class OwnRetryTest {

    private static final String POST = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc";

    private final OwnLabelFixture fixture = new OwnLabelFixture();
    private final Backend good = Backend.text("ok");
    private final Backend busy = Backend.saying("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\nX-Busy: 1\r\n\r\nbusy");

    @AfterEach
    void close() {
        fixture.close();
        good.close();
        busy.close();
    }

    @Test
    void aResponseWithAStatusOfTheListIsThrownAwayForAnother() throws Exception {
        fixture.serve(List.of(busy, good), "LB_0_RETRY_ON", "503, 504", "LB_0_BALANCE", "round-robin");
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 6; i++) {
                Wire.Message response = client.get("/").message();
                assertThat(response.body()).isEqualTo("ok");
                assertThat(response.values("X-Busy")).isEmpty();
            }
        }
        assertThat(busy.requests).isNotEmpty();
        assertThat(good.requests).hasSize(6);
        assertThat(fixture.port("/web").backend().orElseThrow().stats().redispatches())
                .isEqualTo(busy.requests.size());
    }

    @Test
    void withoutTheLabelAStatusGoesOn() throws Exception {
        fixture.serve(List.of(busy));
        assertThat(fixture.get("/").body()).isEqualTo("busy");
        assertThat(busy.requests).hasSize(1);
    }

    @Test
    void aStatusThatIsNotInTheListGoesOn() throws Exception {
        fixture.serve(List.of(busy), "LB_0_RETRY_ON", "502");
        assertThat(fixture.get("/").body()).isEqualTo("busy");
        assertThat(busy.requests).hasSize(1);
    }

    @Test
    void theLastTryIsPassedOnAsItIs() throws Exception {
        fixture.serve(List.of(busy), "LB_0_RETRY_ON", "503", "LB_0_RETRIES", "2");
        Wire.Message response = fixture.get("/");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).isEqualTo("busy");
        assertThat(busy.requests).hasSize(3);
    }

    @Test
    void aPostIsNeverSentTwice() throws Exception {
        fixture.serve(List.of(busy, good), "LB_0_RETRY_ON", "reset,503", "LB_0_BALANCE", "first");
        try (Wire client = fixture.connect().send(POST)) {
            assertThat(client.message().body()).isEqualTo("busy");
        }
        assertThat(good.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\n\r\nabc",
                "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"
            })
    void aSmallBodyIsSentAgain(String framing) throws Exception {
        fixture.serve(List.of(busy, good), "LB_0_RETRY_ON", "503", "LB_0_BALANCE", "first");
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send("PUT / HTTP/1.1\r\nHost: web\r\n" + framing);
                assertThat(client.message().body()).isEqualTo("ok");
            }
        }
        assertThat(busy.requests).hasSize(2);
        assertThat(good.requests).extracting(Wire.Message::body).containsExactly("abc", "abc");
    }

    @Test
    void aSmallBodyIsSentAgainAfterABreak() throws Exception {
        try (Backend dying = Backend.of((wire, request) -> false)) {
            fixture.serve(List.of(dying, good), "LB_0_RETRY_ON", "reset", "LB_0_BALANCE", "first");
            try (Wire client = fixture.connect()) {
                client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.message().body()).isEqualTo("ok");
            }
            assertThat(good.requests).extracting(Wire.Message::body).containsExactly("abc");
        }
    }

    @Test
    void aLargeBodyIsNot() throws Exception {
        fixture.serve(List.of(busy, good), "LB_0_RETRY_ON", "503", "LB_0_BALANCE", "first");
        String large = "x".repeat(70_000);
        try (Wire client = fixture.connect()) {
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 70000\r\n\r\n" + large);
            assertThat(client.message().body()).isEqualTo("busy");
            client.send("PUT / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" + large
                    + "\r\n0\r\n\r\n");
            assertThat(client.message().body()).isEqualTo("busy");
        }
        assertThat(good.requests).isEmpty();
    }

    @Test
    void anAnswerBeforeTheBodyIsWholeGoesOn() throws Exception {
        try (Backend hasty = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.head();
            wire.send("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
            socket.getInputStream().readAllBytes();
        })) {
            fixture.serve(List.of(hasty, good), "LB_0_RETRY_ON", "503", "LB_0_BALANCE", "first");
            try (Wire client = fixture.connect()) {
                client.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\na");
                assertThat(client.message().body()).isEqualTo("busy");
            }
            assertThat(good.requests).isEmpty();
        }
    }

    @Test
    void aBudgetBoundsWhatIsSentTwice() throws Exception {
        fixture.serve(List.of(busy), "LB_0_RETRY_ON", "503", "LB_0_RETRIES", "100");
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(busy.requests).hasSize(1 + 10); // what a service that has seen no more may have
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect", "reset"})
    void aConnectionThatBreaksIsAReasonOnlyIfTheListSaysSo(String reasons) throws Exception {
        try (Backend dying = Backend.of((wire, request) -> false)) {
            fixture.serve(List.of(dying, good), "LB_0_RETRY_ON", reasons, "LB_0_BALANCE", "first");
            assertThat(fixture.get("/").status()).isEqualTo(reasons.equals("reset") ? 200 : 502);
        }
    }

    @Test
    void aConnectionThatBreaksIsAReasonAsOftenAsThereMayBeRetries() throws Exception {
        try (Backend dying = Backend.of((wire, request) -> false)) {
            fixture.serve(List.of(dying), "LB_0_RETRY_ON", "reset", "LB_0_RETRIES", "4");
            assertThat(fixture.get("/").status()).isEqualTo(502);
            assertThat(dying.requests).hasSize(5);
        }
    }

    @Test
    void noRetriesAreNone() throws Exception {
        fixture.publish(Apps.with(
                Apps.app(
                        "/web",
                        fixture.service.getPort(),
                        "HAPROXY_0_MODE",
                        "http",
                        "LB_0_RETRIES",
                        "0",
                        "LB_0_BALANCE",
                        "first"),
                Endpoint.of(TestServer.refusing()),
                good.endpoint()));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(good.requests).isEmpty();
    }

    @Test
    void aWrongReasonTakesThePortOutAndSaysSo() throws Exception {
        fixture.serve(List.of(good), "LB_0_RETRY_ON", "503,200");
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_RETRY_ON: 503,200 (expected: a list of connect, reset and statuses of 400 to"
                                + " 599, with commas); this port is left out");
    }
}
