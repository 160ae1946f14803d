package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceholdersTest {

    private static final Map<String, String> VALUES = Map.of("backend", "b", "mode", "http{}");

    @ParameterizedTest
    @CsvSource({
        "use {backend}, use b",
        "'{backend}{mode}', 'b' + 'http{}'",
        "if {{ ssl_fc }}, if { ssl_fc }",
        "'{{{backend}}}', '{b}'",
        "'', ''",
    })
    void namesAreFilledInAndDoubledBracesAreBraces(String template, String filled) {
        assertThat(Placeholders.fill(template, VALUES))
                .isEqualTo(filled.replace("' + '", "").replace("'", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "}", "a{", "if { ssl_fc }", "{backend", "{}", "{0}", "{backend!r}", "{a{b}}", "{}}"})
    void whatPythonWouldNotFillIsRefused(String template) {
        assertThatThrownBy(() -> Placeholders.fill(template, VALUES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }
}
