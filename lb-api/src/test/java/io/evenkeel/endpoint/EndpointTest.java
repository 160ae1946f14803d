package io.evenkeel.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {

    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("web-1", 8080);

    @Test
    void isNamedAfterItsAddressWhenNothingElseIsKnown() {
        Endpoint endpoint = Endpoint.of(ADDRESS);

        assertThat(endpoint.id()).isEqualTo("web-1:8080");
        assertThat(endpoint.weight()).isEqualTo(1);
        assertThat(endpoint.state()).isEqualTo(EndpointState.UNSPECIFIED);
        assertThat(endpoint.health()).isEqualTo(Health.UNCHECKED);
        assertThat(endpoint.locality()).isEqualTo(Locality.UNKNOWN);
        assertThat(endpoint.ready()).isTrue();
    }

    @Test
    void resolvesALiteralHost() {
        assertThat(Endpoint.of("127.0.0.1", 80).address()).hasToString("/127.0.0.1:80");
    }

    @ParameterizedTest
    @CsvSource({"-1", "65536", "-2147483648"})
    void namesABadWeight(int weight) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.of(ADDRESS).withWeight(weight))
                .withMessage("weight: " + weight + " (expected: 0 to 65535)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535})
    void takesWeightsToBothEndsOfTheRange(int weight) {
        assertThat(Endpoint.of(ADDRESS).withWeight(weight).weight()).isEqualTo(weight);
    }

    @Test
    void namesWhatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Endpoint(
                        null, ADDRESS, 1, Locality.UNKNOWN, EndpointState.RUNNING, Health.HEALTHY, true, Map.of()))
                .withMessage("id");
        assertThatNullPointerException()
                .isThrownBy(() -> new Locality("", null, ""))
                .withMessage("zone");
        assertThatNullPointerException()
                .isThrownBy(() -> Endpoint.of(ADDRESS).withState(null))
                .withMessage("state");
        assertThatNullPointerException()
                .isThrownBy(() -> Endpoint.of(ADDRESS).withHealth(null))
                .withMessage("health");
    }

    @Test
    void keepsItsOwnCopyOfTheLabels() {
        Map<String, String> labels = new HashMap<>(Map.of("a", "1"));
        Endpoint endpoint =
                new Endpoint("id", ADDRESS, 1, Locality.UNKNOWN, EndpointState.RUNNING, Health.HEALTHY, true, labels);

        labels.put("b", "2");

        assertThat(endpoint.labels()).containsExactlyEntriesOf(Map.of("a", "1"));
    }

    @Test
    void changesOneThingAtATime() {
        Endpoint endpoint = Endpoint.of(ADDRESS);

        assertThat(endpoint.withWeight(7).withWeight(1)).isEqualTo(endpoint);
        assertThat(endpoint.withState(EndpointState.STOPPING).state()).isEqualTo(EndpointState.STOPPING);
        assertThat(endpoint.withHealth(Health.DEGRADED).withHealth(Health.UNCHECKED))
                .isEqualTo(endpoint);
    }
}
