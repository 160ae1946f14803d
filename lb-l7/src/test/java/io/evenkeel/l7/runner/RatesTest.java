package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RatesTest {

    private final Rates rates = new Rates();

    @Test
    void rateIsWhatCameInTheLastWholeSecond() {
        assertThat(second("a", 5)).isEqualTo("0/0");
        assertThat(second("a", 12)).isEqualTo("7/7");
        assertThat(second("a", 13)).isEqualTo("1/7");
        assertThat(second("a", 13)).isEqualTo("0/7");
    }

    @Test
    void countersDoNotMixAndMayBeginAnew() {
        second("a", 100);
        second("b", 1);
        assertThat(second("a", 101)).isEqualTo("1/1");
        assertThat(second("a", 3)).isEqualTo("0/1");
        assertThat(second("a", 5)).isEqualTo("2/2");
    }

    @Test
    void whatIsNotReadForAMinuteIsForgotten() {
        second("a", 0);
        assertThat(second("a", 9)).isEqualTo("9/9");
        for (int i = 0; i < 59; i++) {
            rates.tick();
        }
        assertThat(read("a", 9)).isEqualTo("0/9");
        for (int i = 0; i < 61; i++) {
            rates.tick();
        }
        assertThat(read("a", 9)).isEqualTo("0/0");
    }

    /** The rate and the highest one after a second at whose end the counter reads so. */
    private String second(String key, long reading) {
        read(key, reading);
        rates.tick();
        return read(key, reading);
    }

    private String read(String key, long reading) {
        StatsRow row = new StatsRow("p", "s", 0, 1, 0);
        rates.fill(row, key, reading);
        return row.get("rate") + "/" + row.get("rate_max");
    }
}
