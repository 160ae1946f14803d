package io.evenkeel.discovery.marathon;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** A certificate authority of a test. It writes its certificates itself, since starting a tool takes a second. */
final class TestAuthority {

    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] TRUE = {0x01, 0x01, (byte) 0xFF};
    private static final byte[] COMMON_NAME = {0x06, 0x03, 0x55, 0x04, 0x03};
    private static final byte[] SUBJECT_ALT_NAME = {0x06, 0x03, 0x55, 0x1D, 0x11};
    private static final byte[] BASIC_CONSTRAINTS = {0x06, 0x03, 0x55, 0x1D, 0x13};
    private static final byte[] ECDSA_SHA256 =
            der(SEQUENCE, new byte[] {0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02});

    private final Path directory;
    private final String name;
    private final KeyPair pair;
    private final byte[] own;

    TestAuthority(Path directory, String name) throws IOException {
        this.directory = directory;
        this.name = name;
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            this.pair = generator.generateKeyPair();
            byte[] isAuthority = der(OCTET_STRING, der(SEQUENCE, TRUE));
            this.own = certificate(name, pair.getPublic(), der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, isAuthority));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        Files.writeString(certificate(), PemKeyTest.pem("CERTIFICATE", own));
    }

    /** The authority's own certificate, in PEM. */
    Path certificate() {
        return directory.resolve(name + ".pem");
    }

    /**
     * Makes a certificate for a name such as {@code dns:a.example} or {@code ip:127.0.0.1}: {@code host.pem} with its chain, and
     * {@code host.key}.
     */
    void issue(String host, String alternativeName) throws IOException {
        byte[] subject = alternativeName.startsWith("ip:")
                ? der(0x87, InetAddress.getByName(alternativeName.substring(3)).getAddress())
                : der(0x82, alternativeName.substring("dns:".length()).getBytes(US_ASCII));
        try {
            KeyPair keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
            byte[] names = der(SEQUENCE, SUBJECT_ALT_NAME, der(OCTET_STRING, der(SEQUENCE, subject)));
            Files.writeString(
                    directory.resolve(host + ".pem"),
                    PemKeyTest.pem("CERTIFICATE", certificate(host, keys.getPublic(), names))
                            + PemKeyTest.pem("CERTIFICATE", own));
            Files.writeString(
                    directory.resolve(host + ".key"),
                    PemKeyTest.pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /* RFC 5280, section 4.1. */
    private byte[] certificate(String subject, PublicKey key, byte[] extension) throws GeneralSecurityException {
        Instant now = Instant.now();
        byte[] signed = der(
                SEQUENCE,
                der(0xA0, new byte[] {0x02, 0x01, 0x02}), // version 3
                der(0x02, BigInteger.valueOf(System.nanoTime()).toByteArray()),
                ECDSA_SHA256,
                name(name),
                der(SEQUENCE, time(now.minus(1, ChronoUnit.DAYS)), time(now.plus(30, ChronoUnit.DAYS))),
                name(subject),
                key.getEncoded(),
                der(0xA3, der(SEQUENCE, extension)));
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(signed);
        return der(SEQUENCE, signed, ECDSA_SHA256, der(0x03, new byte[] {0}, signer.sign()));
    }

    private static byte[] name(String commonName) {
        return der(SEQUENCE, der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0C, commonName.getBytes(US_ASCII)))));
    }

    private static byte[] time(Instant at) {
        return der(0x17, UTC_TIME.format(at.atOffset(ZoneOffset.UTC)).getBytes(US_ASCII));
    }

    /* A tag, a length in as few bytes as it needs, and what it consists of. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (content.size() < 0x80) {
            out.write(content.size());
        } else {
            byte[] length = BigInteger.valueOf(content.size()).toByteArray();
            int zeros = length[0] == 0 ? 1 : 0;
            out.write(0x80 | length.length - zeros);
            out.write(length, zeros, length.length - zeros);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
