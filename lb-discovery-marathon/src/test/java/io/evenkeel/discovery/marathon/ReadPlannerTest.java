package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadPlannerTest {

    private static final int LARGE = 100;
    private static final Change ONE = Change.of(Set.of("/a"));

    private final ManualClock clock = new ManualClock();
    private final ReadPlanner planner = new ReadPlanner(LARGE, Duration.ofMinutes(1), clock);

    private static Change ids(String... ids) {
        return Change.of(new LinkedHashSet<>(List.of(ids)));
    }

    private void whole(long millis) {
        planner.succeeded(Change.ALL, Duration.ofMillis(millis).toNanos(), LARGE + 1);
    }

    private void single(long millis) {
        planner.succeeded(ONE, Duration.ofMillis(millis).toNanos(), LARGE + 1);
    }

    @Test
    void readsEverythingFirst() {
        assertThat(planner.first(ONE)).isEqualTo(Change.ALL);
        assertThat(planner.first(Change.NONE)).isEqualTo(Change.ALL);
    }

    @Test
    void readsOneByItselfAndSeveralIfThatIsMuchCheaper() {
        whole(100);
        clock.advance(Duration.ofSeconds(5));
        assertThat(planner.first(ONE)).isEqualTo(ONE);
        assertThat(planner.first(ids("/a", "/b")).apps()).isTrue(); // nobody knows yet what one costs
        single(8);
        assertThat(planner.first(ids("/a", "/b", "/c"))).isEqualTo(ids("/a", "/b", "/c"));
        assertThat(planner.first(ids("/a", "/b", "/c", "/d")).apps()).isTrue();
        single(1000);
        assertThat(planner.first(ids("/a", "/b")).apps()).isTrue();
        assertThat(planner.first(ONE)).isEqualTo(ONE);
    }

    @Test
    void readsTheFirstFewWhileTheListMustRestForLong() {
        whole(200);
        single(25);
        Change three = ids("/a", "/b", "/c");
        assertThat(planner.pauseBefore(three)).isZero();
        assertThat(planner.first(three)).isEqualTo(ids("/a", "/b"));
        assertThat(three.without(planner.first(three))).isEqualTo(ids("/c"));
        clock.advance(Duration.ofMillis(1500));
        assertThat(planner.pauseBefore(three)).isEqualTo(Duration.ofMillis(500).toNanos());
        clock.advance(Duration.ofMillis(500));
        assertThat(planner.pauseBefore(three)).isZero();
        assertThat(planner.first(three).apps()).isTrue();
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
        assertThat(planner.untilNext()).isZero();
    }

    @Test
    void theListFollowsWhatWasReadByItself() {
        whole(10);
        clock.advance(Duration.ofSeconds(10));
        assertThat(planner.untilNext()).isEqualTo(Duration.ofSeconds(50).toNanos());
        single(1);
        clock.advance(Duration.ofSeconds(2));
        single(1);
        assertThat(planner.untilNext()).isEqualTo(Duration.ofSeconds(3).toNanos());
        clock.advance(Duration.ofSeconds(3));
        assertThat(planner.first(Change.NONE)).isEqualTo(Change.APPS);
        assertThat(planner.first(ONE)).isEqualTo(ONE.and(Change.APPS));
        planner.succeeded(Change.APPS, 1_000_000, LARGE + 1);
        assertThat(planner.untilNext()).isEqualTo(Duration.ofSeconds(45).toNanos());
        assertThat(planner.first(ONE)).isEqualTo(ONE);
    }

    @Test
    void judgingAgainAsksForNothing() {
        whole(1);
        assertThat(planner.first(Change.JUDGEMENT)).isEqualTo(Change.JUDGEMENT);
        assertThat(planner.first(Change.PODS)).isEqualTo(Change.PODS);
    }

    @Test
    void aSmallClusterIsReadWhole() {
        planner.succeeded(Change.ALL, Duration.ofMillis(100).toNanos(), LARGE);
        assertThat(planner.pauseBefore(ONE)).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(planner.first(ONE)).isEqualTo(ONE.and(Change.APPS));
        whole(100);
        assertThat(planner.first(ONE)).isEqualTo(ONE);
    }
}
