package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigWordsTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`  a b\tc `, a|b|c",
                "a \"b c\" d, a|b c|d",
                "a 'b \"c\\' d, a|b \"c\\|d",
                "a\\ b c, a b|c",
                "a # b, a",
                "a\\#b, a#b",
                "\"a#b\" c, a#b|c",
                "^.*\\.com$, ^.*\\.com$",
                "\"\" a, |a",
                "a\"b\"'c', abc",
                "\"\\$x\", $x",
                "\\x41b, Ab",
            })
    void blanksPartWordsUnlessTheyAreQuoted(String line, String words) {
        assertThat(String.join("|", ConfigWords.split(line))).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a \"b", "a 'b", "a\\", "a \\x4", "\"$HOME\""})
    void whatHasNoEndIsRefused(String line) {
        assertThatThrownBy(() -> ConfigWords.split(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void emptyLinesAndCommentsHaveNoWords() {
        assertThat(ConfigWords.split("")).isEmpty();
        assertThat(ConfigWords.split("  # a comment")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"500, PT0.5S", "500ms, PT0.5S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "1d, P1D", "1us, PT0.001S"})
    void timesAreMillisecondsUnlessTheySayOtherwise(String text, Duration time) {
        assertThat(Times.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "999999d"})
    void nothingAndMoreThanAnybodyWaitsIsForever(String text) {
        assertThat(Times.parse(text)).isEqualTo(Times.FOREVER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "5w", "1.5s", "5 s"})
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> Times.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(text + " (expected: a time like 500, 500ms, 30s or 5m)");
    }
}
