package io.evenkeel.l7;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * The certificates that a TLS frontend shows, chosen by the server name that the client asks for. Immutable.
 *
 * <p>The first certificate is the default, for clients that ask for no name or for one that no certificate has.
 */
public final class Certificates {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final ApplicationProtocolConfig APPLICATION_PROTOCOLS = new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2,
            ApplicationProtocolNames.HTTP_1_1);
    private static final Integer DNS_NAME = 2; // RFC 5280, section 4.2.1.6
    private static final Pattern HOST_NAME = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

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
                        .applicationProtocolConfig(APPLICATION_PROTOCOLS)
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

    /** The host names of the first certificate of a chain: its alternative names, and its common name if that is one. */
    private static List<String> names(byte[] pem) throws CertificateException {
        String text = new String(pem, StandardCharsets.ISO_8859_1);
        int begin = text.lastIndexOf("-----BEGIN", text.indexOf("CERTIFICATE-----")); // a key may come before it
        X509Certificate first = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem, begin, pem.length - begin));
        List<String> names = new ArrayList<>();
        Collection<List<?>> alternatives = first.getSubjectAlternativeNames();
        for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
            if (alternative.get(0).equals(DNS_NAME)) {
                names.add(String.valueOf(alternative.get(1)));
            }
        }
        try {
            for (Rdn part : new LdapName(first.getSubjectX500Principal().getName()).getRdns()) {
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

    /** Whether two hosts, in lower case, are shown the same certificate. */
    boolean isSame(String host, String other) {
        return contexts.map(host) == contexts.map(other);
    }

    /** A handler for one connection. */
    SniHandler newHandler() {
        return new SniHandler(contexts);
    }
}
