package io.evenkeel.l7;

import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The certificates that a TLS frontend shows, chosen by the server name that the client asks for. Immutable.
 *
 * <p>The first certificate is the default, for clients that ask for no name or for one that no certificate has.
 */
public final class Certificates {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private final Mapping<String, SslContext> contexts;

    private Certificates(Mapping<String, SslContext> contexts) {
        this.contexts = contexts;
    }

    /**
     * Loads certificates with their keys.
     *
     * @param paths PEM files with a certificate chain and an unencrypted PKCS#8 key each, or directories of such files
     * @return the certificates
     * @throws IllegalArgumentException if there is none, or a file cannot be read; the message names it
     */
    public static Certificates load(List<Path> paths) {
        Map<String, SslContext> byName = new LinkedHashMap<>();
        List<SslContext> all = new ArrayList<>();
        for (Path file : files(paths)) {
            try {
                byte[] pem = Files.readAllBytes(file);
                SslContext context = SslContextBuilder.forServer(
                                new ByteArrayInputStream(pem), new ByteArrayInputStream(pem))
                        .protocols(PROTOCOLS)
                        .build();
                all.add(context);
                for (String name : names(pem)) {
                    byName.putIfAbsent(name, context);
                }
            } catch (IOException | CertificateException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "certificate " + file + ": " + e.getMessage()
                                + " (expected: a PEM file with a certificate chain and an unencrypted PKCS#8 key)",
                        e);
            }
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("certificates: none in " + paths + " (expected: at least one PEM file)");
        }
        DomainWildcardMappingBuilder<SslContext> mapping = new DomainWildcardMappingBuilder<>(all.get(0));
        byName.forEach(mapping::add);
        return new Certificates(mapping.build());
    }

    private static List<Path> files(List<Path> paths) {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (Stream<Path> inside = Files.list(path)) {
                inside.filter(Files::isRegularFile).sorted().forEach(files::add);
            } catch (IOException e) {
                throw new IllegalArgumentException("certificates: " + path + " (expected: a readable directory)", e);
            }
        }
        return files;
    }

    /** The host names of the first certificate of a chain: its alternative names. */
    private static List<String> names(byte[] pem) throws CertificateException {
        Certificate first = CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
        Collection<List<?>> alternatives = ((X509Certificate) first).getSubjectAlternativeNames();
        List<String> names = new ArrayList<>();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            String name = String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT);
            boolean isHostName = alternative.get(0).equals(2) && name.lastIndexOf('*') <= 0 && !name.equals("*");
            if (isHostName) {
                names.add(name);
            }
        }
        return names;
    }

    /** A handler for one connection. */
    SniHandler newHandler() {
        return new SniHandler(contexts);
    }
}
