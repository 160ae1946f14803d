package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a backend's endpoints are spoken to over TLS. Immutable.
 *
 * @param verify whether endpoints must show a certificate that is trusted and has their name
 * @param authorities the file with the authorities that are trusted; those of the JVM, otherwise
 * @param serverName whom endpoints are asked for and must be; each by the host of its address, otherwise
 * @param certificate the file with chain and key that is shown to endpoints that ask
 */
public record BackendTls(
        boolean verify, Optional<Path> authorities, Optional<String> serverName, Optional<Path> certificate) {

    /** Encrypted, but to whoever is there: HAProxy's {@code ssl verify none}. */
    public static final BackendTls UNVERIFIED =
            new BackendTls(false, Optional.empty(), Optional.empty(), Optional.empty());

    /** To those whom the JVM trusts. */
    public static final BackendTls VERIFIED =
            new BackendTls(true, Optional.empty(), Optional.empty(), Optional.empty());

    /** Nothing may be absent. */
    public BackendTls {
        requireNonNull(authorities, "authorities");
        requireNonNull(serverName, "serverName");
        requireNonNull(certificate, "certificate");
    }

    /**
     * The same, but whom to trust.
     *
     * @param file the authorities' certificates
     * @return the changed copy
     */
    public BackendTls withAuthorities(Path file) {
        return new BackendTls(verify, Optional.of(file), serverName, certificate);
    }

    /**
     * The same, but whom to ask for.
     *
     * @param name the server's name
     * @return the changed copy
     */
    public BackendTls withServerName(String name) {
        return new BackendTls(verify, authorities, Optional.of(name), certificate);
    }

    /**
     * The same, but what to show.
     *
     * @param file chain and key
     * @return the changed copy
     */
    public BackendTls withCertificate(Path file) {
        return new BackendTls(verify, authorities, serverName, Optional.of(file));
    }
}
