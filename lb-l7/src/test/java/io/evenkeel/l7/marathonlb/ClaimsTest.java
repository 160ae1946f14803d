package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {

    private static AppPort port(String id, int port, String hosts, int weight) {
        return AppPort.of(
                Apps.app(id, port, "HAPROXY_0_VHOST", hosts, "HAPROXY_0_BACKEND_WEIGHT", Integer.toString(weight)),
                remark -> {});
    }

    private static List<Problem> settle(Claims claims, AppPort... ports) {
        return claims.settle(List.of(ports)).problems();
    }

    @Test
    void whoStopsClaimingAndBeginsAgainIsTheLast() {
        Claims claims = new Claims(true);
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
        Claims claims = new Claims(true);
        AppPort b = port("/b", 10_002, "x.example", 0);
        assertThat(settle(claims, b)).isEmpty();
        AppPort changed = port("/b", 10_003, "y.example,x.example", 0);
        assertThat(settle(claims, port("/a", 10_001, "x.example", 9), changed))
                .extracting(Problem::subject)
                .containsExactly("/a");
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
        Claims remembering = new Claims(false);
        for (int round = 0; round < 50; round++) {
            List<String> names = new ArrayList<>();
            List<AppPort> some = all.stream()
                    .filter(port -> random.nextBoolean())
                    .filter(port -> !names.contains(port.service().name()))
                    .peek(port -> names.add(port.service().name()))
                    .toList();
            assertThat(remembering.settle(some)).isEqualTo(new Claims(false).settle(some));
        }
    }
}
