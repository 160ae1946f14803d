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
        assertThat(planner.next(ONE)).isEqualTo(Change.ALL);
        assertThat(planner.next(Change.NONE)).isEqualTo(Change.ALL);
    }

    @Test
    void readsOneByItselfAndSeveralIfThatIsMuchCheaper() {
        whole(100);
        clock.advance(Duration.ofSeconds(5));
        assertThat(planner.next(ONE)).isEqualTo(ONE);
        assertThat(planner.next(ids("/a", "/b")).apps()).isTrue(); // nobody knows yet what one costs
        single(8);
        assertThat(planner.next(ids("/a", "/b", "/c"))).isEqualTo(ids("/a", "/b", "/c"));
        assertThat(planner.next(ids("/a", "/b", "/c", "/d")).apps()).isTrue();
        single(1000);
        assertThat(planner.next(ids("/a", "/b")).apps()).isTrue();
        assertThat(planner.next(ONE)).isEqualTo(ONE);
    }

    @Test
    void severalWaitForTheListWhileItRests() {
        whole(200);
        single(25);
        clock.advance(Duration.ofMillis(500));
        Change three = ids("/a", "/b", "/c");
        assertThat(planner.pauseBefore(three)).isEqualTo(Duration.ofMillis(1500).toNanos());
        assertThat(planner.next(three)).isNull();
        assertThat(planner.next(ids("/a", "/b"))).isEqualTo(ids("/a", "/b"));
        clock.advance(Duration.ofMillis(1500));
        assertThat(planner.pauseBefore(three)).isZero();
        assertThat(planner.next(three).apps()).isTrue();
    }

    @Test
    void requestsForOneEachAreFewAtATime() {
        whole(10_000);
        for (int i = 0; i < 4; i++) {
            assertThat(planner.next(ONE)).isEqualTo(ONE);
            single(1);
        }
        assertThat(planner.next(ONE)).isNull();
        assertThat(planner.pauseBefore(ONE)).isBetween(500_000_000L, 500_000_010L);
        clock.advance(Duration.ofMillis(501));
        assertThat(planner.next(ONE)).isEqualTo(ONE);
    }

    @Test
    void aListRestsTenTimesAsLongAsItTakesButNotLongerThanSecondsOrAsItTakes() {
        whole(100);
        assertThat(planner.pauseBefore(Change.APPS))
                .isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(planner.pauseBefore(ONE)).isZero();
        assertThat(planner.pauseBefore(Change.ALL)).isZero();
        whole(1000);
        assertThat(planner.pauseBefore(Change.APPS)).isEqualTo(ReadPlanner.LONGEST_PAUSE.toNanos());
        assertThat(planner.pauseBefore(Change.PODS)).isZero();
        clock.advance(ReadPlanner.LONGEST_PAUSE);
        assertThat(planner.pauseBefore(Change.APPS)).isZero();
    }

    @Test
    void reconcilesWhateverElseHasChanged() {
        whole(1);
        clock.advance(Duration.ofSeconds(59));
        assertThat(planner.next(ONE)).isEqualTo(ONE);
        clock.advance(Duration.ofSeconds(1));
        assertThat(planner.next(ONE)).isEqualTo(Change.ALL);
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
        assertThat(planner.next(Change.NONE)).isEqualTo(Change.APPS);
        assertThat(planner.next(ONE)).isEqualTo(ONE.and(Change.APPS));
        planner.succeeded(Change.APPS, 1_000_000, LARGE + 1);
        assertThat(planner.untilNext()).isEqualTo(Duration.ofSeconds(45).toNanos());
        assertThat(planner.next(ONE)).isEqualTo(ONE);
    }

    @Test
    void judgingAgainAsksForNothing() {
        whole(1);
        assertThat(planner.next(Change.JUDGEMENT)).isEqualTo(Change.JUDGEMENT);
        assertThat(planner.next(Change.PODS)).isEqualTo(Change.PODS);
    }

    @Test
    void aSmallClusterIsReadWhole() {
        planner.succeeded(Change.ALL, Duration.ofMillis(100).toNanos(), LARGE);
        assertThat(planner.pauseBefore(ONE)).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(planner.next(ONE)).isNull();
        clock.advance(Duration.ofSeconds(1));
        assertThat(planner.next(ONE)).isEqualTo(ONE.and(Change.APPS));
        whole(100);
        assertThat(planner.next(ONE)).isEqualTo(ONE);
    }
}
