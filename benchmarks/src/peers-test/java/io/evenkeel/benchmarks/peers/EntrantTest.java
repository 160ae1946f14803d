package io.evenkeel.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

class EntrantTest {

    @ParameterizedTest
    @EnumSource
    void followsWhatItsAlgorithmTakesIntoAccount(Entrant entrant) {
        assertThatNoException().isThrownBy(() -> entrant.provenContender(100).close());
    }

    @ParameterizedTest
    @MethodSource("replacing")
    void picksFollowTheList(Entrant entrant) {
        try (Contender<?> contender = entrant.contender(Proof.SMALL)) {
            Proof.replaces(contender);
        }
    }

    static Stream<Entrant> replacing() throws NoSuchFieldException {
        Param param = PeerReplaceBenchmark.class.getField("entrant").getAnnotation(Param.class);
        return Arrays.stream(param.value()).map(Entrant::valueOf);
    }

    @ParameterizedTest
    @EnumSource
    void aFixedChoiceIsFoundOut(Algorithm algorithm) {
        assertThatIllegalStateException().isThrownBy(() -> Proof.follows(algorithm, new Fixed()));
    }

    @Test
    void aChoiceOfOneEndpointDoesNotSpread() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Proof.spreads(new Fixed()))
                .withMessageContaining("1 (expected: > 1)");
    }

    @Test
    void aRotationPassesForNothingElse() {
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm != Algorithm.ROTATION && algorithm != Algorithm.RANDOM) {
                try (Contender<?> rotation = Entrant.EVENKEEL_ROUND_ROBIN.contender(Proof.SMALL)) {
                    assertThatIllegalStateException()
                            .as(algorithm.title())
                            .isThrownBy(() -> Proof.follows(algorithm, rotation));
                }
            }
        }
    }

    @Test
    void hostsTellTheirNumbers() {
        for (int index : new int[] {0, 255, 256, 65_535, 65_536, 1_000_000}) {
            assertThat(Hosts.index(Hosts.host(index))).isEqualTo(index);
            assertThat(Hosts.address(index).getHostString()).isEqualTo(Hosts.host(index));
        }
    }

    /** Always the same endpoint, as a balancer that was set up wrongly may choose. */
    private static final class Fixed extends Contender<Integer> {

        @Override
        Integer pick(long key) {
            return 3;
        }

        @Override
        void report(Integer use) {}

        @Override
        int index(Integer use) {
            return use;
        }
    }
}
