package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyWindowTest {

    private static final long SECOND = 1_000_000_000L;

    private final LatencyWindow window = new LatencyWindow();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 9, 1_000, 123_456_789, 5_000_000_000L, Long.MAX_VALUE})
    void isRightToAnEighth(long nanos) {
        window.record(nanos, 0);

        assertThat(window.quantile(0.5, 1, 0)).isBetween(nanos, (long) Math.min(nanos * 1.126, 9.3e18));
    }

    @Test
    void tellsQuantilesOfMany() {
        SplittableRandom random = new SplittableRandom(1);
        long[] all = new long[10_000];
        for (int i = 0; i < all.length; i++) {
            all[i] = (long) (-10e6 * Math.log(1 - random.nextDouble()));
            window.record(all[i], i);
        }
        Arrays.sort(all);
        for (double q : new double[] {0, 0.5, 0.95, 0.99, 1}) {
            long exact = all[(int) Math.max(0, Math.ceil(q * all.length) - 1)];
            assertThat(window.quantile(q, 100, 0)).isBetween(exact, (long) (exact * 1.126) + 1);
        }
    }

    @Test
    void forgetsWhatIsAMinuteOld() {
        for (int i = 0; i < 1_000; i++) {
            window.record(500_000_000, i * SECOND / 100);
        }
        for (int second = 10; second < 130; second++) {
            window.record(1_000_000, second * SECOND);
        }

        assertThat(window.quantile(0.99, 1, 130 * SECOND)).isLessThan(2_000_000);
    }

    @Test
    void forgetsAllWhenNothingComesForAMinute() {
        window.record(500_000_000, 0);
        window.record(500_000_000, 31 * SECOND);
        assertThat(window.quantile(0.5, 2, 60 * SECOND)).isPositive();

        assertThat(window.quantile(0.5, 1, 95 * SECOND)).isEqualTo(-1);
    }

    @Test
    void saysNothingOfTooFew() {
        assertThat(window.quantile(0.95, 0, 0)).isEqualTo(-1);
        for (int i = 0; i < 99; i++) {
            window.record(-5, 0);
        }
        assertThat(window.quantile(0.95, 100, 0)).isEqualTo(-1);
        window.record(-5, 0);
        assertThat(window.quantile(0.95, 100, 0)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> window.quantile(1.1, 1, 0))
                .withMessage("q: 1.1 (expected: 0 to 1)");
    }
}
