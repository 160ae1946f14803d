package io.evenkeel.l7.rule;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.rule.Match.How;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MatchTest {

    @ParameterizedTest
    @CsvSource({
        "EXACT, /a, /a, true",
        "EXACT, /a, /A, false",
        "EXACT, /a, /ab, false",
        "BEGIN, /a, /ab, true",
        "BEGIN, /a, /, false",
        "BEGIN, '', /ab, true",
        "END, .png, /x.png, true",
        "END, .png, png, false",
        "CONTAINS, bc, abcd, true",
        "CONTAINS, bd, abcd, false",
        "DIRECTORY, admin, /admin/x, true",
        "DIRECTORY, /admin/, /x/admin, true",
        "DIRECTORY, admin, /administrator, false",
        "DOMAIN, example, www.example.com, true",
        "DOMAIN, example.com, example.com:80, true",
        "DOMAIN, example, myexample.com, false",
    })
    void wordsAreComparedAsTheirWaySays(How how, String word, String text, boolean matches) {
        assertThat(matches(Match.words(how, List.of("unlike", word), false), text))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXACT", "BEGIN", "END", "CONTAINS", "DOMAIN"})
    void caseMayBeIgnored(How how) {
        assertThat(matches(Match.words(how, List.of("Www.Example"), true), "wWW.eXAMPLE"))
                .isTrue();
        assertThat(matches(Match.words(how, List.of("Www.Example"), false), "wWW.eXAMPLE"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "^.*\\.example\\.com$, a.example.com, true",
        "^.*\\.example\\.com$, a.example.com.evil, false",
        "example, an.EXAMPLE.com, false",
        "(?i)example, an.EXAMPLE.com, true",
        "'^[a-z]{2,5}$', abc, true",
    })
    void regularExpressionsAreFoundAnywhere(String expression, String text, boolean matches) {
        assertThat(matches(Match.regex(List.of("^nothing$", expression), false), text))
                .isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                "(?=x)x",
                "(a)\\1",
                "((a{100}){100}){100}",
                "(a{10,99}){99}",
                "(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa){900}"
            })
    void anExpressionThatCouldTakeLongIsRefused(String expression) {
        assertThatThrownBy(() -> Match.regex(List.of(expression), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(expression + " (expected: a regular expression ");
    }

    @Test
    void anExpressionThatMakesOthersBacktrackEnds() {
        String text = "a".repeat(60_000) + "!";
        assertThat(matches(Match.regex(List.of("^(a+)+$"), false), text)).isFalse();
        assertThat(matches(Match.regex(List.of("^(a|a)*(a|aa)*$"), false), text))
                .isFalse();
    }

    @Test
    void numbersAndLengthsHaveARange() {
        Match positive = Match.number(1, 100);
        for (String no : List.of("0", "101", "", "x", "5x", "-5", "9".repeat(30))) {
            assertThat(matches(positive, no)).as(no).isFalse();
        }
        assertThat(matches(positive, "100")).isTrue();
        assertThat(matches(Match.number(-5, -5), "-5")).isTrue();
        assertThat(matches(Match.length(2, 3), "abc")).isTrue();
        assertThat(matches(Match.length(2, 3), "abcd")).isFalse();
    }

    private static boolean matches(Match match, String text) {
        byte[] bytes = ("x" + text + "y").getBytes(ISO_8859_1);
        return match.matches(bytes, 1, bytes.length - 1);
    }
}
