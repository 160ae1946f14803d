package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.stream.Stream;

/** Self-signed certificates as PEM files with their keys. Made in this process, since starting a tool takes a second. */
public final class TestCertificates {

    private static final int DNS_NAME = 0x82;

    private TestCertificates() {}

    /** A certificate without alternative names, only for a common name. */
    public static Path withoutNames(Path file, String commonName) throws IOException {
        return make(file, commonName);
    }

    /** A certificate whose common name is the file's, for these hosts. */
    public static Path forHosts(Path file, String... hosts) throws IOException {
        byte[][] names = Stream.of(hosts)
                .map(host -> Der.of(DNS_NAME, host.getBytes(US_ASCII)))
                .toArray(byte[][]::new);
        byte[] subjectAltName =
                Der.of(Der.SEQUENCE, Der.oid(0x55, 0x1D, 0x11), Der.of(Der.OCTET_STRING, Der.of(Der.SEQUENCE, names)));
        return make(file, file.getFileName().toString(), subjectAltName);
    }

    private static Path make(Path file, String commonName, byte[]... extensions) throws IOException {
        try {
            KeyPair pair = SelfSigned.newPair();
            X509Certificate certificate = SelfSigned.issue(
                    commonName, pair.getPublic(), commonName, pair.getPrivate(), Instant.now(), extensions);
            return Files.writeString(
                    file,
                    PemBlocks.write("CERTIFICATE", certificate.getEncoded())
                            + PemBlocks.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
