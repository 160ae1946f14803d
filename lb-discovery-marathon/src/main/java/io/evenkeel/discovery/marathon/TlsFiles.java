package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom to trust over https and what to present there, in PEM files. Immutable. The files are read once, by
 * {@link #context}: a source that is opened anew reads them anew.
 *
 * <p>The name of a host is always compared with its certificate.
 *
 * @param authorities the certificates of the authorities to trust; those of the JVM if absent
 * @param certificate the certificate chain to present, the own one first; none if absent
 * @param key the private key of that certificate, unencrypted, in PKCS#8, PKCS#1 or SEC1; there if and only if there is a
 *     certificate
 */
public record TlsFiles(Optional<Path> authorities, Optional<Path> certificate, Optional<Path> key) {

    private static final int LONGEST = 8 * 1024 * 1024;

    /** Checks that there is a key for a certificate. */
    public TlsFiles {
        requireNonNull(authorities, "authorities");
        if (certificate.isPresent() != key.isPresent()) {
            throw new IllegalArgumentException(
                    certificate.isPresent()
                            ? "key: missing (expected: the private key of " + certificate.get() + ")"
                            : "certificate: missing (expected: the certificate for " + key.orElseThrow() + ")");
        }
    }

    /**
     * Reads the files.
     *
     * @return a context that trusts and presents what they say
     * @throws IllegalArgumentException if one cannot be read or is not what it should be; the message names it
     */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("tls: " + e.getMessage(), e);
        }
    }

    private TrustManager[] trust() throws GeneralSecurityException, IOException {
        KeyStore store = null; // the JVM's own
        if (authorities.isPresent()) {
            store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (Certificate authority : certificates("certificate authorities", authorities.get())) {
                store.setCertificateEntry("ca" + index++, authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager[] keys() throws GeneralSecurityException, IOException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return new KeyManager[0];
        }
        List<Certificate> chain = certificates("certificate", certificate.get());
        PrivateKey own = PemKey.parse("key " + key.get(), text(key.get()));
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("client", own, new char[0], chain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static List<Certificate> certificates(String what, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (!all.isEmpty()) {
                return new ArrayList<>(all);
            }
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException(
                    what + ": " + file + ": " + FileFailure.reason(e) + " (expected: a PEM file with certificates)", e);
        }
        throw new IllegalArgumentException(what + ": " + file + ": none (expected: a PEM file with certificates)");
    }

    private static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalArgumentException("key: " + file + ": cannot be read (expected: a PEM file)", e);
        }
    }
}
