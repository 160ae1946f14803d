package io.evenkeel.l7;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * A private key with the certificates that vouch for it, the key's own first. Immutable.
 *
 * @param key the key
 * @param chain its certificate, that of its issuer, and so on, as far as they were given
 */
record CertifiedKey(PrivateKey key, List<X509Certificate> chain) {

    private static final Integer DNS_NAME = 2; // RFC 5280, section 4.2.1.6
    private static final Pattern HOST_NAME = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    CertifiedKey {
        chain = List.copyOf(chain);
    }

    /**
     * Reads a PEM text with one unencrypted key (PKCS#8, PKCS#1 or SEC1) and its certificates, in any order.
     *
     * @throws GeneralSecurityException if something in it cannot be read, or no certificate is that of the key
     * @throws IllegalArgumentException if it is not PEM
     */
    static CertifiedKey parse(String pem) throws GeneralSecurityException {
        List<X509Certificate> certificates = new ArrayList<>();
        PrivateKey key = null;
        byte[] curve = null;
        for (PemBlocks.Block block : PemBlocks.parse(pem).blocks()) {
            switch (block.type()) {
                case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE" ->
                    certificates.add(certificate(block.content()));
                case "EC PARAMETERS" -> curve = block.content();
                case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" -> {
                    if (key == null) {
                        key = key(block, curve);
                    }
                }
                default -> {} // Diffie-Hellman parameters, for instance
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        if (key == null) {
            throw new InvalidKeySpecException("no key");
        }
        return new CertifiedKey(key, chain(key, certificates));
    }

    /** The certificates of a PEM text. */
    static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemBlocks.Block block : PemBlocks.parse(pem).blocks()) {
            if (block.type().endsWith("CERTIFICATE")) {
                certificates.add(certificate(block.content()));
            }
        }
        return certificates;
    }

    private static X509Certificate certificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static PrivateKey key(PemBlocks.Block block, byte @Nullable [] curve) throws GeneralSecurityException {
        byte[] content = block.content();
        return switch (block.type()) {
            case "RSA PRIVATE KEY" -> key(Der.pkcs8(Der.RSA, content), "RSA");
            case "EC PRIVATE KEY" -> key(Der.pkcs8(Der.of(Der.SEQUENCE, Der.EC, curve(content, curve)), content), "EC");
            default -> key(content, "RSA", "EC", "EdDSA");
        };
    }

    /* The curve is the element [0] of an ECPrivateKey (RFC 5915), behind a version and an octet string, or stands apart. */
    private static byte[] curve(byte[] key, byte @Nullable [] apart) throws InvalidKeySpecException {
        int at = key.length > 1 && (key[1] & 0x80) != 0 ? 2 + (key[1] & 0x7F) : 2;
        for (int element = 0; element < 2 && at + 1 < key.length && key[at + 1] >= 0; element++) {
            at += 2 + key[at + 1]; // both are short
        }
        if (at + 1 < key.length
                && key[at] == (byte) Der.CONTEXT_0
                && key[at + 1] >= 0
                && at + 2 + key[at + 1] <= key.length) {
            return Arrays.copyOfRange(key, at + 2, at + 2 + key[at + 1]);
        }
        if (apart == null) {
            throw new InvalidKeySpecException("a key that does not name its curve");
        }
        return apart;
    }

    private static PrivateKey key(byte[] pkcs8, String... algorithms) throws GeneralSecurityException {
        for (String algorithm : algorithms) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // the next one, perhaps
            }
        }
        throw new InvalidKeySpecException("a key that is none of " + String.join(", ", algorithms));
    }

    private static List<X509Certificate> chain(PrivateKey key, List<X509Certificate> certificates)
            throws GeneralSecurityException {
        List<X509Certificate> others = new ArrayList<>(certificates);
        X509Certificate next = null;
        for (Iterator<X509Certificate> each = others.iterator(); each.hasNext() && next == null; ) {
            X509Certificate candidate = each.next();
            if (belongTogether(key, candidate.getPublicKey())) {
                next = candidate;
                each.remove();
            }
        }
        if (next == null) {
            throw new CertificateException("no certificate is that of the key");
        }
        List<X509Certificate> chain = new ArrayList<>();
        while (next != null) {
            chain.add(next);
            X509Certificate last = next;
            next = others.stream()
                    .filter(other -> other.getSubjectX500Principal().equals(last.getIssuerX500Principal()))
                    .findFirst()
                    .orElse(null);
            others.remove(next);
        }
        return chain;
    }

    private static boolean belongTogether(PrivateKey key, PublicKey other) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        if (!other.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        byte[] sample = {1, 2, 3};
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(sample);
        byte[] signature = signer.sign();
        try {
            signer.initVerify(other);
            signer.update(sample);
            return signer.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // another curve
        }
    }

    /** The same as PEM. */
    String pem() throws CertificateException {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : chain) {
            text.append(PemBlocks.write("CERTIFICATE", certificate.getEncoded()));
        }
        return text.append(PemBlocks.write("PRIVATE KEY", key.getEncoded())).toString();
    }

    /** The host names of the certificate: its alternative names, and its common name if that is one. */
    List<String> names() throws CertificateException {
        X509Certificate own = chain.get(0);
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = own.getSubjectAlternativeNames();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (alternative.get(0).equals(DNS_NAME)) {
                names.add(String.valueOf(alternative.get(1)));
            }
        }
        try {
            for (Rdn part : new LdapName(own.getSubjectX500Principal().getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    names.add(String.valueOf(part.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            throw new CertificateException(e.getMessage(), e);
        }
        names.replaceAll(name -> name.toLowerCase(Locale.ROOT));
        names.removeIf(name -> !HOST_NAME.matcher(name).matches());
        return names;
    }
}
