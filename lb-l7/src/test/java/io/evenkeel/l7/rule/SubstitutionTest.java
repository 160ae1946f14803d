package io.evenkeel.l7.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubstitutionTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "none", textBlock = """
            ^/old/(.*)    ; /new/\\1     ; /old/a/b ; /new/a/b
            /old/(.*)     ; \\1          ; /x/old/y ; y
            (a)(b)?c      ; [\\2\\1\\0]    ; ac       ; [aac]
            ^/old         ; /new           ; /OLD     ; none
            x             ; \\x41\\\\\\.   ; x        ; A\\.
            """)
    void theTextTakesThePlaceOfAllOfIt(String expression, String text, String input, String expected) {
        assertThat(Substitution.of(expression, false, text, false).whole(input)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            ^/old/  ; /   ; /old/a/old/b ; false ; /a/old/b
            /old    ; /n  ; /old/a/old/b ; false ; /n/a/old/b
            /old    ; /n  ; /old/a/old/b ; true  ; /n/a/n/b
            x+      ; -   ; axxbx        ; true  ; a-b-
            nothing ; -   ; /old         ; true  ; /old
            """)
    void orOfWhatIsFound(String expression, String text, String input, boolean everywhere, String expected) {
        assertThat(Substitution.of(expression, false, text, everywhere).parts(input))
                .isEqualTo(expected);
    }

    @Test
    void whatWouldGetTooLongIsGivenUp() {
        String input = "x".repeat(5000);
        assertThat(Substitution.of("(.*)", false, "\\1".repeat(9), false).whole(input))
                .hasSizeBetween(Substitution.MAX_RESULT + 1, Substitution.MAX_RESULT + input.length());
        assertThat(Substitution.of("x", false, "y".repeat(64), true).parts(input))
                .isEqualTo(input);
    }

    @Test
    void caseMayNotMatter() {
        assertThat(Substitution.of("^/old(.*)", true, "\\1", false).whole("/OLD/x"))
                .isEqualTo("/x");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            (a ; b ; '(a (expected: a regular expression without look-around and back references; missing closing ))'
            a  ; \\1 ; \\1 (expected: no \\1, since the expression has 0 groups)
            a  ; b\\ ; b\\ (expected: a character behind each backslash)
            a  ; \\x0d\\x0aX: y ; \\x0d\\x0aX: y (expected: printable ASCII characters)
            (a) ; \\1\\1\\1\\1\\1\\1\\1\\1\\1\\1 ; \\1\\1\\1\\1\\1\\1\\1\\1\\1\\1 (expected: at most 9 groups)
            """)
    void whatCannotBeReadNamesItself(String expression, String text, String message) {
        assertThatThrownBy(() -> Substitution.of(expression, false, text, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void textsAndExpressionsAreBounded() {
        assertThat(Substitution.of("a", false, "x".repeat(512), false).whole("a"))
                .hasSize(512);
        for (boolean everywhere : new boolean[] {false, true}) {
            assertThatThrownBy(() -> Substitution.of("a", false, "x".repeat(everywhere ? 65 : 513), everywhere))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: at most " + (everywhere ? 64 : 512) + " characters)");
        }
        assertThatThrownBy(() -> Substitution.of("a{600}", false, "", false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("counted repetitions unrolled");
    }

    /* What takes an engine that tries one way after the other longer than anybody lives. */
    @Test
    void noExpressionTakesLong() {
        Substitution evil = Substitution.of("^(([a-z])+.)+[A-Z]([a-z])+$", false, "x", false);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(evil.whole("a".repeat(8000))).isNull());
    }
}
