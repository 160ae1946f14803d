package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSelectorTest {

    private static final Map<String, String> LABELS = Map.of("group", "external", "tier", "web", "x-1/y.z", "1.0");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "group | true",
                "missing | false",
                "group==external | true",
                "group == internal | false",
                "group!=internal | true",
                "missing!=x | true",
                "group in (internal, external) | true",
                "group in (internal) | false",
                "missing in (a) | false",
                "group notin (internal,public) | true",
                "group notin (external) | false",
                "missing notin (a) | true",
                "group==external, tier in (web), x-1/y.z==1.0 | true",
                "group==external, tier==db | false"
            })
    void matchesAsMarathonDoes(String selector, boolean matches) {
        assertThat(LabelSelector.parse(selector).matches(LABELS)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "=", "a=b", "a==", "a in", "a in ()", "a in (b", "a,", ",a", "a b", "a;b"})
    void refusesWhatIsNoSelector(String selector) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label selector: " + selector + " (expected: ");
    }
}
