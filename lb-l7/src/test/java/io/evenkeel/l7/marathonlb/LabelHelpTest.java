package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LabelHelpTest {

    @Test
    void everyLabelThatIsReadIsTold() {
        assertThat(names(MarathonLbLabels.class))
                .isNotEmpty()
                .allMatch(name -> LabelHelp.labels().containsKey("HAPROXY_n_" + name)
                        || LabelHelp.labels().containsKey("LB_n_" + name));
        assertThat(OwnLabel.values()).allMatch(label -> LabelHelp.labels().containsKey("LB_n_" + label.name()));
        assertThat(LabelHelp.text().lines()).allMatch(line -> line.length() < 130);
        assertThat(names(DeploymentLabels.class))
                .isNotEmpty()
                .allMatch(name -> LabelHelp.labels().containsKey(name.replace("HAPROXY_0_", "HAPROXY_n_")));
    }

    @Test
    void everyMeaningIsSaidOnce() {
        assertThat(LabelHelp.labels()).allSatisfy((name, text) -> {
            assertThat(text).matches("[^\n|`]+[.…]");
            assertThat(LabelHelp.text().lines().filter(line -> line.startsWith("  " + name + " ")))
                    .hasSize(1);
        });
    }

    /** The constants that are texts: what labels are called. */
    private static List<String> names(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .map(field -> {
                    try {
                        return (String) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }
}
