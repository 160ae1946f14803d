package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UriParametersTest {

    private static UriParameters read(String query) {
        return UriParameters.of(URI.create("x://h" + query), Set.of("wait", "tcp", "port"));
    }

    @Test
    void readsEachKind() {
        UriParameters given = read("?wait=500ms&tcp=true&port=53");
        assertThat(given.duration("wait")).contains(Duration.ofMillis(500));
        assertThat(given.flag("tcp")).contains(true);
        assertThat(given.port("port")).contains(53);
        assertThat(read("?wait=2s").duration("wait")).contains(Duration.ofSeconds(2));
        assertThat(read("?wait=3m").duration("wait")).contains(Duration.ofMinutes(3));
        assertThat(read("").text("wait")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?nonsense=1", "?tcp", "?tcp=", "?tcp=true&tcp=false", "?"})
    void refusesAQueryThatMakesNoSense(String query) {
        assertThatThrownBy(() -> read(query))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void namesAWrongValue() {
        for (String wait : new String[] {"0s", "5", "-1s", "1h", "s", "99999999999s"}) {
            assertThatThrownBy(() -> read("?wait=" + wait).duration("wait"))
                    .hasMessage("wait: " + wait + " (expected: a duration as 500ms, 2s or 1m)");
        }
        assertThatThrownBy(() -> read("?tcp=yes").flag("tcp")).hasMessage("tcp: yes (expected: true or false)");
        for (String port : new String[] {"0", "65536", "x", "-1", "999999"}) {
            assertThatThrownBy(() -> read("?port=" + port).port("port"))
                    .hasMessage("port: " + port + " (expected: 1 to 65535)");
        }
    }

    @Test
    void valuesMayHoldWhatIsEncoded() {
        UriParameters parameters = UriParameters.of(URI.create("x://y?a=b%26c%3Dd+e%20f"), Set.of("a"));
        assertThat(parameters.text("a")).contains("b&c=d+e f");
    }
}
