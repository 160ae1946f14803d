package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.TimeHistogram;
import io.evenkeel.l7.Wire;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessRecord;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The labels that hold requests back, over real sockets. */
class OwnGateTest {

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AccessLog log = AccessLog.to(record -> told.add(record.text(AccessRecord.TARGET) + " "
            + record.cause() + record.phase() + " " + (record.queueMillis() >= 0) + " " + record.queued()));
    private final OwnLabelFixture fixture = new OwnLabelFixture(builder -> builder.accessLog(log));
    private final Semaphore mayAnswer = new Semaphore(0);
    private final Backend slow = Backend.of((wire, request) -> {
        mayAnswer.acquire();
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        return true;
    });
    private final List<Wire> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Wire client : clients) {
            client.close();
        }
        fixture.close();
        log.close();
        slow.close();
    }

    private Wire ask(String path) throws IOException {
        Wire client = fixture.connect().get(path);
        clients.add(client);
        return client;
    }

    private HttpBackend backend() {
        return fixture.port("/web").backend().orElseThrow();
    }

    private void awaitWaiting(int count) {
        Eventually.holds(count + " wait", () -> backend().waiting() == count);
    }

    @Test
    void moreThanATaskTakesGets503AtOnce() throws Exception {
        fixture.serve(List.of(slow), "LB_0_MAX_CONNECTIONS", "2");
        Wire first = ask("/1");
        Wire second = ask("/2");
        Eventually.holds("two are there", () -> slow.requests.size() == 2);
        assertThat(fixture.get("/3").status()).isEqualTo(503);
        mayAnswer.release(2);
        assertThat(first.message().body()).isEqualTo("ok");
        assertThat(second.message().body()).isEqualTo("ok");
        mayAnswer.release();
        assertThat(fixture.get("/4").body()).isEqualTo("ok");
    }

    @Test
    void theyWaitInOrderIfTheyMay() throws Exception {
        fixture.serve(List.of(slow), "LB_0_MAX_CONNECTIONS", "1", "LB_0_MAX_QUEUE", "3", "LB_0_TIMEOUT_QUEUE", "1h");
        List<Wire> waiting = new ArrayList<>();
        waiting.add(ask("/0"));
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        for (int i = 1; i <= 3; i++) {
            waiting.add(ask("/" + i));
            awaitWaiting(i);
        }
        assertThat(fixture.get("/4").status()).isEqualTo(503); // there is no room
        mayAnswer.release(4);
        for (Wire client : waiting) {
            assertThat(client.message().body()).isEqualTo("ok");
        }
        assertThat(slow.requests).extracting(Wire.Message::target).containsExactly("/0", "/1", "/2", "/3");
        assertThat(backend().waiting()).isZero();
        assertThat(backend().mostWaiting()).isEqualTo(3);
    }

    /* The new ones would have its task spoken to over TLS, which it does not know. */
    @Test
    void whoWaitsWhileLabelsChangeIsServedByAllOfThoseItCameWith() throws Exception {
        String[] labels = {"LB_0_MAX_CONNECTIONS", "1", "LB_0_MAX_QUEUE", "3", "LB_0_TIMEOUT_QUEUE", "1h"};
        fixture.serve(List.of(slow), labels);
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        Wire second = ask("/1");
        awaitWaiting(1);
        fixture.serve(
                List.of(slow),
                Stream.concat(Stream.of(labels), Stream.of("LB_0_BACKEND_TLS", "insecure"))
                        .toArray(String[]::new));
        Eventually.holds("the new labels count", () -> backend().options().tls() != null);
        mayAnswer.release(2);
        assertThat(first.message().body()).isEqualTo("ok");
        assertThat(second.message().body()).isEqualTo("ok");
    }

    @Test
    void whatIsMoreThanAServerOfATemplateTakesWaits() throws Exception {
        fixture.serve(
                List.of(slow), "HAPROXY_0_BACKEND_HTTP_OPTIONS", "  default-server maxconn 1\n  timeout queue 1h\n");
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        Wire second = ask("/1");
        awaitWaiting(1);
        mayAnswer.release(2);
        assertThat(first.message().body()).isEqualTo("ok");
        assertThat(second.message().body()).isEqualTo("ok");
        assertThat(fixture.problems()).isEmpty();
    }

    @Test
    void whoHasWaitedForLongerThanATemplateSaysGets503() throws Exception {
        fixture.serve(
                List.of(slow), "HAPROXY_0_BACKEND_HTTP_OPTIONS", "  default-server maxconn 1\n  timeout queue 50ms\n");
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        assertThat(fixture.get("/1").status()).isEqualTo(503);
        mayAnswer.release();
        assertThat(first.message().body()).isEqualTo("ok");
    }

    @Test
    void aLabelComesBeforeTheLimitOfATemplate() throws Exception {
        fixture.serve(
                List.of(slow),
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  default-server maxconn 7\n",
                "LB_0_MAX_CONNECTIONS",
                "1");
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        assertThat(fixture.get("/1").status()).isEqualTo(503); // nobody waits, as the label has it
        mayAnswer.release();
        assertThat(first.message().body()).isEqualTo("ok");
    }

    @Test
    void whoHasWaitedForTooLongGets503() throws Exception {
        fixture.serve(List.of(slow), "LB_0_MAX_CONNECTIONS", "1", "LB_0_MAX_QUEUE", "3", "LB_0_TIMEOUT_QUEUE", "50ms");
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        assertThat(fixture.get("/1").status()).isEqualTo(503);
        mayAnswer.release();
        assertThat(first.message().body()).isEqualTo("ok");
        assertThat(slow.requests).hasSize(1);
        Eventually.holds("both are told", () -> told.size() == 2);
        assertThat(told).containsExactlyInAnyOrder("/1 sQ true 0", "/0 -- true 0");
    }

    @Test
    void theLogTellsWhoFoundNoRoomWhoLeftAndWhoWaitedBehindOthers() throws Exception {
        fixture.serve(List.of(slow), "LB_0_MAX_CONNECTIONS", "1", "LB_0_MAX_QUEUE", "2", "LB_0_TIMEOUT_QUEUE", "1h");
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        Wire second = ask("/1");
        awaitWaiting(1);
        Wire gone = ask("/2");
        awaitWaiting(2);
        assertThat(fixture.get("/3").status()).isEqualTo(503);
        Eventually.holds("that is told", () -> told.size() == 1);
        gone.reset();
        Eventually.holds("that is told as well", () -> told.size() == 2);
        mayAnswer.release(2);
        assertThat(first.message().body()).isEqualTo("ok");
        assertThat(second.message().body()).isEqualTo("ok");
        Eventually.holds("all are told", () -> told.size() == 4);
        assertThat(told.subList(0, 2)).containsExactly("/3 SQ true 0", "/2 CQ true 1");
        assertThat(told).contains("/0 -- true 0", "/1 -- true 0");
    }

    @Test
    void aRequestThatFailsCountsInTheTimes() throws Exception {
        fixture.publish(Apps.with(
                Apps.app("/web", fixture.service.getPort(), "HAPROXY_0_MODE", "http", "LB_0_RETRIES", "0"),
                Endpoint.of(TestServer.refusing())));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        Eventually.holds("it is told", () -> told.size() == 1);
        long count = 0;
        for (int i = 0; i < TimeHistogram.buckets(); i++) {
            count += backend().durations().count(i);
        }
        assertThat(count).isOne();
    }

    @Test
    void theQueueHasPatienceOfItsOwn() throws Exception {
        fixture.serve(
                List.of(slow),
                "LB_0_MAX_CONNECTIONS",
                "1",
                "LB_0_MAX_QUEUE",
                "3",
                "LB_0_TIMEOUT_QUEUE",
                "150ms",
                "LB_0_TIMEOUT_SERVER",
                "1h",
                "LB_0_TIMEOUT_CLIENT",
                "1h");
        ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        // Another patience for tasks from now on: who waits in the queue waits for no task.
        fixture.serve(
                List.of(slow),
                "LB_0_MAX_CONNECTIONS",
                "1",
                "LB_0_MAX_QUEUE",
                "3",
                "LB_0_TIMEOUT_QUEUE",
                "1500ms",
                "LB_0_TIMEOUT_SERVER",
                "10ms",
                "LB_0_TIMEOUT_CLIENT",
                "10ms");
        Eventually.holds(
                "the labels count",
                () -> backend().options().limits().serverTimeout().orElseThrow().toMillis() == 10);
        assertThat(fixture.get("/1").status()).isEqualTo(503); // and not 504
        try (Wire client = fixture.connect()) {
            client.send("POST /2 HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.message().status()).isEqualTo(503); // and not 408
        }
        mayAnswer.release();
    }

    @Test
    void whoGoesAwayLeavesTheQueue() throws Exception {
        fixture.serve(List.of(slow), "LB_0_MAX_CONNECTIONS", "1", "LB_0_MAX_QUEUE", "3", "LB_0_TIMEOUT_QUEUE", "1h");
        Wire first = ask("/0");
        Eventually.holds("one is there", () -> slow.requests.size() == 1);
        Wire gone = ask("/1");
        awaitWaiting(1);
        Wire last = ask("/2");
        awaitWaiting(2);
        gone.reset();
        awaitWaiting(1);
        mayAnswer.release(2);
        assertThat(first.message().body()).isEqualTo("ok");
        assertThat(last.message().body()).isEqualTo("ok");
        assertThat(slow.requests).extracting(Wire.Message::target).containsExactly("/0", "/2");
    }

    @Test
    void aPortThatPassesBytesTakesNoMoreConnectionsThanItsTasks() throws Exception {
        try (TestServer echo = TestServer.echo()) {
            fixture.publish(Apps.with(
                    Apps.app("/web", fixture.service.getPort(), "LB_0_MAX_CONNECTIONS", "1"), echo.endpoint()));
            try (Wire first = fixture.connect().send("a")) {
                assertThat(first.text(1)).isEqualTo("a");
                try (Wire second = fixture.connect()) {
                    assertThatThrownBy(() -> second.in().read()).isInstanceOf(SocketException.class); // a reset
                }
            }
        }
    }

    @Test
    void moreThanTheRateGets429AndHearsWhenToComeAgain() throws Exception {
        try (Backend web = Backend.text("ok")) {
            fixture.serve(List.of(web), "LB_0_RATE_LIMIT", "1/h:2");
            assertThat(fixture.get("/").body()).isEqualTo("ok");
            assertThat(fixture.get("/").body()).isEqualTo("ok");
            Wire.Message refused = fixture.get("/");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(Integer.parseInt(refused.value("Retry-After"))).isBetween(3000, 3600);
            assertThat(refused.body()).contains("Too Many Requests");
            assertThat(web.requests).hasSize(2);
            assertThat(backend().stats().denied()).isOne();
        }
    }

    @Test
    void aChangeOfAnotherLabelForgivesNothing() throws Exception {
        try (Backend web = Backend.text("ok")) {
            fixture.serve(List.of(web), "LB_0_RATE_LIMIT", "1/h:1");
            assertThat(fixture.get("/").body()).isEqualTo("ok");
            fixture.serve(List.of(web), "LB_0_RATE_LIMIT", "1/h:1", "LB_0_RESPONSE_HEADERS", "set X: 1");
            Eventually.holds(
                    "the other label counts",
                    () -> !backend().options().responseEdits().isEmpty());
            assertThat(fixture.get("/").status()).isEqualTo(429);
        }
    }

    @Test
    void everyAddressHasARateOfItsOwnIfTheLabelSaysSo() throws Exception {
        try (Backend web = Backend.text("ok")) {
            fixture.serve(List.of(web), "LB_0_RATE_LIMIT", "1/h:1 per ip");
            for (int client = 1; client <= 3; client++) {
                assertThat(statusFor(client)).isEqualTo(200);
                assertThat(statusFor(client)).isEqualTo(429);
            }
        }
    }

    private int statusFor(int client) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) client}), 0));
        socket.connect(fixture.service);
        try (Wire wire = new Wire(socket)) {
            return wire.get("/").message().status();
        }
    }

    @Test
    void aServiceThatFailsIsLeftAloneAndTriedAgain() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (Backend web = Backend.of((wire, request) -> {
            wire.send(
                    broken.get()
                            ? "HTTP/1.1 500 Broken\r\nContent-Length: 6\r\n\r\nbroken"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            return true;
        })) {
            fixture.serve(List.of(web), "LB_0_CIRCUIT_BREAKER", "50% of 4, 100ms");
            for (int i = 0; i < 4; i++) {
                assertThat(fixture.get("/").body()).isEqualTo("broken");
            }
            Eventually.holds(
                    "nobody gets through",
                    () -> status() == 503 && backend().circuit().orElseThrow().equals("open"));
            broken.set(false);
            Eventually.holds("it is found to be well", () -> status() == 200);
            Eventually.holds(
                    "it is trusted again",
                    () -> status() == 200 && backend().circuit().orElseThrow().equals("closed"));
        }
    }

    private int status() {
        try {
            return fixture.get("/").status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServiceThatCannotBeReachedIsLeftAlone() throws Exception {
        fixture.publish(Apps.with(
                Apps.app(
                        "/web",
                        fixture.service.getPort(),
                        "HAPROXY_0_MODE",
                        "http",
                        "LB_0_RETRIES",
                        "0",
                        "LB_0_CIRCUIT_BREAKER",
                        "100% of 2, 1h"),
                Endpoint.of(TestServer.refusing())));
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(backend().circuit()).contains("closed");
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(backend().circuit()).contains("open");
        assertThat(fixture.problems()).containsExactly("label LB_0_CIRCUIT_BREAKER: open; requests get 503 at once");
        long connects = backend().stats().connects();
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(backend().stats().connects()).isEqualTo(connects);
    }

    @Test
    void aClientThatLeavesSaysNothingAboutTheService() throws Exception {
        fixture.serve(List.of(slow), "LB_0_CIRCUIT_BREAKER", "1% of 1, 1h");
        Wire gone = ask("/");
        Eventually.holds("it is there", () -> slow.requests.size() == 1);
        gone.reset();
        Eventually.holds(
                "it has ended", () -> fixture.port("/web").cluster().usage().inFlight() == 0);
        assertThat(backend().circuit()).contains("closed");
        mayAnswer.release(2);
        assertThat(fixture.get("/").body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MAX_CONNECTIONS | 0 | 1 to 1000000",
                "MAX_QUEUE | 5 | LB_0_MAX_CONNECTIONS with it",
                "TIMEOUT_QUEUE | 5s | LB_0_MAX_QUEUE with it",
                "RATE_LIMIT | 5 | N/s, N/m or N/h, perhaps :M behind it, perhaps per ip behind that, as in 100/s:20 per ip",
                "RATE_LIMIT | 0/s | N/s, N/m or N/h, perhaps :M behind it, perhaps per ip behind that, as in 100/s:20 per ip",
                "RATE_LIMIT | 1/h:3000000 | a burst that is no more than the rate brings in a hundred years",
                "CIRCUIT_BREAKER | 50% | P% of N, TIME, as in 50% of 100, 10s",
                "CIRCUIT_BREAKER | 101% of 5, 1s | P% of N, TIME, as in 50% of 100, 10s",
            })
    void whatIsNotUnderstoodTakesThePortOutAndSaysSo(String label, String value, String expected) throws Exception {
        fixture.serve(List.of(slow), "LB_0_" + label, value);
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_" + label + ": " + value + " (expected: " + expected + "); this port is left out");
    }
}
