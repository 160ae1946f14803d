package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {

    @ParameterizedTest
    @ValueSource(
            strings = { // each made of "secret" by openssl passwd or htpasswd
                "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1",
                "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.",
                "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.",
                "$6$rounds=2000$saltsalt$GBImuhotpiUgeciq/ZS6UaMklAGJMK25wd5Tacv1I0CcSmxHOQQLpmVKYRPIU6LoFrr4iPAAmsqUTjBoZ"
                        + ".Fwr/",
                "$2b$05$cH4gpTVDgstvefRl7ubGfuYsxCYkA0OYldNERK78DtpuESVdVa75S",
                "$2y$05$cH4gpTVDgstvefRl7ubGfuYsxCYkA0OYldNERK78DtpuESVdVa75S"
            })
    void everyKindKnowsItsPassword(String text) {
        PasswordHash hash = PasswordHash.parse(text);
        assertThat(hash.isOf("secret".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(hash.isOf("Secret".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(hash.isOf(new byte[0])).isFalse();
        assertThat(hash.toString()).doesNotContain(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$1$",
                "$5$abcdefgh$short",
                "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.x",
                "$7$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.",
                "$apr1$abcdefgh$gruCpC7VkOTspMQTTSAR8m"
            })
    void whatIsNoHashIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> PasswordHash.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: a hash of crypt(3)")
                .hasMessageContaining("(not shown)");
    }

    @Test
    void whatWouldTakeTooLongIsRefused() {
        assertThatThrownBy(() ->
                        PasswordHash.parse("$5$rounds=999999999$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM."))
                .hasMessage("rounds: 999999999 (expected: <= 1000000)");
        assertThatThrownBy(() -> PasswordHash.parse("$2y$31$" + "a".repeat(53)))
                .hasMessage("cost: 31 (expected: 4 to 14)");
    }
}
