package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatsRowTest {

    private final StatsRow row = new StatsRow("web_10000", "FRONTEND", 0, 1, 0);

    @Test
    void columnsWithoutAValueAreEmpty() {
        assertThat(row.csv()).startsWith("web_10000,FRONTEND,,,").endsWith(",,");
        assertThat(row.csv().chars().filter(c -> c == ',')).hasSize(88);
    }

    @Test
    void columnThatHaproxyDoesNotHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> row.set("colour", "red"))
                .withMessage("column: colour (expected: one of HAProxy's)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"a,b|\"a,b\"", "a\"b|\"a\"\"b\"", "a b|a b"})
    void valueStaysOneField(String value, String field) {
        assertThat(row.set("status", value).csv()).contains("," + field + ",");
    }

    @Test
    void lineBreakStaysInItsField() {
        assertThat(row.set("status", "a\nb").csv()).contains(",\"a\nb\",");
    }

    @Test
    void addressesReadAsHaproxyWritesThem() throws Exception {
        InetAddress six = InetAddress.getByName("fd00::1");
        assertThat(StatsRow.address(Endpoint.of("127.0.1.1", 31_500))).isEqualTo("127.0.1.1:31500");
        assertThat(StatsRow.address(Endpoint.of(new InetSocketAddress(six, 80))))
                .isEqualTo("[fd00:0:0:0:0:0:0:1]:80");
        assertThat(StatsRow.address(Endpoint.of(InetSocketAddress.createUnresolved("gone.example", 80))))
                .isEqualTo("gone.example:80");
    }
}
