package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertifiedKeyTest {

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @Test
    void findsTheChainWhateverTheOrder() throws Exception {
        KeyPair root = SelfSigned.newPair();
        KeyPair middle = SelfSigned.newPair();
        KeyPair own = SelfSigned.newPair();
        String rootPem = pem(SelfSigned.issue("root", root.getPublic(), "root", root.getPrivate(), NOW));
        String middlePem = pem(SelfSigned.issue("middle", middle.getPublic(), "root", root.getPrivate(), NOW));
        String ownPem = pem(SelfSigned.issue("own", own.getPublic(), "middle", middle.getPrivate(), NOW));
        String stranger = pem(SelfSigned.make("stranger", NOW).chain().get(0));
        String key = pem("PRIVATE KEY", own.getPrivate().getEncoded());
        for (List<String> order : List.of(
                List.of(ownPem, middlePem, rootPem, key),
                List.of(key, rootPem, middlePem, ownPem),
                List.of(stranger, middlePem, key, ownPem, rootPem))) {
            assertThat(CertifiedKey.parse(String.join("commentary\n", order)).chain())
                    .extracting(CertifiedKeyTest::subject)
                    .containsExactly("CN=own", "CN=middle", "CN=root");
        }
    }

    @Test
    void readsKeysInTheFormsThatAreOfTheirAlgorithmOnly() throws Exception {
        CertifiedKey made = SelfSigned.make("own", NOW);
        String certificate = pem(made.chain().get(0));
        byte[] pkcs8 = made.key().getEncoded();
        byte[] inner = octets(pkcs8);
        String curve = pem("EC PARAMETERS", Arrays.copyOfRange(pkcs8, indexOfCurve(pkcs8), indexOfCurve(pkcs8) + 10));
        assertThat(secret(CertifiedKey.parse(certificate + curve + pem("EC PRIVATE KEY", inner))))
                .isEqualTo(secret(made));
        byte[] named = Der.of(
                Der.SEQUENCE,
                Arrays.copyOfRange(inner, 2, 39), // version and private key
                Der.of(Der.CONTEXT_0, Arrays.copyOfRange(pkcs8, indexOfCurve(pkcs8), indexOfCurve(pkcs8) + 10)));
        assertThat(secret(CertifiedKey.parse(certificate + pem("EC PRIVATE KEY", named))))
                .isEqualTo(secret(made));
        assertThatThrownBy(() -> CertifiedKey.parse(
                        certificate + pem("EC PRIVATE KEY", Der.of(Der.SEQUENCE, Arrays.copyOfRange(inner, 2, 39)))))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessage("a key that does not name its curve");
    }

    @Test
    void readsRsaKeysWithAndWithoutTheirWrapping() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        PrivateKey issuer = SelfSigned.newPair().getPrivate();
        String certificate = pem(SelfSigned.issue("rsa", pair.getPublic(), "any", issuer, NOW));
        byte[] pkcs8 = pair.getPrivate().getEncoded();
        assertThat(CertifiedKey.parse(certificate + pem("PRIVATE KEY", pkcs8)).key())
                .isEqualTo(pair.getPrivate());
        assertThat(CertifiedKey.parse(pem("RSA PRIVATE KEY", octets(pkcs8)) + certificate)
                        .key())
                .isEqualTo(pair.getPrivate());
    }

    @Test
    void refusesAKeyOfAnotherCertificateAndOneThatIsEncrypted() throws Exception {
        String certificate = pem(SelfSigned.make("own", NOW).chain().get(0));
        byte[] other = SelfSigned.newPair().getPrivate().getEncoded();
        assertThatThrownBy(() -> CertifiedKey.parse(certificate + pem("PRIVATE KEY", other)))
                .isInstanceOf(CertificateException.class)
                .hasMessage("no certificate is that of the key");
        assertThatThrownBy(() -> CertifiedKey.parse(certificate + pem("ENCRYPTED PRIVATE KEY", other)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an encrypted key");
    }

    @Test
    void aCertificateOfOurOwnMakingIsValidForYears() throws Exception {
        X509Certificate certificate = SelfSigned.make("*", NOW).chain().get(0);
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo("2026-05-31T12:00:00Z");
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo("2036-05-29T12:00:00Z");
        assertThat(SelfSigned.make("*", Instant.parse("2049-12-01T00:00:00Z"))
                        .chain()
                        .get(0)
                        .getNotAfter()
                        .toInstant())
                .isEqualTo("2059-11-29T00:00:00Z");
    }

    private static BigInteger secret(CertifiedKey key) {
        return ((ECPrivateKey) key.key()).getS();
    }

    /** The content of the last element of a PKCS#8 key. */
    private static byte[] octets(byte[] pkcs8) {
        for (int from = 20; from < 40; from++) {
            int header = pkcs8[from] == Der.OCTET_STRING ? headerLength(pkcs8, from) : 0;
            if (header > 0 && pkcs8[from + header] == Der.SEQUENCE) {
                return Arrays.copyOfRange(pkcs8, from + header, pkcs8.length);
            }
        }
        throw new AssertionError("no key in it");
    }

    private static int headerLength(byte[] der, int at) {
        return der[at + 1] < 0 ? 2 + (der[at + 1] & 0x7F) : 2;
    }

    /* The name of P-256 has 8 bytes and a header of 2. */
    private static int indexOfCurve(byte[] pkcs8) {
        for (int at = 0; at < pkcs8.length - 1; at++) {
            if (pkcs8[at] == 0x06 && pkcs8[at + 1] == 8) {
                return at;
            }
        }
        throw new AssertionError("no curve in it");
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    private static String pem(String what, byte[] content) {
        return TestAuthority.pem(what, content);
    }
}
