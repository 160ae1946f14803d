package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemKeyTest {

    static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + kind + "-----\n";
    }

    static PrivateKey rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair().getPrivate();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** What PKCS#8 wraps: everything behind its head of 26 bytes, for keys of 2048 bits. */
    static byte[] pkcs1(PrivateKey key) {
        return Arrays.copyOfRange(key.getEncoded(), 26, key.getEncoded().length);
    }

    @Test
    void readsRsaInBothForms() {
        PrivateKey key = rsa();
        assertThat(PemKey.parse("key", pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
        assertThat(PemKey.parse("key", "x\n" + pem("RSA PRIVATE KEY", pkcs1(key)) + "y"))
                .isEqualTo(key);
        assertThat(PemKey.parse("key", pem("PRIVATE KEY", key.getEncoded()).replace("\n", "\\n")))
                .isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1"})
    void readsCurvesInBothForms(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        ECPrivateKey key = (ECPrivateKey) generator.generateKeyPair().getPrivate();
        assertThat(PemKey.parse("key", pem("PRIVATE KEY", key.getEncoded()))).isEqualTo(key);
        int size = curve.equals("secp256r1") ? 32 : 48;
        String oid = curve.equals("secp256r1") ? "06082A8648CE3D030107" : "06052B81040022";
        String secret = key.getS().toString(16);
        String body = "020101" + "04" + String.format("%02x", size) + "0".repeat(size * 2 - secret.length()) + secret
                + "A0" + String.format("%02x", oid.length() / 2) + oid;
        byte[] sec1 = HexFormat.of().parseHex("30" + String.format("%02x", body.length() / 2) + body);
        ECPrivateKey read = (ECPrivateKey) PemKey.parse("key", pem("EC PRIVATE KEY", sec1));
        assertThat(read.getS()).isEqualTo(key.getS());
        assertThat(read.getParams().getOrder()).isEqualTo(key.getParams().getOrder());
    }

    @Test
    void readsEdwardsCurves() throws GeneralSecurityException {
        PrivateKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
        assertThat(PemKey.parse("key", pem("PRIVATE KEY", key.getEncoded())).getEncoded())
                .isEqualTo(key.getEncoded());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\ns3cret\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIIs3cret\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\n\n-----END EC PRIVATE KEY-----",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\ns3cret\n-----END ENCRYPTED PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\ns3cret\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN CERTIFICATE-----\ns3cret\n-----END CERTIFICATE-----"
            })
    void refusesWhatIsNoKeyWithoutShowingIt(String text) {
        assertThatThrownBy(() -> PemKey.parse("key a.pem", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("key a.pem: ")
                .hasMessageEndingWith("(expected: an unencrypted private key in PEM)")
                .hasMessageNotContaining("s3cret")
                .hasStackTraceContaining("PemKey")
                .satisfies(
                        e -> assertThat(e.getCause() == null ? "" : e.getCause().toString())
                                .doesNotContain("s3cret"));
    }
}
