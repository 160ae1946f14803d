package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemTest {

    @Test
    void namesWhatIsAffected() {
        assertThat(new Problem("/web", "label X: 1 (expected: 2)")).hasToString("/web: label X: 1 (expected: 2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\u001b", "\u0085", "\u2028", "\u2029", "\u007f"})
    void isOneLineWhateverSomebodyCallsHisLabels(String control) {
        assertThat(new Problem("/web", "label A" + control + "ERROR forged")).hasToString("/web: label A?ERROR forged");
    }
}
