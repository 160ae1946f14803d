package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 64, 641, 1_000, 65_535, 65_536, 100_000, 1_000_003, Integer.MAX_VALUE})
    void remaindersAreThoseOfADivision(int divisor) {
        long remainders = Draws.remainders(divisor);
        SplittableRandom random = new SplittableRandom(divisor);
        for (int i = 0; i < 10_000; i++) {
            for (int number :
                    new int[] {i, -1 - i, i * divisor, i * divisor - 1, Integer.MIN_VALUE + i, random.nextInt()}) {
                assertThat(Draws.remainder(number, remainders, divisor))
                        .as("%s", Integer.toUnsignedString(number))
                        .isEqualTo(Integer.remainderUnsigned(number, divisor));
            }
        }
    }
}
