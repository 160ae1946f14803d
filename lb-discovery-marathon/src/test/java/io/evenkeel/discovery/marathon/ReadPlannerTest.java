package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadPlannerTest {

    private static final Change ONE = Change.of(Set.of("/a"));

    private final ManualClock clock = new ManualClock();
    private final ReadPlanner planner = new ReadPlanner(true, Duration.ofMinutes(1), clock);

    private static Change ids(String... ids) {
        return Change.of(new LinkedHashSet<>(List.of(ids)));
    }

    private void whole(long millis) {
        planner.succeeded(Change.ALL, Duration.ofMillis(millis).toNanos());
    }

    private void single(long millis) {
        planner.succeeded(ONE, Duration.ofMillis(millis).toNanos());
    }

    @Test
    void readsEverythingFirst() {
        assertThat(planner.first(ONE)).isEqualTo(Change.ALL);
        assertThat(planner.first(Change.NONE)).isEqualTo(Change.ALL);
    }

    @Test
    void readsOneByItselfAndSeveralIfThatIsCheaper() {
        whole(100);
        clock.advance(Duration.ofSeconds(5));
        assertThat(planner.first(ONE)).isEqualTo(ONE);
        single(10);
        assertThat(planner.first(ids("/a", "/b", "/c"))).isEqualTo(ids("/a", "/b", "/c"));
        assertThat(planner.first(ids("/a", "/b", "/c", "/d", "/e")).apps()).isTrue();
        single(1000);
        assertThat(planner.first(ids("/a", "/b")).apps()).isTrue();
    }

    @Test
    void readsTheFirstFewWhileTheListMustRest() {
        whole(200);
        Change five = ids("/a", "/b", "/c", "/d", "/e");
        assertThat(planner.first(five)).isEqualTo(ids("/a", "/b", "/c", "/d"));
        assertThat(five.without(planner.first(five))).isEqualTo(ids("/e"));
        clock.advance(Duration.ofSeconds(2));
        assertThat(planner.first(five).apps()).isTrue();
    }

    @Test
    void aListRestsTenTimesAsLongAsItTakesButNeverLongerThanSeconds() {
        whole(100);
        assertThat(planner.pauseBefore(Change.APPS))
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(planner.pauseBefore(ONE)).isZero();
        assertThat(planner.pauseBefore(Change.ALL)).isZero();
        whole(100_000);
        assertThat(planner.pauseBefore(Change.APPS)).isEqualTo(ReadPlanner.LONGEST_PAUSE.toNanos());
        clock.advance(ReadPlanner.LONGEST_PAUSE);
        assertThat(planner.pauseBefore(Change.APPS)).isZero();
    }

    @Test
    void reconcilesWhateverElseHasChanged() {
        whole(1);
        clock.advance(Duration.ofSeconds(59));
        assertThat(planner.first(ONE)).isEqualTo(ONE);
        clock.advance(Duration.ofSeconds(1));
        assertThat(planner.first(ONE)).isEqualTo(Change.ALL);
        assertThat(planner.untilReconcile()).isZero();
    }

    @Test
    void judgingAgainAsksForNothing() {
        whole(1);
        assertThat(planner.first(Change.JUDGEMENT)).isEqualTo(Change.JUDGEMENT);
        assertThat(planner.first(Change.PODS)).isEqualTo(Change.PODS);
    }

    @Test
    void withoutIncrementsEachChangeMeansEverything() {
        ReadPlanner simple = new ReadPlanner(false, Duration.ofMinutes(1), clock);
        simple.succeeded(Change.ALL, Duration.ofSeconds(1).toNanos());
        assertThat(simple.first(ONE).apps()).isTrue();
    }
}
