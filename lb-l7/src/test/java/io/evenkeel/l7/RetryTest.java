package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.RetryBudget;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.health.Monitor;
import io.evenkeel.health.MonitoredCluster;
import io.evenkeel.l4.testing.TestServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {

    private static final String POST = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc";
    private final HttpFixture fixture = new HttpFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void anEndpointThatRefusesCostsNobodyARequest() throws Exception {
        try (Backend alive = Backend.text("ok")) {
            fixture.endpoints(Endpoint.of(TestServer.refusing()), alive.endpoint());
            for (int i = 0; i < 20; i++) {
                assertThat(fixture.get("/").body()).isEqualTo("ok");
                try (Wire client = fixture.connect()) {
                    assertThat(client.send(POST).message().body()).isEqualTo("ok");
                }
            }
            assertThat(fixture.endpoint(0).count(Outcome.CONNECT_FAILED)).isPositive();
            assertThat(fixture.backend.stats().redispatches())
                    .isEqualTo(fixture.endpoint(0).count(Outcome.CONNECT_FAILED));
            assertThat(alive.requests.stream().filter(r -> r.head().startsWith("POST")))
                    .hasSize(20);
        }
    }

    @Test
    void aProxyWithoutFileDescriptorsAnswers503AtOnceAndBlamesNoEndpoint() throws Exception {
        try (Backend a = Backend.text("ok");
                Backend b = Backend.text("ok")) {
            fixture.endpoints(a, b);
            fixture.outOfDescriptors = true;
            assertThat(fixture.get("/").status()).isEqualTo(503);
            assertThat(fixture.get("/").status()).isEqualTo(503);
            for (int i = 0; i < 2; i++) {
                assertThat(fixture.endpoint(i).count(Outcome.CONNECT_FAILED)).isZero();
                assertThat(fixture.endpoint(i).count(Outcome.CANCELLED)).isOne();
            }
            assertThat(fixture.backend.stats().redispatches()).isZero();
            fixture.outOfDescriptors = false;
            assertThat(fixture.get("/").body()).isEqualTo("ok");
        }
    }

    @Test
    void withoutAnyEndpointTheAnswerIs503() throws Exception {
        assertThat(fixture.get("/").status()).isEqualTo(503);
    }

    @Test
    void withOnlyDeadEndpointsTheAnswerIs503AfterAllRetries() throws Exception {
        fixture.endpoints(Endpoint.of(TestServer.refusing()), Endpoint.of(TestServer.refusing()));
        Wire.Message response = fixture.get("/");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.value("Connection")).isEqualTo("close");
        assertThat(fixture.endpoint(0).count(Outcome.CONNECT_FAILED)
                        + fixture.endpoint(1).count(Outcome.CONNECT_FAILED))
                .isEqualTo(4);
    }

    @Test
    void whereNobodyIsLeftAfterTheFirstAttemptTheAnswerIs503AndNoWait() throws Exception {
        fixture.endpoints(Endpoint.of(TestServer.refusing()));
        EndpointStats only = fixture.endpoint(0);
        fixture.cluster.update(
                new Snapshot(Service.named("web"), List.of(only.endpoint())),
                ClusterConfig.builder()
                        .panicThreshold(0)
                        .monitors(cluster -> new TakesOutAtOnce(cluster))
                        .build());
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(only.count(Outcome.CONNECT_FAILED)).isEqualTo(1);
        assertThat(only.isBarred()).isTrue();
    }

    /** Bars whoever fails, in the middle of a request. */
    private record TakesOutAtOnce(MonitoredCluster cluster) implements Monitor {

        @Override
        public void joined(List<EndpointStats> endpoints) {}

        @Override
        public void left(List<EndpointStats> endpoints) {}

        @Override
        public void failed(EndpointStats endpoint, int inARow, Outcome outcome) {
            cluster.bar(endpoint, Bar.UNHEALTHY);
        }

        @Override
        public void close() {}
    }

    @Test
    void anEndpointThatClosesBeforeItsFirstByteIsReplacedForGet() throws Exception {
        try (Backend dying = Backend.of((wire, request) -> false);
                Backend alive = Backend.text("ok")) {
            fixture.endpoints(dying, alive);
            for (int i = 0; i < 10; i++) {
                assertThat(fixture.get("/").body()).isEqualTo("ok");
            }
            assertThat(fixture.endpoint(0).count(Outcome.RESET)).isPositive();
        }
    }

    @Test
    void anEndpointThatHasBegunItsAnswerIsNotReplaced() throws Exception {
        try (Backend dying = Backend.of((wire, request) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            return false;
        })) {
            fixture.endpoints(dying);
            try (Wire client = fixture.connect()) {
                client.get("/").head();
                assertThat(client.rest()).isEmpty();
            }
            assertThat(dying.requests.stream().filter(r -> !r.head().isEmpty())).hasSize(1);
        }
    }

    @Test
    void anEndpointThatHasBegunItsHeadIsNotReplaced() throws Exception {
        for (String said : new String[] {"H", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 103 Early Hints\r\n\r\n"}) {
            try (Backend dying = Backend.of((wire, request) -> {
                        wire.send(said);
                        return false;
                    });
                    Wire client = fixture.endpoints(dying).connect()) {
                client.get("/");
                assertThat(client.rest()).contains("HTTP/1.1 502 ");
                assertThat(dying.requests).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestThatKillsItsEndpointIsSentTwiceAtMost(boolean onReusedConnections) throws Exception {
        AtomicInteger killed = new AtomicInteger();
        Backend[] fragile = new Backend[5];
        for (int i = 0; i < fragile.length; i++) {
            fragile[i] = Backend.of((wire, request) -> {
                if (request.target().equals("/death")) {
                    killed.incrementAndGet();
                    return false;
                }
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                return true;
            });
        }
        fixture.endpoints(fragile);
        for (int i = 0; onReusedConnections && i < fragile.length; i++) {
            assertThat(fixture.get("/").status()).isEqualTo(200);
        }
        assertThat(fixture.get("/death").status()).isEqualTo(502);
        assertThat(killed).hasValue(2);
        for (Backend backend : fragile) {
            backend.close();
        }
    }

    @Test
    void aBackendThatBreaksUnderItsLoadGetsAFifthMoreAtMost() throws Exception {
        try (Backend one = Backend.of((wire, request) -> false);
                Backend other = Backend.of((wire, request) -> false)) {
            fixture.endpoints(one, other);
            int asked = 100;
            for (int i = 0; i < asked; i++) {
                assertThat(fixture.get("/").status()).isEqualTo(502);
            }
            assertThat(one.requests.size() + other.requests.size()).isEqualTo(asked + RetryBudget.FLOOR + asked / 5);
        }
    }

    @Test
    void aPostIsNeverSentTwice() throws Exception {
        try (Backend dying = Backend.of((wire, request) -> false)) {
            fixture.endpoints(dying);
            for (String post : new String[] {POST, "POST / HTTP/1.1\r\nHost: web\r\n\r\n"}) {
                try (Wire client = fixture.connect()) {
                    assertThat(client.send(post).message().status()).isEqualTo(502);
                }
            }
            assertThat(dying.requests.stream().filter(r -> !r.head().isEmpty())).hasSize(2);
        }
    }

    @Test
    void aPutWhoseBodyWasSentIsNotRepeatedSinceNobodyKeptIt() throws Exception {
        try (Backend dying = Backend.of((wire, request) -> false);
                Wire client = fixture.endpoints(dying).connect()) {
            assertThat(client.send("PUT" + POST.substring(4)).message().status())
                    .isEqualTo(502);
            assertThat(dying.requests.stream().filter(r -> !r.head().isEmpty())).hasSize(1);
        }
    }

    @Test
    void aPooledConnectionThatTurnsOutClosedIsReplacedWithoutBlame() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        try (Backend forgetful = forgetful(seen);
                Wire client = fixture.endpoints(forgetful).connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/").message().body()).isEqualTo("ok");
            }
            assertThat(seen).hasValue(20);
            assertThat(forgetful.accepted()).isEqualTo(20);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                POST,
                "POST / HTTP/1.1\r\nHost: web\r\n\r\n",
                "PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc",
                "PUT / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            })
    void aRequestThatCouldNotBeRepeatedIsNotTrustedToAPooledConnection(String request) throws Exception {
        AtomicInteger seen = new AtomicInteger();
        try (Backend forgetful = forgetful(seen);
                Wire client = fixture.endpoints(forgetful).connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/").message().body()).isEqualTo("ok");
                assertThat(client.send(request).message().body()).isEqualTo("ok");
            }
            assertThat(seen).hasValue(10);
        }
    }

    /** Every connection serves one request and drops the second one unread: the race with an idle timeout. */
    private static Backend forgetful(AtomicInteger seen) {
        return Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.message();
            seen.incrementAndGet();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            wire.head();
        });
    }
}
