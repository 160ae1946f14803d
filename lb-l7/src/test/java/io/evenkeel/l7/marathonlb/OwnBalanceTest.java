package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The label for strategies of our own, over real sockets. */
class OwnBalanceTest {

    private static final int SERVERS = 4;

    private final OwnLabelFixture fixture = new OwnLabelFixture();
    private final List<Backend> backends = new ArrayList<>();

    @BeforeEach
    void open() {
        for (int i = 0; i < SERVERS; i++) {
            backends.add(Backend.text("server " + i));
        }
    }

    @AfterEach
    void close() {
        fixture.close();
        backends.forEach(Backend::close);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latency-aware",
                "peak-ewma",
                "least-request",
                "least-connections",
                "round-robin",
                "weighted",
                "random",
                "ring",
                "rendezvous",
                "leastconn"
            })
    void everyStrategyIsThereByName(String name) throws Exception {
        fixture.serve(backends, "LB_0_BALANCE", name, "HAPROXY_0_BALANCE", "first");
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 10; i++) {
                assertThat(client.get("/").message().body()).startsWith("server");
            }
        }
        assertThat(fixture.port("/web").port().algorithm()).isEqualTo(name);
        assertThat(fixture.problems()).isEmpty();
    }

    @Test
    void itComesBeforeMarathonLbsLabel() throws Exception {
        fixture.serve(backends, "LB_0_BALANCE", "round-robin", "HAPROXY_0_BALANCE", "first");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < SERVERS; i++) {
            seen.add(fixture.get("/").body());
        }
        assertThat(seen).hasSize(SERVERS);
    }

    @ParameterizedTest
    @CsvSource({
        "maglev by hdr(X-User), /, 'X-User: u%d'",
        "ring by url_param user, /?user=%d, 'X: %d'",
        "rendezvous by uri, /u%d, 'X: %d'"
    })
    void aKeyStaysWithItsServerAndKeysSpread(String balance, String target, String header) throws Exception {
        fixture.serve(backends, "LB_0_BALANCE", balance);
        Set<String> seen = new HashSet<>();
        for (int user = 0; user < 40; user++) {
            String first = fixture.get(String.format(target, user), String.format(header, user))
                    .body();
            assertThat(fixture.get(String.format(target, user), String.format(header, user))
                            .body())
                    .isEqualTo(first);
            seen.add(first);
        }
        assertThat(seen).hasSize(SERVERS);
    }

    @Test
    void aStrategyThatGoesByLatencyLearnsFromAnswers() throws Exception {
        fixture.serve(backends, "LB_0_BALANCE", "peak-ewma");
        assertThat(fixture.get("/").body()).startsWith("server");
        assertThat(fixture.port("/web").cluster().state().active().stream()
                        .mapToLong(endpoint -> endpoint.busyNanos())
                        .sum())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fastest", "round-robin by hdr(X)", "maglev by round-robin", "maglev by", "maglev hdr(X)"})
    void whatIsNoStrategyTakesThePortOutAndSaysSo(String value) throws Exception {
        fixture.serve(backends, "LB_0_BALANCE", value);
        assertThat(fixture.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("label LB_0_BALANCE: " + value + " (expected: latency-aware, ")
                        .endsWith("; this port is left out"));
    }

    @Test
    void bytesHaveNoHeadersToGoBy() throws Exception {
        fixture.publish(Apps.with(
                Apps.app("/web", fixture.service.getPort(), "LB_0_BALANCE", "maglev by hdr(X)"),
                backends.get(0).endpoint()));
        assertThat(fixture.problems())
                .containsExactly("label LB_0_BALANCE: maglev by hdr(X) (expected: mode http with it); this port is left"
                        + " out");
    }
}
