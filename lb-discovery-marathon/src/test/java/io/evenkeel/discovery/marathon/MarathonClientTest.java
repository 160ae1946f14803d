package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the asking half treats connections. */
class MarathonClientTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ManualClock timers = new ManualClock();
    private ScriptedMarathon marathon;
    private MarathonClient client;

    @BeforeEach
    void start() throws IOException {
        marathon = new ScriptedMarathon();
        MarathonConfig config = MarathonConfig.builder(marathon.uri()).build();
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        client = new MarathonClient(http, config, new HttpTarget(config, null), new HostRing(config.hosts()), timers);
    }

    @AfterEach
    void stop() {
        marathon.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneConnectionServesManyReads(boolean gzip) {
        if (gzip) {
            marathon.gzip();
        }
        for (int i = 0; i < 20; i++) {
            client.get("/v2/info", false, PATIENCE, new ObjectMapper()::readTree);
            client.get("/v2/apps", false, PATIENCE, body -> AppsParser.apps(body, Map.of()));
        }
        assertThat(marathon.connections()).isEqualTo(1);
        assertThat(timers.pending()).isZero();
    }

    @Test
    void aPageThatIsRefusedIsAskedOfNobodyElseButAListIs() throws IOException {
        try (ScriptedMarathon other = new ScriptedMarathon()) {
            MarathonConfig both =
                    MarathonConfig.builder(marathon.uri(), other.uri()).build();
            MarathonClient two = new MarathonClient(
                    HttpClient.newHttpClient(), both, new HttpTarget(both, null), new HostRing(both.hosts()), timers);
            assertThatThrownBy(() -> two.get("/none", true, PATIENCE, new ObjectMapper()::readTree))
                    .isInstanceOf(WrongStatusException.class);
            assertThatThrownBy(() -> two.get("/none", false, PATIENCE, new ObjectMapper()::readTree))
                    .isInstanceOf(DiscoveryException.class)
                    .hasMessageContaining(other.uri().getAuthority());
        }
    }

    @Test
    void aFrameworkNameInMegabytesIsNotRead() {
        marathon.info(200, "{\"x\": \"" + "y".repeat(1024 * 1024) + "\"}");
        FrameworkName name = new FrameworkName(client, Optional.empty(), timers);
        assertThatThrownBy(name::current).isInstanceOf(DiscoveryException.class).hasMessageContaining("1048576");
    }

    @Test
    void anAnswerAfterTheTimersHaveEndedIsRefusedAsClosed() {
        timers.shutdown();
        assertThatThrownBy(() -> client.get("/v2/apps", false, PATIENCE, body -> AppsParser.apps(body, Map.of())))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageEndingWith("/v2/apps: closed");
    }
}
