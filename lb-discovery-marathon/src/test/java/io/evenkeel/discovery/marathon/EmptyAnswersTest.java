package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EmptyAnswersTest {

    private final ManualClock clock = new ManualClock();
    private final EmptyAnswers empties = new EmptyAnswers(Duration.ofSeconds(90), clock);

    @Test
    void believesWhatIsSaidLongEnough() {
        assertThat(empties.believe(Set.of("/a"))).isFalse();
        clock.advance(Duration.ofSeconds(89));
        assertThat(empties.believe(Set.of("/a"))).isFalse();
        clock.advance(Duration.ofSeconds(1));
        assertThat(empties.believe(Set.of("/a"))).isTrue();
    }

    @Test
    void beginsAnewAfterAnAnswerWithSomething() {
        empties.believe(Set.of("/a"));
        clock.advance(Duration.ofSeconds(89));
        empties.notEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(empties.believe(Set.of("/a"))).isFalse();
    }

    @Test
    void whatWasSaidBeforeAnOutageDoesNotCountAfterIt() {
        empties.believe(Set.of("/a"));
        empties.failed();
        clock.advance(Duration.ofSeconds(90));
        assertThat(empties.believe(Set.of("/a"))).isFalse();
        clock.advance(Duration.ofSeconds(90));
        assertThat(empties.believe(Set.of("/a"))).isTrue();
    }

    @Test
    void believesEventsThatSaidEachOneWasDeleted() {
        empties.ended(Set.of("/a"));
        assertThat(empties.believe(Set.of("/a", "/b"))).isFalse();
        empties.ended(Set.of("/b", "/c"));
        assertThat(empties.believe(Set.of("/a", "/b"))).isTrue();
        empties.notEmpty();
        assertThat(empties.believe(Set.of("/a"))).isFalse();
    }
}
