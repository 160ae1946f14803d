package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Eventually;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets a host or a port that several claim: off, on by itself, on with all other strict flags. */
class ClaimFlagsTest extends HardenedFlagsFixture {

    @ParameterizedTest
    @CsvSource({
        "'', two, before this one",
        "--hardened --no-first-claimant, two, before this one",
        "--first-claimant, one, the first and keeps it",
        "--hardened, one, the first and keeps it"
    })
    void aVirtualHostStaysWithWhoHadItFirst(String flags, String winner, String reason) throws Exception {
        Map<String, String> claim = Map.of("HAPROXY_0_VHOST", "shop.example");
        Map<String, String> heavier = Map.of("HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_BACKEND_WEIGHT", "9");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("one");
            proxy.publish(
                    app("/a", HardenedProxy.quietPort(), heavier, two.endpoint()),
                    app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo(winner);
            String loser = winner.equals("one") ? "/a" : "/m";
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.subject()).isEqualTo(loser))
                    .satisfies(problem -> assertThat(problem.reason())
                            .isEqualTo("virtual host: shop.example (expected: one that "
                                    + (loser.equals("/a") ? "/m" : "/a") + " does not have, which is " + reason + ")"));
            assertThat(admin(proxy.running.adminAddress(), "/api/v1/problems", "localhost")
                            .body())
                    .contains("virtual host: shop.example", "/a", "/m");
            proxy.publish(app("/a", port, heavier, two.endpoint()), app("/m", port, Map.of(), one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("two"); // nobody else claims it now
        }
    }

    @ParameterizedTest
    @CsvSource({"'', two", "--first-claimant, one", "--hardened, one"})
    void aPortStaysWithWhoHadItFirst(String flags, String winner) throws Exception {
        Map<String, String> http = Map.of("HAPROXY_0_MODE", "http");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/m", port, http, one.endpoint()));
            assertThat(get(service(port), "x").body()).isEqualTo("one");
            proxy.publish(app("/a", port, http, two.endpoint()), app("/m", port, http, one.endpoint()));
            Eventually.holds("the port is the winner's", () -> answer(port).equals(winner));
            String loser = winner.equals("one") ? "/a" : "/m";
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.subject()).isEqualTo(loser))
                    .satisfies(problem -> assertThat(problem.reason()).contains("service port: " + port));
        }
    }

    @ParameterizedTest
    @CsvSource({"'', two", "--first-claimant, one", "--hardened, one", "--hardened --no-first-claimant, two"})
    void whoTakesAGroupsNameIsNotTakenForItsOwner(String flags, String winner) throws Exception {
        Map<String, String> claim = Map.of("HAPROXY_0_VHOST", "shop.example");
        Map<String, String> named = Map.of(
                "HAPROXY_0_VHOST", "shop.example", "HAPROXY_0_BACKEND_WEIGHT", "9", "HAPROXY_DEPLOYMENT_GROUP", "/m");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/m", port, claim, one.endpoint()));
            proxy.publish(
                    app("/evil", HardenedProxy.quietPort(), named, two.endpoint()),
                    app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo(winner);
            assertThat(get(proxy.appId(), "x", "X-Marathon-App-Id: /m").body()).isEqualTo("one");
            assertThat(proxy.problems().toString())
                    .contains(
                            "/evil: label HAPROXY_DEPLOYMENT_GROUP: /m (expected: not the id of an application outside"
                                    + " of the group); the application is served by itself");
        }
    }

    @Test
    void whoKeepsAPortKeepsItWithoutATask() throws Exception {
        Map<String, String> http = Map.of("HAPROXY_0_MODE", "http");
        try (HardenedProxy proxy = new HardenedProxy("--hardened")) {
            proxy.publish(app("/m", port, http, one.endpoint()));
            proxy.publish(app("/a", port, http, two.endpoint()), app("/m", port, http));
            Eventually.holds("the port is closed", () -> answer(port).equals("none"));
            proxy.publish(app("/a", port, http, two.endpoint()));
            Eventually.holds("the port is the other's", () -> answer(port).equals("two"));
        }
    }

    @Test
    void aTemplatesHostIsAClaimLikeALabels() throws Exception {
        Map<String, String> template = Map.of(
                "HAPROXY_0_VHOST",
                "other.example",
                "HAPROXY_0_BACKEND_WEIGHT",
                "9",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl host_x hdr(host) -i shop.example\n  use_backend {backend} if host_x\n");
        Map<String, String> claim = Map.of("HAPROXY_0_VHOST", "shop.example");
        try (HardenedProxy proxy = new HardenedProxy("--first-claimant")) {
            proxy.publish(app("/m", port, claim, one.endpoint()));
            proxy.publish(
                    app("/a", HardenedProxy.quietPort(), template, two.endpoint()),
                    app("/m", port, claim, one.endpoint()));
            assertThat(get(proxy.http(), "shop.example").body()).isEqualTo("one");
            assertThat(proxy.problems())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.reason()).contains("virtual host: shop.example"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', 200",
        "--wildcard-owners none, 503",
        "--hardened, 503",
        "--wildcard-owners /we, 503",
        "'--hardened --wildcard-owners /other,/web', 200",
        "--wildcard-owners /, 200"
    })
    void hostsThatAreNotNamedWholeNeedPermission(String flags, int status) throws Exception {
        Map<String, String> labels = Map.of(
                "HAPROXY_0_VHOST",
                "web.example",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl whole hdr(host) -i web.example\n  acl end hdr_end(host) -i .example\n"
                        + "  use_backend {backend} if whole\n  use_backend {backend} if end\n");
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            assertThat(get(proxy.http(), "any.example").status()).isEqualTo(status);
            assertThat(get(proxy.http(), "web.example").status()).isEqualTo(200);
            assertThat(proxy.problems()).hasSize(status == 200 ? 0 : 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 200", "--wildcard-owners none, 503", "--hardened, 503", "--wildcard-owners /web, 200"})
    void hostsThatOurOwnLabelDoesNotNameWholeNeedPermissionToo(String flags, int status) throws Exception {
        for (String hosts : new String[] {"*", "*.example", "~[a-z]+\\.example"}) {
            Map<String, String> labels =
                    Map.of("HAPROXY_0_VHOST", "web.example", "LB_0_VHOST", hosts, "HAPROXY_0_MODE", "http");
            try (HardenedProxy proxy = new HardenedProxy(flags)) {
                proxy.publish(app("/web", port, labels, one.endpoint()));
                assertThat(get(proxy.http(), "any.example").status()).isEqualTo(status);
                assertThat(get(proxy.http(), "web.example").status()).isEqualTo(200);
                assertThat(proxy.problems()).hasSize(status == 200 ? 0 : 1);
            }
        }
    }
}
