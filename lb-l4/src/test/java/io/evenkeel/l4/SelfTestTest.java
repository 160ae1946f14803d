package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelfTestTest {

    @ParameterizedTest
    @MethodSource("io.evenkeel.l4.testing.TestTransports#names")
    void whatIsHereCarriesBytesAlsoToThoseWhoHaveEndedTheirHalfAndReadLate(String transport) {
        try (Transport here = Transport.open(Transport.Kind.valueOf(transport.toUpperCase(Locale.ROOT)), 1)) {
            assertThat(here.name()).isEqualTo(transport);
            assertThat(SelfTest.passes(here)).isTrue();
        }
    }
}
