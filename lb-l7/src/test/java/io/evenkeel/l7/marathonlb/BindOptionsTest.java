package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsOptions.ClientCertificates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindOptionsTest {

    private final List<String> remarks = new ArrayList<>();

    @Test
    void nothingSaidIsPlainText() {
        assertThat(of()).isEqualTo(BindOptions.NONE);
        assertThat(of("SSL_CERT", " ", "BIND_OPTIONS", "")).isEqualTo(BindOptions.NONE);
        assertThat(BindOptions.NONE.isTls()).isFalse();
    }

    @Test
    void aCertificateMakesItTlsOfTheSafeKind() {
        BindOptions options = of("SSL_CERT", "/etc/ssl/web.pem");
        assertThat(options.isTls()).isTrue();
        assertThat(options.certificates()).containsExactly(Path.of("/etc/ssl/web.pem"));
        assertThat(options.tls()).isEqualTo(TlsOptions.DEFAULTS);
        assertThat(options.tls().protocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(options.tls().ciphers()).hasSize(9).noneMatch(suite -> suite.contains("CBC"));
    }

    @Test
    void bothLabelsAreOneLineAsInMarathonLb() {
        BindOptions options = of("SSL_CERT", "/a.pem crt /b", "BIND_OPTIONS", "no-tlsv12 accept-proxy crt /c.pem");
        assertThat(options.certificates()).containsExactly(Path.of("/a.pem"), Path.of("/b"), Path.of("/c.pem"));
        assertThat(options.tls().protocols()).containsExactly("TLSv1.3");
        assertThat(options.acceptProxy()).isTrue();
        assertThat(of("BIND_OPTIONS", "ssl crt /a.pem").isTls()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "no-sslv3 no-tlsv10 no-tlsv11, 'TLSv1.3,TLSv1.2'",
        "ssl-min-ver TLSv1.0, 'TLSv1.3,TLSv1.2'",
        "ssl-min-ver TLSv1.3, TLSv1.3",
        "ssl-max-ver TLSv1.2, TLSv1.2",
        "no-tlsv13, TLSv1.2",
        "force-tlsv12, TLSv1.2",
        "force-tlsv13, TLSv1.3"
    })
    void versionsAreThoseThatAreLeft(String words, String protocols) {
        assertThat(String.join(
                        ",", of("SSL_CERT", "/a", "BIND_OPTIONS", words).tls().protocols()))
                .isEqualTo(protocols);
    }

    @Test
    void ciphersAreThoseThatTheStringsChoose() {
        assertThat(of(
                                "SSL_CERT",
                                "/a",
                                "BIND_OPTIONS",
                                "ciphers ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA:!aNULL"
                                        + " ciphersuites TLS_AES_256_GCM_SHA384")
                        .tls()
                        .ciphers())
                .containsExactly(
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
        assertThat(remarks).isEmpty();
    }

    @Test
    void theExampleOfMarathonLbsDocumentationIsServed() {
        TlsOptions tls = of(
                        "SSL_CERT",
                        "/a",
                        "BIND_OPTIONS",
                        "ciphers AES128+EECDH:AES128+EDH force-tlsv12 no-sslv3 no-tlsv10")
                .tls();
        assertThat(tls.protocols()).containsExactly("TLSv1.2");
        assertThat(tls.ciphers())
                .containsExactly(
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
                        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA");
        assertThat(remarks).isEmpty();
    }

    @Test
    void whereNoCipherIsLeftTheStrongestServeAndThatIsTold() {
        assertThat(of("SSL_CERT", "/a", "BIND_OPTIONS", "ciphers EDH+AES256:DES-CBC3-SHA")
                        .tls()
                        .ciphers())
                .contains(
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384") // of TLS 1.3 nothing was said
                .doesNotContain("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
        assertThat(remarks)
                .singleElement()
                .asString()
                .startsWith("label HAPROXY_0_BIND_OPTIONS: ciphers EDH+AES256:DES-CBC3-SHA (not applied: it chooses"
                        + " nothing that is spoken here; served with TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384:");
    }

    @Test
    void clientCertificatesAreCheckedAgainstTheirAuthorities() {
        TlsOptions tls = of("SSL_CERT", "/a", "BIND_OPTIONS", "ca-file /ca.pem verify required crl-file /crl.pem")
                .tls();
        assertThat(tls.clients()).isEqualTo(ClientCertificates.REQUIRED);
        assertThat(tls.authorities()).contains(Path.of("/ca.pem"));
        assertThat(tls.revoked()).contains(Path.of("/crl.pem"));
        assertThat(of("SSL_CERT", "/a", "BIND_OPTIONS", "ca-file /ca.pem").tls().clients())
                .isEqualTo(ClientCertificates.NONE);
    }

    @Test
    void alpnIsOfferedAsFarAsItCanBeSpoken() {
        BindOptions options = of("SSL_CERT", "/a", "BIND_OPTIONS", "alpn h2,http/1.1");
        assertThat(options.applicationProtocols()).containsExactly("h2", "http/1.1");
        assertThat(options.tls(AppPort.Mode.TCP).applicationProtocols()).containsExactly("h2", "http/1.1");
        assertThat(options.tls(AppPort.Mode.HTTP).applicationProtocols()).containsExactly("h2", "http/1.1");
    }

    @Test
    void numbersAreTakenAndWhatChangesLittleIsRemarked() {
        BindOptions options = of("BIND_OPTIONS", "maxconn 100 backlog 20 defer-accept tfo transparent");
        assertThat(options.maxConnections()).isEqualTo(100);
        assertThat(options.backlog()).isEqualTo(20);
        assertThat(remarks)
                .containsExactly(
                        "label HAPROXY_0_BIND_OPTIONS: defer-accept has no effect",
                        "label HAPROXY_0_BIND_OPTIONS: tfo has no effect",
                        "label HAPROXY_0_BIND_OPTIONS: transparent has no effect");
    }

    @Test
    void whatPortsDoAsWellWithoutIsPassedOverWithItsArgument() {
        BindOptions options = of(
                "BIND_OPTIONS",
                "strict-sni v4v6 v6only prefer-client-ciphers name web curves X25519 ecdhe prime256v1 npn h2 tcp-ut 5s"
                        + " mss 1400 nice 1 maxconn 7");
        assertThat(options.maxConnections()).isEqualTo(7);
        assertThat(remarks)
                .hasSize(11)
                .contains(
                        "label HAPROXY_0_BIND_OPTIONS: strict-sni has no effect",
                        "label HAPROXY_0_BIND_OPTIONS: name web has no effect",
                        "label HAPROXY_0_BIND_OPTIONS: tcp-ut 5s has no effect");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            curves                        | curves (expected: a value behind it)
            interface eth0                | interface (expected: ssl, crt, accept-proxy
            namespace x                   | namespace (expected: ssl, crt
            ssl                           | ssl (expected: a certificate with it
            crt /a.pem                    | crt (expected: ssl before it)
            maxconn many                  | maxconn many (expected: a number)
            alpn                          | alpn (expected: a value behind it)
            ssl-min-ver TLSv2             | ssl-min-ver TLSv2 (expected: one of SSLv3, TLSv1.0
            ssl-max-ver TLSv1.1           | TLS versions: none left (expected: TLSv1.2 or TLSv1.3)
            ciphers HIGH:BEST             | ciphers BEST (expected: words of OpenSSL's cipher strings, like HIGH
            ciphersuites TLS_AES_512      | ciphersuites TLS_AES_512 (expected: some of TLS_AES_128_GCM_SHA256
            verify required               | verify required (expected: ca-file with it)
            ca-file /a verify maybe       | verify maybe (expected: none, optional or required)
            """)
    void aWordThatIsNotUnderstoodIsNamed(String words, String message) {
        assertThatThrownBy(() -> of("BIND_OPTIONS", words))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label HAPROXY_0_BIND_OPTIONS: " + message);
    }

    private BindOptions of(String... labels) {
        String[] full = labels.clone();
        for (int i = 0; i < full.length; i += 2) {
            full[i] = "HAPROXY_0_" + full[i];
        }
        return BindOptions.of(new MarathonLbLabels(Apps.labels(full), 0), remarks::add);
    }
}
