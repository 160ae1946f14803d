package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Endpoints;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArcsTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void findsTheOwnerOfEveryBoundaryAndOfAnyPlace(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] weights = weights(random);
        Arcs arcs = arcs(weights);

        for (int i = 0; i < weights.length; i++) {
            long start = i == 0 ? 0 : arcs.ends()[i - 1];
            assertThat(arcs.owner(start)).as("seed %d", seed).isEqualTo(i);
            assertThat(arcs.owner(arcs.ends()[i] - 1)).as("seed %d", seed).isEqualTo(i);
        }
        for (int i = 0; i < 10_000; i++) {
            long place = random.nextLong(Arcs.CIRCLE);
            int owner = arcs.owner(place);
            assertThat(place).as("seed %d", seed).isLessThan(arcs.ends()[owner]);
            assertThat(owner == 0 || place >= arcs.ends()[owner - 1])
                    .as("seed %d", seed)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void drawsBesideAnEndpointNeverFindIt(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] weights = weights(random);
        Arcs arcs = arcs(weights);

        for (int i = 0; i < 10_000; i++) {
            int excluded = random.nextInt(weights.length);
            assertThat(arcs.ownerBeside(excluded, random.nextLong(Arcs.CIRCLE)))
                    .as("seed %d", seed)
                    .isNotEqualTo(excluded);
            assertThat(arcs.ownerBeside(excluded, 0)).isNotEqualTo(excluded);
            assertThat(arcs.ownerBeside(excluded, Arcs.CIRCLE - 1)).isNotEqualTo(excluded);
        }
    }

    @Test
    void coversTheCircle() {
        Arcs arcs = arcs(1, 65_535, 1);

        assertThat(arcs.ends()[2]).isEqualTo(Arcs.CIRCLE);
        assertThat(arcs.owner(0)).isZero();
        assertThat(arcs.owner(Arcs.CIRCLE - 1)).isEqualTo(2);
    }

    private static Arcs arcs(int... weights) {
        return Arcs.of(Candidates.of(Endpoints.stats(Endpoints.weighted(weights)), null, new SplittableRandom(1)));
    }

    private static int[] weights(SplittableRandom random) {
        int[] weights = random.ints(2 + random.nextInt(300), 1, 65_536).toArray();
        weights[random.nextInt(weights.length)] = 1;
        return weights;
    }
}
