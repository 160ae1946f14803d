package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Passwords at every entrance: off, on by itself, on with all other strict flags. */
class PasswordFlagsTest extends HardenedFlagsFixture {

    private static final String HASH = "$1$salt$ez2vlPGdaLYkJam5pWs/Y1"; // of "secret"

    @ParameterizedTest
    @CsvSource({"'', 200", "--hardened --no-auth-everywhere, 200", "--auth-everywhere, 401", "--hardened, 401"})
    void passwordsAreAskedForAtEveryEntrance(String flags, int status) throws Exception {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_AUTH", "realm:joe:" + HASH, "HAPROXY_0_MODE", "http");
        String right = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("joe:secret".getBytes(StandardCharsets.UTF_8));
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(
                    app("/web", port, labels, one.endpoint()),
                    app("/open", HardenedProxy.quietPort(), Map.of("HAPROXY_0_MODE", "http"), two.endpoint()));
            assertThat(get(proxy.http(), "shop.example").status()).isEqualTo(401);
            assertThat(get(service(port), "x").status()).isEqualTo(status);
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web").status())
                    .isEqualTo(status);
            assertThat(get(service(port), "x", right).body()).isEqualTo("one");
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web", right).body())
                    .isEqualTo("one");
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /open").body())
                    .isEqualTo("two");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "--auth-everywhere, false", "--hardened, false"})
    void nobodyGetsPastAPasswordByTheShareOrTheCopiesOfAnother(String flags, boolean past) throws Exception {
        String auth = "realm:joe:" + HASH;
        Map<String, String> guarded =
                Map.of("HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_AUTH", auth, "HAPROXY_0_MODE", "http");
        String right = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("joe:secret".getBytes(StandardCharsets.UTF_8));
        int same = HardenedProxy.quietPort();
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(
                    app("/shop", HardenedProxy.quietPort(), guarded, two.endpoint()),
                    app("/web", port, Map.of("HAPROXY_0_MODE", "http", "LB_0_SPLIT", "/shop 100%"), one.endpoint()),
                    app(
                            "/copies",
                            HardenedProxy.quietPort(),
                            Map.of("HAPROXY_0_MODE", "http", "LB_0_MIRROR", "/shop 100%"),
                            one.endpoint()),
                    app(
                            "/same",
                            same,
                            Map.of(
                                    "HAPROXY_0_VHOST",
                                    "same.example",
                                    "HAPROXY_0_MODE",
                                    "http",
                                    "HAPROXY_0_AUTH",
                                    auth,
                                    "LB_0_SPLIT",
                                    "/shop 100%"),
                            one.endpoint()));
            assertThat(get(service(port), "x").body()).isEqualTo(past ? "two" : "one");
            assertThat(get(service(same), "x", right).body()).isEqualTo("two");
            String[] told = {
                "/copies: label LB_0_MIRROR: /shop:0 100% (expected: a port without HAPROXY_0_AUTH, with the same as this"
                        + " one's, or of the same application; it gets nothing)",
                "/web: label LB_0_SPLIT: /shop:0 100% (expected: a port without HAPROXY_0_AUTH, with the same as this"
                        + " one's, or of the same application; it gets nothing)"
            };
            assertThat(proxy.problems())
                    .extracting(Object::toString)
                    .containsExactlyInAnyOrder(past ? new String[0] : told);
        }
    }

    @Test
    void nobodyIsAskedAnyMoreForAPasswordThatIsGone() throws Exception {
        Map<String, String> open = Map.of("HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_MODE", "http");
        Map<String, String> guarded = new HashMap<>(open);
        guarded.put("HAPROXY_0_AUTH", "realm:joe:" + HASH);
        try (HardenedProxy proxy = new HardenedProxy("--auth-everywhere")) {
            proxy.publish(app("/web", port, guarded, one.endpoint()));
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web").status())
                    .isEqualTo(401);
            proxy.publish(app("/web", port, open, one.endpoint()));
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /web").body())
                    .isEqualTo("one");
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("one");
            assertThat(get(service(port), "x").body()).isEqualTo("one");
        }
    }

    @Test
    void aPasswordThatNobodyCouldBeAskedForTakesThePortOut() {
        try (HardenedProxy proxy = new HardenedProxy("--hardened")) {
            proxy.publish(app("/web", port, Map.of("HAPROXY_0_AUTH", "realm:joe:" + HASH), one.endpoint()));
            assertThat(proxy.running.proxy().servicePorts()).isEmpty();
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.reason())
                            .contains("mode: tcp (expected: http")
                            .doesNotContain(HASH));
        }
    }
}
