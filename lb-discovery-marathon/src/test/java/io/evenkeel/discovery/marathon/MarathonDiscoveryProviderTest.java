package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Discovery;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarathonDiscoveryProviderTest {

    private static MarathonConfig config(String uri) {
        return MarathonDiscoveryProvider.config(URI.create(uri));
    }

    @Test
    void readsHostsAndDefaultPorts() {
        assertThat(config("marathon://m1:18080,m2/").hosts())
                .extracting(URI::toString)
                .containsExactly("http://m1:18080", "http://m2:8080");
        assertThat(config("marathon://[::1]:5").hosts()).containsExactly(URI.create("http://[::1]:5"));
        assertThat(config("marathon://[::1]").hosts()).containsExactly(URI.create("http://[::1]:8080"));
        assertThat(config("marathon+https://m1,m2:443/service/marathon/").hosts())
                .extracting(URI::toString)
                .containsExactly("https://m1:8443/service/marathon", "https://m2:443/service/marathon");
    }

    @Test
    void readsCredentialsAndNeverShowsThem() {
        MarathonConfig config = config("marathon://me:s%40cret+1@m1,m2");
        assertThat(config.credentials()).contains(Credentials.basic("me", "s@cret+1"));
        assertThat(config.toString()).doesNotContain("cret").doesNotContain("me:");
        assertThatThrownBy(() -> config("marathon://me:secret@m1?x=y"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> config("marathon://me:secret@m 1".replace(" ", "_,")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"marathon:m1", "marathon:///x", "marathon://m1,,m2", "marathon://m1:x", "marathon://m1#f"})
    void refusesWhatMakesNoSense(String uri) {
        assertThatThrownBy(() -> config(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void isFoundByItsSchemes() {
        for (String scheme : new String[] {"marathon", "marathon+https", "MARATHON"}) {
            try (Discovery discovery = Discovery.of(URI.create(scheme + "://127.0.0.1:1"))) {
                assertThat(discovery).isInstanceOf(MarathonDiscovery.class);
            }
        }
    }

    @Test
    void configurationNamesWhatIsWrong() {
        MarathonConfig.Builder builder = MarathonConfig.builder(URI.create("http://m1:8080/"));
        assertThat(builder.build().hosts()).containsExactly(URI.create("http://m1:8080"));
        assertThatThrownBy(() -> builder.idleTimeout(Duration.ZERO).build())
                .hasMessage("idleTimeout: PT0S (expected: > 0)");
        assertThatThrownBy(() -> MarathonConfig.builder().build()).hasMessageContaining("at least one");
        assertThatThrownBy(() -> MarathonConfig.builder(URI.create("http://me:secret@m1"))
                        .build())
                .hasMessageContaining("no user")
                .hasMessageNotContaining("secret");
    }

    @Test
    void readsTheParametersOfTheQuery() {
        MarathonConfig config =
                config("marathon://m1,m2:81/x?namespace=eu&group=/shop/&label=a%3D%3Db,c&snapshot=/tmp/s.json"
                        + "&incremental-above=7&prefer-ipv6=true&connect-timeout=1s&response-timeout=2m&fetch-timeout=3m&idle-timeout=40s"
                        + "&reconcile=500ms&trusted-hosts=l1,l2:8080");
        assertThat(config.hosts()).hasSize(2);
        assertThat(config.namespace()).contains("eu");
        assertThat(config.group()).isEqualTo("/shop");
        assertThat(config.labelSelector()).contains("a==b,c");
        assertThat(config.snapshotFile()).contains(Path.of("/tmp/s.json"));
        assertThat(config.incrementalAbove()).isEqualTo(7);
        assertThat(config.preferIpv6()).isTrue();
        assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.responseTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.fetchTimeout()).isEqualTo(Duration.ofMinutes(3));
        assertThat(config.idleTimeout()).isEqualTo(Duration.ofSeconds(40));
        assertThat(config.reconcileInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.trustedHosts()).containsExactlyInAnyOrder("l1", "l2:8080");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bogus=1 | parameter: bogus (expected: one of
            reconcile=soon | reconcile: soon (expected: a duration
            incremental-above=maybe | incremental-above: maybe (expected: 0 to 999999999)
            prefer-ipv6=maybe | prefer-ipv6: maybe (expected: true or false)
            group=shop | group: shop (expected: a path such as /shop)
            label=a%3Db | label selector: a=b (expected: key,
            namespace=a%20b | namespace: a b (expected: letters,
            credential-file=/no/where | credential file: /no/where: cannot be read
            dcos-credentials=/no/where | dcos-credentials: /no/where: cannot be read
            cert=/no/where | key: missing (expected: the private key of /no/where)
            ca=/no/where | certificate authorities: /no/where
            credential-file=/a&dcos-credentials=/b | discovery: marathon://m1?credential-file=/a&dcos-credentials=/b: several
            """)
    void saysWhichParameterIsWrong(String query, String message) {
        assertThatThrownBy(() -> config("marathon://m1?" + query))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
