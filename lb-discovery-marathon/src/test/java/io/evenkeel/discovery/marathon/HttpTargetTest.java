package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpTargetTest {

    private static HttpTarget target(String host, String... trusted) {
        MarathonConfig config = MarathonConfig.builder(URI.create(host))
                .credentials("me", "secret")
                .trustedHosts(Set.of(trusted))
                .build();
        return new HttpTarget(config, new Authorization.Fixed("Basic x"));
    }

    private static boolean authorized(HttpTarget target, String uri) {
        return target.get(URI.create(uri), "application/json", true)
                .join()
                .headers()
                .firstValue("Authorization")
                .isPresent();
    }

    @Test
    void credentialsGoToConfiguredAndTrustedHostsOnly() {
        HttpTarget target = target("http://m1:8080", "M2:8080", "m3");
        assertThat(authorized(target, "http://m1:8080/v2/apps")).isTrue();
        assertThat(authorized(target, "http://M1:8080/v2/apps")).isTrue();
        assertThat(authorized(target, "http://m1:8081/v2/apps")).isFalse();
        assertThat(authorized(target, "http://m2:8080/v2/apps")).isTrue();
        assertThat(authorized(target, "http://m2:8081/v2/apps")).isFalse();
        assertThat(authorized(target, "http://m3:9/v2/apps")).isTrue();
        assertThat(authorized(target, "http://evil:8080/v2/apps")).isFalse();
    }

    @Test
    void credentialsNeverGoFromHttpsToHttp() {
        HttpTarget target = target("https://m1", "m1", "m2");
        assertThat(authorized(target, "https://m1:443/v2/apps")).isTrue();
        assertThat(authorized(target, "https://m2/v2/apps")).isTrue();
        assertThat(authorized(target, "http://m1/v2/apps")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://b:1/v2/events?x=y, http://b:1/v2/events?x=y",
        "http://b:1/v2/events, http://b:1/v2/events?q=1",
        "/other, http://a:1/other?q=1",
        "//b:2/v2/events, http://b:2/v2/events?q=1"
    })
    void followsRedirectsAndKeepsTheQuery(String location, String expected) {
        assertThat(HttpTarget.follow(URI.create("http://a:1/v2/events?q=1"), location))
                .hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({"ftp://b/x", "file:///etc/passwd", "'http://'", "'http:// x'"})
    void refusesOtherRedirects(String location) {
        assertThatThrownBy(() -> HttpTarget.follow(URI.create("http://a:1/v2/events"), location))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRedirectThatCannotBeReadIsToldWithoutItsSecrets() {
        assertThatThrownBy(() -> HttpTarget.follow(URI.create("http://a:1/v2/events"), "http://me:s3cret@b:1/ x"))
                .hasMessageContaining("b:1/ x")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
    }
}
