package io.evenkeel.discovery;

import static io.evenkeel.testing.Endpoints.endpoint;
import static io.evenkeel.testing.Endpoints.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.Endpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {

    @Test
    void splitsByTheSourcesWeightsWhateverTheNumberOfEndpoints() {
        assertThat(weights(shares(1, 1), part(0, 1), part(1, 1, 1, 1, 1)))
                .containsExactly(65535, 16384, 16384, 16384, 16383);
        assertThat(weights(shares(3, 1), part(0, 1, 1, 1), part(1, 1))).containsExactly(65535, 65535, 65535, 65535);
    }

    @Test
    void keepsTheProportionsWithinASource() {
        assertThat(weights(shares(1, 2), part(0, 1, 3), part(1, 5))).containsExactly(8192, 24576, 65535);
    }

    @Test
    void giveTheShareOfASourceWithoutEndpointsToTheOthers() {
        assertThat(weights(shares(1, 2, 1), part(0, 7), part(2, 7))).containsExactly(65535, 65535);
        assertThat(weights(shares(1, 2, 1), part(0, 7), part(1), part(2, 7))).containsExactly(65535, 65535);
    }

    @Test
    void leavesAloneWhatOneSourceAloneHas() {
        assertThat(weights(shares(1, 2), part(0), part(1, 3, 1, 0))).containsExactly(3, 1, 0);
        assertThat(weights(shares(1, 2), part(0), part(1))).isEmpty();
    }

    @Test
    void keepsTheEndpointsOfASourceOfWeightZeroWithoutWeight() {
        assertThat(weights(shares(0, 2), part(0, 3, 1), part(1, 1, 2))).containsExactly(0, 0, 32768, 65535);
        assertThat(weights(shares(0, 2), part(0, 3, 1))).containsExactly(0, 0);
        assertThat(weights(shares(0, 2), part(0, 3, 1), part(1, 0))).containsExactly(0, 0, 0);
    }

    @Test
    void countsUsableEndpointsOnly() {
        Endpoint ill = endpoint("ill", 1).withHealth(Health.UNHEALTHY);
        Offer half = new Offer(0, snapshot("web", endpoint("well", 2), ill));

        assertThat(weights(shares(1, 1), half, part(1, 1))).containsExactly(65535, 65535, 65535);
        assertThat(weights(shares(EndpointFilter.everything(), 1, 1), half, part(1, 1)))
                .containsExactly(32768, 32767, 65535);
    }

    @Test
    void countsAllWhereNoneIsUsable() {
        Offer ill = new Offer(
                0,
                snapshot(
                        "web",
                        endpoint("a", 1, 1).withHealth(Health.UNHEALTHY),
                        endpoint("b", 2, 3).withHealth(Health.UNHEALTHY)));

        assertThat(weights(shares(1, 1), ill, part(1, 1))).containsExactly(16384, 49151, 65535);
    }

    @Test
    void givesASmallShareAtLeastOneUnit() {
        assertThat(weights(shares(1e6, 1), part(0, 1), part(1, 1, 1))).containsExactly(65535, 1, 0);
        assertThat(weights(shares(Double.MAX_VALUE, Double.MIN_VALUE), part(0, 1), part(1, 1)))
                .containsExactly(65535, 1);
        assertThat(weights(shares(Double.MIN_VALUE, Double.MAX_VALUE), part(0, 1), part(1, 0)))
                .containsExactly(65535, 0);
    }

    @Test
    void letsAnEndpointThatSeveralSourcesKnowCarryAllTheirShares() {
        Endpoint shared = endpoint("shared", 1);
        Service labelled = Endpoints.labelled("web", Map.of("VIP_0", "web:80"));
        Snapshot merged = shares(1, 1)
                .merge(List.of(
                        new Offer(0, new Snapshot(labelled, List.of(shared))),
                        new Offer(1, snapshot("web", shared, endpoint("other", 2)))));

        assertThat(merged)
                .isEqualTo(new Snapshot(
                        labelled,
                        List.of(shared.withWeight(65535), endpoint("other", 2).withWeight(21845))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void isRightToAUnitForAnySourcesAndEndpoints(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            double[] weights = new double[2 + random.nextInt(4)];
            List<Offer> offers = new ArrayList<>();
            for (int source = 0; source < weights.length; source++) {
                weights[source] = random.nextInt(5) == 0 ? 0 : Math.exp(random.nextGaussian() * 2);
                int[] endpoints = new int[1 + random.nextInt(40)];
                boolean alike = random.nextBoolean();
                for (int i = 0; i < endpoints.length; i++) {
                    endpoints[i] = alike ? 1 : random.nextInt(random.nextInt(10) == 0 ? 65_536 : 10);
                }
                endpoints[0] = Math.max(1, endpoints[0]);
                offers.add(part(source, endpoints));
            }
            weights[random.nextInt(weights.length)] = 1;

            check(weights, offers, shares(weights).merge(offers).endpoints());
        }
    }

    private static void check(double[] weights, List<Offer> offers, List<Endpoint> merged) {
        double largest = 0; // of the exact shares
        for (Offer offer : offers) {
            for (Endpoint endpoint : offer.snapshot().endpoints()) {
                largest = Math.max(
                        largest,
                        weights[offer.source()]
                                * endpoint.weight()
                                / sum(offer.snapshot().endpoints()));
            }
        }
        assertThat(merged.stream().mapToInt(Endpoint::weight).max()).hasValue(65_535);
        int place = 0;
        for (Offer offer : offers) {
            List<Endpoint> before = offer.snapshot().endpoints();
            List<Endpoint> after = merged.subList(place, place + before.size());
            place += before.size();
            double exactSum = 65_535 / largest * weights[offer.source()];
            if (exactSum == 0 || exactSum >= 0.5) {
                assertThat((double) sum(after)).isCloseTo(exactSum, within(0.5001));
            } else {
                assertThat(sum(after)).isEqualTo(1);
            }
            for (int i = 0; i < before.size(); i++) {
                double exact = exactSum * before.get(i).weight() / sum(before);
                assertThat((double) after.get(i).weight()).isCloseTo(exact, within(1.0001));
                assertThat(after.get(i).withWeight(before.get(i).weight())).isEqualTo(before.get(i));
            }
        }
        assertThat(place).isEqualTo(merged.size());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, -0.001, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void namesABadWeight(double bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shares(1, bad))
                .withMessage("weight: " + bad + " (expected: >= 0 and finite)");
    }

    @Test
    void wantsAWeightForEachSourceAndOneThatIsNotZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Shares(2, new Usable(EndpointFilter.library()), 1, 2, 3))
                .withMessage("weights: [1.0, 2.0, 3.0] (expected: 2, one for each source)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shares(0, -0.0))
                .withMessage("weights: [0.0, -0.0] (expected: one > 0 at least)");
    }

    private static Shares shares(double... weights) {
        return shares(EndpointFilter.library(), weights);
    }

    private static Shares shares(EndpointFilter filter, double... weights) {
        return new Shares(weights.length, new Usable(filter), weights);
    }

    /** What a source has: endpoints of these weights, at addresses of its own. */
    private static Offer part(int source, int... weights) {
        return new Offer(
                source,
                snapshot(
                        "web",
                        IntStream.range(0, weights.length)
                                .mapToObj(i -> endpoint(source + "-" + i, 1_000 * (source + 1) + i, weights[i]))
                                .toList()));
    }

    private static List<Integer> weights(Shares shares, Offer... offers) {
        return shares.merge(List.of(offers)).endpoints().stream()
                .map(Endpoint::weight)
                .toList();
    }

    private static long sum(List<Endpoint> endpoints) {
        return endpoints.stream().mapToLong(Endpoint::weight).sum();
    }
}
