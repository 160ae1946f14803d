package io.evenkeel.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipNameTest {

    static List<Arguments> labels() {
        return VectorFiles.arguments(VectorFiles.rows("named-vips-names.tsv", "label"));
    }

    static List<Arguments> vips() {
        return VectorFiles.arguments(VectorFiles.rows("named-vips-names.tsv", "vip"));
    }

    @ParameterizedTest
    @MethodSource("labels")
    void normalisesAsDcosDid(String kind, String text, String fragment, String label) {
        // The vectors are Erlang terms: domain_frag=<<"text">> or <<>>, label="text" or [].
        assertThat(VipName.domainFragment(text)).isEqualTo(fragment.replaceAll("^domain_frag=<<\"?|\"?>>$", ""));
        assertThat(VipName.label(text)).isEqualTo(label.replaceAll("^label=(\"|\\[)|(\"|])$", ""));
    }

    @ParameterizedTest
    @MethodSource("vips")
    void namesAndPlacesVipsAsDcosDid(String kind, String label, String framework, String dnsName, String address) {
        String name = VipName.of(label, framework);

        assertThat(name + "." + VipName.ZONE).isEqualTo(dnsName);
        assertThat(VipAddresses.v4Home(name).getHostAddress()).isEqualTo(address);
    }

    /* Published with the original. */
    @ParameterizedTest
    @CsvSource({
        "fd%gsf---gs7-f$gs--d7fddg-123, fdgsf---gs7-fgs--d7fddg-123",
        "-4abc123, 4abc123",
        "89fdgsf---gs7-fgs--d7fddg-, 89fdgsf---gs7-fgs--d7fddg",
        "0-0, 0-0",
        "$$fdgsf---gs7-fgs--d7fddg123456789012345678901234567890123456789-123,"
                + " fdgsf---gs7-fgs--d7fddg1234567890123456789012345678901234567891",
        "##fdgsf---gs7-fgs--d7fddg123456789012345678901234567890123456789-,"
                + " fdgsf---gs7-fgs--d7fddg123456789012345678901234567890123456789",
    })
    void passesThePublishedTests(String text, String label) {
        assertThat(VipName.label(text)).isEqualTo(label);
    }

    @ParameterizedTest
    @CsvSource({"/web, '', web", "'', marathon, ''", "/, marathon, ''", "/a.b, x.y, a.b.x.y"})
    void leavesOutWhatIsEmpty(String label, String framework, String name) {
        assertThat(VipName.of(label, framework)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void makesValidAndStableLabelsOfAnything(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(100);
            for (int j = 0; j < length; j++) {
                text.append(random.nextInt(3) == 0 ? '-' : (char) random.nextInt(1, 0x250));
            }
            String label = VipName.label(text.toString());
            assertThat(label).as("seed %d: %s", seed, text).matches("|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
            assertThat(VipName.label(label)).as("seed %d: %s", seed, text).isEqualTo(label);
        }
    }
}
