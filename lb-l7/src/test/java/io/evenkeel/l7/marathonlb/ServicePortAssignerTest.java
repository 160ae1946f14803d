package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.marathonlb.ServicePortAssigner.Owner;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePortAssignerTest {

    @Test
    void portsAreThoseThatMarathonLbGave() {
        assertThat(new ServicePortAssigner(PortRange.DEFAULT).assign(new Owner("/auto/two", 8084)))
                .isEqualTo(10_068);
    }

    @Test
    void everybodyGetsAnotherPortUntilThereIsNoneLeft() {
        ServicePortAssigner assigner = new ServicePortAssigner(new PortRange(20_000, 20_009));
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            ports.add(assigner.assign(new Owner("/app" + i, 80)));
        }
        assertThat(ports).hasSize(10).allMatch(port -> port >= 20_000 && port <= 20_009);
        assertThat(assigner.assign(new Owner("/one-more", 80))).isZero();
    }

    @Test
    void whoHasAPortKeepsItWhateverElseComesAndGoes() {
        ServicePortAssigner assigner = new ServicePortAssigner(new PortRange(20_000, 20_001));
        Owner first = new Owner("/first", 80);
        Owner second = new Owner("/second", 80);
        int port = assigner.assign(first);
        int other = assigner.assign(second);
        assertThat(other).isNotEqualTo(port);
        assigner.retain(Set.of(second));
        Owner third = new Owner("/third", 80);
        assertThat(assigner.assign(third)).isEqualTo(port);
        assertThat(assigner.assign(second)).isEqualTo(other);
        assertThat(assigner.assign(first)).isZero();
    }

    @Test
    void bothZeroGiveNone() {
        assertThat(new ServicePortAssigner(PortRange.NONE).assign(new Owner("/a", 80)))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "0, 5", "5, 0", "-1, 5", "1, 65536"})
    void aRangeThatIsNoneIsRefused(int first, int last) {
        assertThatThrownBy(() -> new PortRange(first, last))
                .hasMessage("service ports: " + first + " to " + last
                        + " (expected: 1 to 65535, the first not above the last, or both 0)");
    }
}
