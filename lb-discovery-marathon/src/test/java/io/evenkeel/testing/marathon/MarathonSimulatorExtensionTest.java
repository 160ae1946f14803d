package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(MarathonSimulatorExtension.class)
class MarathonSimulatorExtensionTest {
    @Test
    void givesAStartedSimulator(MarathonSimulator simulator) {
        assertThat(new Rest(simulator.uri()).get("/ping").body()).isEqualTo("pong");
        assertThat(simulator.apps()).isEmpty();
    }

    @Test
    void closingTwiceIsFineAndStartingAgainIsNot(MarathonSimulator simulator) {
        simulator.createApp("{\"id\":\"/app\"}").awaitTasks(1, Rest.PATIENCE);
        simulator.close();
        simulator.close();
        assertThatThrownBy(simulator::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void badSettingNamesItself() {
        assertThatThrownBy(() -> MarathonSimulator.builder().agents(0).build())
                .hasMessage("agents: 0 (expected: >= 1)");
    }
}
