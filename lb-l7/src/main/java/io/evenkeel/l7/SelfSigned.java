package io.evenkeel.l7;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Makes certificates that nobody vouches for, with keys of the curve P-256. Stateless. */
final class SelfSigned {

    private static final int GENERALIZED_TIME = 0x18;
    private static final int YEARS = 10;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

    private SelfSigned() {}

    /** A new key whose certificate has this common name, is valid since yesterday, and has signed itself. */
    static CertifiedKey make(String commonName, Instant now) throws GeneralSecurityException {
        KeyPair pair = newPair();
        X509Certificate certificate = issue(commonName, pair.getPublic(), commonName, pair.getPrivate(), now);
        return new CertifiedKey(pair.getPrivate(), List.of(certificate));
    }

    static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    /* RFC 5280, section 4.1, with the extensions that are given. */
    static X509Certificate issue(
            String subject, PublicKey key, String issuer, PrivateKey issuerKey, Instant now, byte[]... extensions)
            throws GeneralSecurityException {
        byte[] signed = Der.of(
                Der.SEQUENCE,
                Der.of(Der.CONTEXT_0, Der.of(Der.INTEGER, new byte[] {2})), // version 3
                Der.of(Der.INTEGER, new BigInteger(63, new SecureRandom()).toByteArray()),
                Der.ECDSA_SHA256,
                name(issuer),
                Der.of(
                        Der.SEQUENCE,
                        time(now.minus(1, ChronoUnit.DAYS)),
                        time(now.plus(YEARS * 365L, ChronoUnit.DAYS))),
                name(subject),
                key.getEncoded(),
                extensions.length == 0 ? new byte[0] : Der.of(Der.CONTEXT_3, Der.of(Der.SEQUENCE, extensions)));
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(issuerKey);
        signer.update(signed);
        byte[] signature = Der.of(Der.BIT_STRING, new byte[] {0}, signer.sign());
        byte[] certificate = Der.of(Der.SEQUENCE, signed, Der.ECDSA_SHA256, signature);
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] name(String commonName) {
        byte[] value = Der.of(Der.UTF8_STRING, commonName.getBytes(StandardCharsets.UTF_8));
        return Der.of(Der.SEQUENCE, Der.of(Der.SET, Der.of(Der.SEQUENCE, Der.COMMON_NAME, value)));
    }

    private static byte[] time(Instant at) {
        String text = TIME.format(at.atOffset(ZoneOffset.UTC));
        boolean shortYear = text.compareTo("2050") < 0;
        return Der.of(
                shortYear ? Der.UTC_TIME : GENERALIZED_TIME,
                text.substring(shortYear ? 2 : 0).getBytes(StandardCharsets.US_ASCII));
    }
}
