package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {

    private final RetryBudget budget = new RetryBudget();

    @Test
    void aFewRetriesAreThereFromTheStart() {
        assertThat(spendAll()).isEqualTo(RetryBudget.FLOOR);
        assertThat(budget.tryRetry()).isFalse();
    }

    @Test
    void fiveRequestsEarnARetry() {
        spendAll();
        for (int i = 0; i < 4; i++) {
            budget.request();
            assertThat(budget.tryRetry()).isFalse();
        }
        budget.request();
        assertThat(spendAll()).isOne();
    }

    @Test
    void whatWasEarnedLongAgoIsForgotten() {
        for (int i = 0; i < 1_000_000; i++) {
            budget.request();
        }
        assertThat(spendAll()).isEqualTo(RetryBudget.CAPACITY);
    }

    private int spendAll() {
        int spent = 0;
        while (budget.tryRetry()) {
            spent++;
        }
        return spent;
    }
}
