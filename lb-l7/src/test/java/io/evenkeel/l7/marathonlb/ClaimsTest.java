package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {

    private static AppPort port(String id, int port, String hosts, int weight) {
        return AppPort.of(
                Apps.app(id, port, "HAPROXY_0_VHOST", hosts, "HAPROXY_0_BACKEND_WEIGHT", Integer.toString(weight)),
                remark -> {});
    }

    private static Claims claims(boolean keep) {
        return new Claims(
                new MarathonLbOptions(Set.of("*"), false, false)
                        .withStrictness(Strictness.NONE.withFirstClaimant(keep)),
                Set.of(9090, 80));
    }

    private static AppPort with(String id, int port, String... labels) {
        return AppPort.of(Apps.app(id, port, labels), remark -> {});
    }

    private static List<Problem> settle(Claims claims, AppPort... ports) {
        return claims.settle(List.of(ports)).problems();
    }

    @Test
    void whoStopsClaimingAndBeginsAgainIsTheLast() {
        Claims claims = claims(true);
        AppPort a = port("/a", 10_001, "x.example", 0);
        AppPort b = port("/b", 10_002, "x.example", 0);
        assertThat(settle(claims, a, b)).extracting(Problem::subject).containsExactly("/b");
        assertThat(settle(claims, b)).isEmpty();
        assertThat(settle(claims, a, b)).extracting(Problem::subject).containsExactly("/a");
        assertThat(settle(claims, a)).isEmpty();
        assertThat(settle(claims, a, b)).extracting(Problem::subject).containsExactly("/b");
    }

    @Test
    void whoChangesWhileClaimingKeepsWhatItHas() {
        Claims claims = claims(true);
        AppPort b = port("/b", 10_002, "x.example", 0);
        assertThat(settle(claims, b)).isEmpty();
        AppPort changed = port("/b", 10_003, "y.example,x.example", 0);
        assertThat(settle(claims, port("/a", 10_001, "x.example", 9), changed))
                .extracting(Problem::subject)
                .containsExactly("/a");
    }

    @ParameterizedTest
    @CsvSource({
        "/api, '', true",
        "/api, /, true",
        "/api, /ap, true",
        "/api, /API, true",
        "/api, -i /Ap, true",
        "/api /web, /w, true",
        "/, '', true",
        "'', /, true",
        "/api, /apis, false",
        "/api, /web, false",
        "'', /api, false",
        "-i /API, /api/v1, false"
    })
    void aNewcomerGetsNothingThatCoversAPathOfSomebodyElse(String held, String wanted, boolean refused) {
        Claims claims = claims(true);
        AppPort holder = with("/m", 10_001, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_PATH", held);
        AppPort newcomer = with(
                "/a",
                10_002,
                "HAPROXY_0_VHOST",
                "x.example,y.example",
                "HAPROXY_0_PATH",
                wanted,
                "HAPROXY_0_BACKEND_WEIGHT",
                "99",
                "HAPROXY_0_REDIRECT_TO_HTTPS",
                "true");
        assertThat(settle(claims, holder)).isEmpty();
        for (int i = 0; i < 2; i++) { // and does not have it because it asked once
            List<AppPort> in = List.of(i == 0 ? newcomer : with(newcomer), holder);
            Claims.Settled settled = claims.settle(in);
            assertThat(settled.problems())
                    .extracting(Problem::subject)
                    .containsExactly(refused ? new String[] {"/a"} : new String[0]);
            assertThat(settled.ports().get(0).vhosts().hosts())
                    .containsExactly(refused ? new String[] {"y.example"} : new String[] {"x.example", "y.example"});
            assertThat(settled.ports().get(1)).isSameAs(holder);
        }
    }

    /** The same, read once more. */
    private static AppPort with(AppPort port) {
        return AppPort.of(port.service(), remark -> {});
    }

    @Test
    void connectionsThatArePassedOnAreAClaimOfTheWholeHostWhateverTheTemplatesSay() {
        Claims claims = claims(true);
        AppPort holder = with("/m", 10_001, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_PATH", "/api");
        AppPort newcomer = with(
                "/a",
                10_002,
                "HAPROXY_0_VHOST",
                "x.example",
                "LB_0_TLS_PASSTHROUGH",
                "true",
                "HAPROXY_0_HTTP_FRONTEND_ACL",
                "  acl o hdr(host) -i other.example\n  use_backend {backend} if o\n",
                "HAPROXY_0_HTTPS_FRONTEND_ACL",
                "  use_backend {backend} if {{ ssl_fc_sni other.example }}\n");
        assertThat(settle(claims, holder)).isEmpty();
        Claims.Settled settled = claims.settle(List.of(newcomer, holder));
        assertThat(settled.problems()).extracting(Problem::subject).containsExactly("/a");
        assertThat(settled.ports().get(0).vhosts().hosts()).isEmpty();
    }

    @Test
    void theRightsOfWhoStopsClaimingAreNobodysObstacle() {
        Claims claims = claims(true);
        AppPort whole = with("/a", 10_002, "HAPROXY_0_VHOST", "x.example");
        assertThat(settle(claims, with("/m", 10_001, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_PATH", "/api")))
                .isEmpty();
        assertThat(settle(claims, whole, with("/m", 10_001))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoClaimsAPortOfTheProxyHasItsHostsAndNoListener(boolean keep) {
        AppPort a = port("/a", 80, "a.example", 0);
        AppPort b = port("/b", 80, "b.example", 0);
        Claims.Settled settled = claims(keep).settle(List.of(a, b));
        assertThat(settled.ports()).containsExactly(a, b);
        assertThat(settled.withoutListener()).containsExactlyInAnyOrder("/a", "/b");
        assertThat(settled.problems())
                .extracting(Problem::reason)
                .containsOnly("service port: 80 (expected: none of the proxy's own ports [80, 9090]); only its virtual"
                        + " hosts are served")
                .hasSize(2);
    }

    @Test
    void ofOneApplicationsOwnPortsTheOneThatHasItIsNamed() {
        AppPort first = AppPort.of(Apps.port("/a", 0, 10_001), remark -> {});
        AppPort second = AppPort.of(Apps.port("/a", 1, 10_001), remark -> {});
        assertThat(settle(claims(false), first, second))
                .containsExactly(new Problem(
                        "/a",
                        "service port: 10001 (expected: a port that /a:0 does not have; only its virtual hosts are"
                                + " served)"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whatIsRememberedOfPortsThatDidNotChangeIsWhatANewLookFinds(long seed) {
        Random random = new Random(seed);
        List<AppPort> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            all.add(port(
                    "/a" + i / 2,
                    10_000 + random.nextInt(25),
                    "h" + random.nextInt(12) + ".example,h" + random.nextInt(12) + ".example",
                    random.nextInt(3)));
        }
        all.sort(Comparator.comparing((AppPort port) -> port.service().application())
                .thenComparingInt(port -> port.listen().port()));
        Claims remembering = claims(false);
        for (int round = 0; round < 50; round++) {
            List<String> names = new ArrayList<>();
            List<AppPort> some = all.stream()
                    .filter(port -> random.nextBoolean())
                    .filter(port -> !names.contains(port.service().name()))
                    .peek(port -> names.add(port.service().name()))
                    .toList();
            assertThat(remembering.settle(some)).isEqualTo(claims(false).settle(some));
        }
    }
}
