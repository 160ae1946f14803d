package io.evenkeel.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ErlangHashTest {

    static List<Arguments> vectors() {
        return VectorFiles.arguments(VectorFiles.all("named-vips-vectors.tsv").stream()
                .filter(row -> row.length == 7 && !row[1].startsWith("phash2"))
                .toList());
    }

    static List<Arguments> full() {
        return VectorFiles.arguments(VectorFiles.rows("named-vips-vectors.tsv", "full32"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void agreesWithErlang(String name, long below27Bits, long inRange, String v4, long in254, String sha1, String v6) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);

        assertThat(ErlangHash.phash2(bytes, 1L << 27)).isEqualTo(below27Bits);
        assertThat(ErlangHash.phash2(bytes, 16_777_214)).isEqualTo(inRange);
        assertThat(ErlangHash.phash2(bytes, 254)).isEqualTo(in254);
    }

    @ParameterizedTest
    @MethodSource("full")
    void agreesInAll32Bits(String kind, String name, long hash) {
        assertThat(ErlangHash.hash32(name.getBytes(StandardCharsets.UTF_8))).isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource({"foo.bar, 37", "baz.qux, 39", "merp.marathon, 37"})
    void agreesWithTheTestsOfDcos(String name, long offset) {
        assertThat(ErlangHash.phash2(name.getBytes(StandardCharsets.UTF_8), 254))
                .isEqualTo(offset);
    }
}
