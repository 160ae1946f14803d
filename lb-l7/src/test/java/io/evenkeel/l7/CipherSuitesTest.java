package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CipherSuitesTest {

    private final List<String> remarks = new ArrayList<>();

    /* What "openssl ciphers" of OpenSSL 3.0 prints, for @SECLEVEL with -s, of the suites that there are here. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'AES128+EECDH:AES128+EDH' | ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA
            'HIGH:!aNULL:!MD5' | ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA:AES128-SHA
            'ALL:!kRSA:-AES256:+CHACHA20:@STRENGTH' | ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA
            'EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH' | ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA
            'AES:-AES128:+SHA:AES128+SHA256' | ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:AES256-SHA:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256
            'DEFAULT:!SHA1:!RSA' | ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256
            'kEECDH+ECDSA+AES128 kRSA+AESGCM,SSLv3;TLSv1' | ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA:AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA
            'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-SHA:-AES:AES128:AES' | ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:AES128-GCM-SHA256:AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:AES256-GCM-SHA384:AES256-SHA
            'AES128-SHA:DEFAULT' | AES128-SHA
            'RSA:!RSA+AES256:RSA' | AES128-GCM-SHA256:AES128-SHA
            'aRSA:-RSA:@STRENGTH:+AESGCM' | ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256
            'FIPS+TLSv1.2:!kECDHE:CHACHA20' | AES256-GCM-SHA384:AES128-GCM-SHA256
            'ECDH+aECDSA+SHA384:ECDHE+TLSv1.0' | ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA
            'COMPLEMENTOFDEFAULT:SHA1+AES256' | ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:AES256-SHA
            'ALL:@SECLEVEL=2:!AES128' | ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:AES256-GCM-SHA384:AES256-SHA
            'AES128:@SECLEVEL=3' | ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA
            '@SECLEVEL=4:HIGH' | ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384
            """)
    void stringsChooseWhatOpenSslChooses(String text, String expected) {
        assertThat(chosen(text)).isEqualTo(expected);
    }

    private static String chosen(String text) {
        return String.join(
                ":", CipherString.of("ciphers", text, CipherSuites.TLS_12).names());
    }

    @Test
    void standardNamesAreNamesToo() {
        assertThat(chosen("TLS_RSA_WITH_AES_128_CBC_SHA:TLS_DHE_RSA_WITH_AES_128_CBC_SHA:AES128+SSLv3"))
                .isEqualTo("AES128-SHA");
    }

    @Test
    void aSecurityLevelIsForTls13Too() {
        assertThat(CipherSuites.of("ECDHE+AESGCM:@SECLEVEL=4", "", remarks::add))
                .containsExactly(
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        assertThat(remarks).isEmpty();
    }

    @Test
    void theJdkKnowsEveryStandardNameButThoseWithoutForwardSecrecyThatNewOnesHaveGivenUp() throws Exception {
        List<String> known =
                List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        assertThat(CipherSuites.TLS_12)
                .hasSize(18)
                .filteredOn(suite -> !suite.standardName().startsWith("TLS_RSA_")) // not there from JDK 24 on
                .hasSize(14)
                .allSatisfy(suite -> assertThat(known).contains(suite.standardName()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DHE-RSA-AES128-GCM-SHA256",
                "DES-CBC3-SHA",
                "AES128-SHA256",
                "EDH-RSA-DES-CBC3-SHA",
                "!KRB5-DES-CBC3-SHA",
                "ECDHE-PSK-CHACHA20-POLY1305",
                "SRP-DSS-AES-128-CBC-SHA",
                "TLS_AES_128_GCM_SHA256",
                "MEDIUM:LOW:3DES:eNULL",
                "kEDH+AESGCM",
                "HIGH:!HIGH",
                "AES128-SHA:@SECLEVEL=3",
                "AES128+EECDH:@SECLEVEL=4",
                "EDH+AES256:!AES128",
                "!CAMELLIA:!DSS:!SRP:!EXPORT40"
            })
    void whereNothingIsLeftTheStrongestOfTheDefaultsAreTakenAndThatIsTold(String text) {
        assertThat(CipherSuites.of(text, "TLS_AES_128_CCM_SHA256", remarks::add))
                .containsExactly(
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        assertThat(remarks).hasSize(2);
        assertThat(remarks.get(0)).startsWith("ciphersuites TLS_AES_128_CCM_SHA256 (not applied: it chooses nothing");
        assertThat(remarks.get(1)).startsWith("ciphers " + text + " (not applied: it chooses nothing");
    }

    @ParameterizedTest
    @CsvSource({
        "HIGH:BEST, BEST",
        "HIGH:!AESCBC, !AESCBC",
        "AES128+ECDHX, AES128+ECDHX",
        "high, high",
        "HIGH:@SECLEVEL=6, @SECLEVEL=6",
        "ECDHE-RSA-AES128-GCM-SHA255, ECDHE-RSA-AES128-GCM-SHA255",
        "ECDHE-RSA-, ECDHE-RSA-",
        "HIGH:!, !",
        "AES128+, AES128+"
    })
    void aWordThatNobodyKnowsIsNamed(String text, String word) {
        assertThatThrownBy(() -> CipherSuites.of(text, "", remarks::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ciphers " + word + " (expected: words of OpenSSL's cipher strings, like HIGH");
    }
}
