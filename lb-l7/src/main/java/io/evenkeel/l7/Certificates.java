package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.FileFailure;
import io.netty.handler.ssl.SslContext;
import io.netty.util.DomainWildcardMappingBuilder;
import io.netty.util.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that a TLS frontend shows, chosen by the server name that the client asks for.
 *
 * <p>The first certificate is the default, for clients that ask for no name or for one that no certificate has. Thread-safe;
 * {@link #refresh} takes over what has become of the files, for handshakes from then on.
 */
public final class Certificates {

    private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);
    private static final String EXPECTED = " (expected: a PEM file with a certificate chain and its unencrypted key)";

    private final List<Path> paths;
    private final Map<String, String> texts;
    private final TlsOptions options;
    private volatile Mapping<? super String, SslContext> contexts;
    private volatile @Nullable String failure;
    private volatile List<Path> passedOver = List.of();

    /* Guarded by this. A file that has just changed is read once more, lest it was read half written. */
    private Map<Path, String> stamps;
    private Map<String, String> content;
    private boolean unsettled;

    private Certificates(List<Path> paths, Map<String, String> texts, TlsOptions options) {
        this.paths = List.copyOf(paths);
        this.texts = new LinkedHashMap<>(texts);
        this.options = requireNonNull(options, "options");
        List<Path> files = files();
        this.stamps = CertificateFiles.stamps(files);
        this.content = content(files);
        this.contexts = contexts(content);
    }

    /**
     * Loads certificates with their keys.
     *
     * @param paths PEM files with a certificate chain and its unencrypted key each, or directories of such files
     * @return the certificates
     * @throws IllegalArgumentException if there is none, or a file cannot be read; the message names it
     */
    public static Certificates load(List<Path> paths) {
        return load(paths, TlsOptions.HTTP);
    }

    /**
     * Loads certificates with their keys.
     *
     * @param paths PEM files with a certificate chain and its unencrypted key each, or directories of such files
     * @param options how TLS is spoken with them
     * @return the certificates
     * @throws IllegalArgumentException if there is none, or a file cannot be read; the message names it
     */
    public static Certificates load(List<Path> paths, TlsOptions options) {
        return load(paths, Map.of(), options);
    }

    /**
     * Loads certificates with their keys, from files and from texts.
     *
     * @param paths PEM files with a certificate chain and its unencrypted key each, or directories of such files
     * @param texts further such files' contents, by the name that messages call them; they come after the files
     * @param options how TLS is spoken with them
     * @return the certificates
     * @throws IllegalArgumentException if there is none, or one cannot be read; the message names it
     */
    public static Certificates load(List<Path> paths, Map<String, String> texts, TlsOptions options) {
        return new Certificates(paths, texts, options);
    }

    /**
     * A certificate for everybody that nobody vouches for, where there is none other.
     *
     * @param options how TLS is spoken with it
     * @return the certificate, its key made just now
     */
    public static Certificates selfSigned(TlsOptions options) {
        try {
            return load(
                    List.of(),
                    Map.of("(self-signed)", SelfSigned.make("*", Instant.now()).pem()),
                    options);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK has no P-256", e);
        }
    }

    /**
     * The same certificates by other options.
     *
     * @param newOptions how TLS is spoken with them; the provider stays
     * @return the certificates, loaded anew
     * @throws IllegalArgumentException if one cannot be read; the message names it
     */
    public Certificates withOptions(TlsOptions newOptions) {
        return new Certificates(paths, texts, newOptions.withProvider(options.provider()));
    }

    /** The options with which they are shown. */
    public TlsOptions options() {
        return options;
    }

    /**
     * Takes over files that have changed, and logs that. What cannot be read changes nothing. Reads files, so not for event loops.
     *
     * @return whether something else is shown from now on
     */
    public synchronized boolean refresh() {
        try {
            List<Path> files = files();
            Map<Path, String> newStamps = CertificateFiles.stamps(files);
            boolean changed = !newStamps.equals(stamps);
            if (!changed && !unsettled) {
                return false;
            }
            stamps = newStamps;
            unsettled = changed;
            Map<String, String> newContent = content(files);
            if (newContent.equals(content)) {
                failure = null;
                return false;
            }
            contexts = contexts(newContent);
            content = newContent;
            failure = null;
            LOG.info("{}: those that are there now are shown", this);
            return true;
        } catch (IllegalArgumentException e) {
            failure = e.getMessage();
            unsettled = true; // it may be readable the next time, with nothing else changed
            return false;
        }
    }

    /**
     * Why the files as they are now are not shown.
     *
     * @return the reason, if what is shown is what they were before
     */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * The files of directories that are no certificates at all, such as a README, and so are not shown.
     *
     * @return those of the last look that changed something
     */
    public List<Path> passedOver() {
        return passedOver;
    }

    /**
     * The files whose keys others than their owner may read. Looks at files, so not for event loops.
     *
     * @return those of now; none if the file system cannot tell
     */
    public List<Path> exposedFiles() {
        List<Path> files = new ArrayList<>(CertificateFiles.files(paths));
        files.removeAll(passedOver);
        return CertificateFiles.exposed(files);
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>(CertificateFiles.files(paths));
        options.authorities().ifPresent(files::add);
        options.revoked().ifPresent(files::add);
        return files;
    }

    private static Map<String, String> content(List<Path> files) {
        Map<String, String> content = new HashMap<>();
        for (Path file : files) {
            try {
                content.put(file.toString(), CertificateFiles.read(file));
            } catch (IOException e) {
                throw wrong("certificate " + file, e);
            }
        }
        return content;
    }

    private Mapping<? super String, SslContext> contexts(Map<String, String> read) {
        Map<String, SslContext> byName = new LinkedHashMap<>();
        List<SslContext> all = new ArrayList<>();
        List<Path> others = new ArrayList<>();
        TlsContexts factory = factory(read);
        for (Path file : CertificateFiles.files(paths)) {
            String pem = read.get(file.toString());
            if (pem != null && isNoCertificate(file, pem)) {
                others.add(file);
            } else if (pem != null) {
                add("certificate " + file, pem, factory, byName, all);
            }
        }
        texts.forEach((name, pem) -> add("certificate " + name, pem, factory, byName, all));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("certificates: none in " + paths + " (expected: at least one PEM file)");
        }
        DomainWildcardMappingBuilder<SslContext> mapping = new DomainWildcardMappingBuilder<>(all.get(0));
        byName.forEach(mapping::add);
        passedOver = List.copyOf(others);
        return mapping.build();
    }

    /* One that was a certificate, and is empty now, is being written. */
    private boolean isNoCertificate(Path file, String pem) {
        return !PemBlocks.isAny(pem)
                && !paths.contains(file)
                && !PemBlocks.isAny(content.getOrDefault(file.toString(), ""));
    }

    private TlsContexts factory(Map<String, String> read) {
        String authorities =
                options.authorities().map(file -> read.get(file.toString())).orElse(null);
        String revoked =
                options.revoked().map(file -> read.get(file.toString())).orElse(null);
        try {
            return TlsContexts.of(options, authorities, revoked);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "client certificates: " + options.authorities().orElseThrow() + ": " + e.getMessage()
                            + " (expected: a PEM file with certificates of authorities, and one with revocation lists)",
                    e);
        }
    }

    private static void add(
            String what, String pem, TlsContexts factory, Map<String, SslContext> byName, List<SslContext> all) {
        try {
            CertifiedKey key = CertifiedKey.parse(pem);
            SslContext context = factory.context(key);
            all.add(context);
            for (String name : key.names()) {
                byName.putIfAbsent(name, context);
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw wrong(what, e);
        }
    }

    private static IllegalArgumentException wrong(String what, Exception e) {
        return new IllegalArgumentException(what + ": " + FileFailure.reason(e) + EXPECTED, e);
    }

    /**
     * Where they are from.
     *
     * @return files and directories, then the names of what was given as text
     */
    public List<String> sources() {
        return Stream.concat(paths.stream().map(Path::toString), texts.keySet().stream())
                .toList();
    }

    @Override
    public String toString() {
        return "certificates " + sources();
    }

    /** What is shown to a client that asks for this server; to one that asks for none if it is null. */
    SslContext context(@Nullable String serverName) {
        return contexts.map(serverName);
    }
}
