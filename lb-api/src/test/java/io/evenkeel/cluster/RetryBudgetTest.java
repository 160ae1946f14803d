package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.testing.ManualClock;
import io.evenkeel.testing.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final ManualClock clock = new ManualClock();
    private final RetryBudget budget = new RetryBudget(0.2, 0, clock);

    @Test
    void aFewRetriesAreThereFromTheStart() {
        assertThat(spendAll(budget)).isEqualTo(RetryBudget.FLOOR);
        assertThat(budget.tryRetry()).isFalse();
    }

    @Test
    void fiveRequestsEarnARetry() {
        spendAll(budget);
        for (int i = 0; i < 4; i++) {
            budget.request();
            assertThat(budget.tryRetry()).isFalse();
        }
        budget.request();
        assertThat(spendAll(budget)).isOne();
    }

    @Test
    void whatWasEarnedLongAgoIsForgotten() {
        for (int i = 0; i < 1_000_000; i++) {
            budget.request();
        }
        assertThat(spendAll(budget)).isEqualTo(RetryBudget.CAPACITY);
    }

    @Test
    void timeEarnsSomeTooButNotForEver() {
        RetryBudget timed = new RetryBudget(0, 10, clock);
        spendAll(timed);
        clock.advance(Duration.ofMillis(99));
        assertThat(timed.tryRetry()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(spendAll(timed)).isOne();

        clock.advance(Duration.ofSeconds(2));
        assertThat(spendAll(timed)).isEqualTo(20);
        clock.advance(Duration.ofHours(1));
        assertThat(spendAll(timed)).isEqualTo(RetryBudget.CAPACITY);
        assertThat(budget.tryRetry()).isTrue();
    }

    @Test
    void threadsTogetherSpendNoMoreThanThereIs() throws Exception {
        AtomicInteger spent = new AtomicInteger();
        Threads.race(4, thread -> {
            for (int i = 0; i < 50_000; i++) {
                budget.request();
                if (budget.tryRetry()) {
                    spent.incrementAndGet();
                }
            }
        });
        assertThat(spent.get() + spendAll(budget)).isBetween(40_000, 40_000 + RetryBudget.FLOOR);
    }

    @Test
    void namesWhatIsWrongWithItsSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudget(1.5, 0, clock))
                .withMessage("share: 1.5 (expected: 0 to 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryBudget(0.2, Double.NaN, clock))
                .withMessage("perSecond: NaN (expected: >= 0)");
    }

    private static int spendAll(RetryBudget from) {
        int spent = 0;
        while (from.tryRetry()) {
            spent++;
        }
        return spent;
    }
}
