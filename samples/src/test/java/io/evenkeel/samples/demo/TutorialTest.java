package io.evenkeel.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TutorialTest {

    @Test
    void sharesWithinATenthOfEvenAreFine() {
        assertThat(Tutorial.judge("web", Map.of("a", 100), Set.of("a"))).isEmpty();
        assertThat(Tutorial.judge("web", Map.of("a", 55, "b", 45), Set.of("a", "b")))
                .isEmpty();
    }

    @Test
    void shareThatIsTooLargeOrTooSmallIsTold() {
        assertThat(Tutorial.judge("web", Map.of("a", 56, "b", 44), Set.of("a", "b")))
                .containsExactlyInAnyOrder(
                        "web: 56 of 100 by a (expected: within 10 % of 50.0)",
                        "web: 44 of 100 by b (expected: within 10 % of 50.0)");
    }

    @Test
    void everyoneMustAnswerAndNobodyElse() {
        assertThat(Tutorial.judge("web", Map.of("a", 100), Set.of("a", "b"))).hasSize(1);
        assertThat(Tutorial.judge("web", Map.of("a", 99, "?", 1), Set.of("a"))).hasSize(1);
        assertThat(Tutorial.judge("web", Map.of(), Set.of("a"))).containsExactly("web: answered by [] (expected: [a])");
    }
}
