package io.evenkeel.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadReportTest {

    @Test
    void readsTheNativeForm() {
        assertThat(LoadReport.parse("TEXT cpu_utilization=0.3, mem_utilization=0.8, rps_fractional=10.5, eps=1, "
                        + "named_metrics.custom_metric_util=0.4"))
                .contains(new LoadReport(0.3, 10.5, 1));
        assertThat(LoadReport.parse("text eps=1e-1,cpu_utilization=2")).contains(new LoadReport(2, 0, 0.1));
    }

    @Test
    void prefersWhatTheApplicationSaysOfItself() {
        assertThat(LoadReport.parse("TEXT application_utilization=0.6,cpu_utilization=0.3"))
                .contains(new LoadReport(0.6, 0, 0));
        assertThat(LoadReport.parse("TEXT application_utilization=0,cpu_utilization=0.3"))
                .contains(new LoadReport(0.3, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TEXT",
                "TEXT ",
                "TEXT cpu_utilization",
                "TEXT cpu_utilization=",
                "TEXT cpu_utilization=high",
                "TEXT cpu_utilization=0.3,",
                "TEXT cpu_utilization=-0.3",
                "TEXT cpu_utilization=NaN",
                "TEXT cpu_utilization=1e999",
                "TEXT cpu_utilization=0.3,eps=-1",
                "TEXT mem_utilization=0.3,rps_fractional=7",
                "cpu_utilization=0.3",
                "JSON {\"cpu_utilization\": 0.3}"
            })
    void saysNothingOfWhatItDoesNotUnderstand(String header) {
        assertThat(LoadReport.parse(header)).isEmpty();
    }

    @RepeatedTest(20)
    void neverThrows(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        String characters = "TEXT cpu_utilization=0.39,eps=-1eN\u0000\u00e9";
        for (int i = 0; i < 1_000; i++) {
            StringBuilder header = new StringBuilder(random.nextBoolean() ? "TEXT cpu_utilization=1," : "TEXT ");
            for (int length = random.nextInt(20); length > 0; length--) {
                header.append(characters.charAt(random.nextInt(characters.length())));
            }
            assertThat(LoadReport.parse(header.toString())).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesNumbersThatAreNone(double number) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadReport(number, 1, 1))
                .withMessage("utilization: " + number + " (expected: finite and >= 0)");
        assertThatIllegalArgumentException().isThrownBy(() -> new LoadReport(1, number, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new LoadReport(1, 1, number));
    }
}
