package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.netty.handler.ssl.ApplicationProtocolNames;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a frontend speaks TLS, beside the certificates that it shows. Immutable; start from {@link #DEFAULTS}.
 *
 * @param provider whose implementation is used
 * @param protocols the versions, the best first: {@code TLSv1.3}, {@code TLSv1.2}
 * @param ciphers the cipher suites by their standard names, the best first
 * @param clients whether clients show certificates
 * @param authorities the file with the certificates that those of clients are checked against
 * @param revoked the file with the revocation lists that they are checked against, if they are
 * @param applicationProtocols what is offered by ALPN, the best first; nothing for no ALPN
 */
public record TlsOptions(
        TlsProvider provider,
        List<String> protocols,
        List<String> ciphers,
        ClientCertificates clients,
        Optional<Path> authorities,
        Optional<Path> revoked,
        List<String> applicationProtocols) {

    /** What clients must show. */
    public enum ClientCertificates {
        /** They are not asked. */
        NONE,
        /** They are asked; what they show must be good, but they need not show any. */
        OPTIONAL,
        /** They must show a good one. */
        REQUIRED
    }

    /** TLS 1.3 and 1.2, suites with forward secrecy and authenticated encryption only, no client certificates, no ALPN. */
    public static final TlsOptions DEFAULTS = new TlsOptions(
            TlsProvider.AUTO,
            List.of("TLSv1.3", "TLSv1.2"),
            CipherSuites.DEFAULTS,
            ClientCertificates.NONE,
            Optional.empty(),
            Optional.empty(),
            List.of());

    /** The same for who speaks HTTP: version 2 and 1.1 are offered by ALPN. */
    public static final TlsOptions HTTP = DEFAULTS.withApplicationProtocols(
            List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1));

    /** Copies the lists. */
    public TlsOptions {
        requireNonNull(provider, "provider");
        requireNonNull(clients, "clients");
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        applicationProtocols = List.copyOf(applicationProtocols);
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("protocols: none (expected: TLSv1.2, TLSv1.3 or both)");
        }
        if (ciphers.isEmpty()) {
            throw new IllegalArgumentException("ciphers: none (expected: at least one)");
        }
        if (clients != ClientCertificates.NONE && authorities.isEmpty()) {
            throw new IllegalArgumentException(
                    "clients: " + clients + " (expected: authorities to check them against)");
        }
    }

    /**
     * The same by another implementation.
     *
     * @param newProvider whose
     * @return the changed copy
     */
    public TlsOptions withProvider(TlsProvider newProvider) {
        return new TlsOptions(newProvider, protocols, ciphers, clients, authorities, revoked, applicationProtocols);
    }

    /**
     * The same with other versions.
     *
     * @param newProtocols the versions, the best first
     * @return the changed copy
     */
    public TlsOptions withProtocols(List<String> newProtocols) {
        return new TlsOptions(provider, newProtocols, ciphers, clients, authorities, revoked, applicationProtocols);
    }

    /**
     * The same with other cipher suites.
     *
     * @param newCiphers by their standard names, the best first
     * @return the changed copy
     */
    public TlsOptions withCiphers(List<String> newCiphers) {
        return new TlsOptions(provider, protocols, newCiphers, clients, authorities, revoked, applicationProtocols);
    }

    /**
     * The same with client certificates.
     *
     * @param newClients what clients must show
     * @param newAuthorities what it is checked against
     * @param newRevoked revocation lists, if they count
     * @return the changed copy
     */
    public TlsOptions withClients(
            ClientCertificates newClients, Optional<Path> newAuthorities, Optional<Path> newRevoked) {
        return new TlsOptions(
                provider, protocols, ciphers, newClients, newAuthorities, newRevoked, applicationProtocols);
    }

    /**
     * The same with ALPN.
     *
     * @param newApplicationProtocols what is offered, the best first
     * @return the changed copy
     */
    public TlsOptions withApplicationProtocols(List<String> newApplicationProtocols) {
        return new TlsOptions(provider, protocols, ciphers, clients, authorities, revoked, newApplicationProtocols);
    }
}
