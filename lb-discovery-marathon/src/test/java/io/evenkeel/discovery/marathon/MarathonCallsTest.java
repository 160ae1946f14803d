package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MarathonCallsTest {

    private static final URI NOBODY = URI.create("http://127.0.0.1:1");
    private static final String APP = "{\"id\": \"/a\", \"cmd\": \"x\", \"instances\": 0}";

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    @Test
    void aHostThatCannotBeReachedHasTheNextOneTakeItsPlace() throws Exception {
        MarathonCalls calls = MarathonCalls.to(
                MarathonConfig.builder(NOBODY, marathon.simulator().uri()).build());
        assertThat(calls.call("POST", "/v2/apps", APP).status()).isEqualTo(201);
        assertThat(calls.call("GET", "/v2/apps/a", "").body()).contains("\"id\":\"/a\"");
        assertThat(calls.call("DELETE", "/v2/apps/a?force=true", "").status()).isEqualTo(200);
        assertThat(calls.call("GET", "/v2/apps/a", "").status()).isEqualTo(404);
    }

    @Test
    void whatFailsAfterItWasSentIsNotTriedElsewhere() {
        marathon.simulator().faults().hang(true);
        MarathonCalls calls =
                MarathonCalls.to(MarathonConfig.builder(marathon.simulator().uri(), NOBODY)
                        .responseTimeout(Duration.ofMillis(100))
                        .build());
        assertThatThrownBy(() -> calls.call("POST", "/v2/apps", APP))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageStartingWith("POST " + marathon.simulator().uri() + "/v2/apps: ");
    }

    @Test
    void saysWhoAsksAndIsToldWhenThatIsRefused() throws Exception {
        try (MarathonSimulator secured =
                MarathonSimulator.builder().basicAuth("me", "secret").build().start()) {
            MarathonConfig.Builder config = MarathonConfig.builder(secured.uri());
            assertThat(MarathonCalls.to(config.build())
                            .call("GET", "/v2/apps", "")
                            .status())
                    .isEqualTo(401);
            MarathonCalls known = MarathonCalls.to(
                    config.credentials(Credentials.basic("me", "secret")).build());
            assertThat(known.call("GET", "/v2/apps", "").status()).isEqualTo(200);
        }
    }
}
