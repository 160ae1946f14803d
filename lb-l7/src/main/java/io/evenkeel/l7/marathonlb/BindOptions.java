package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.CipherSuites;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsOptions.ClientCertificates;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How a service port listens, beside where: what stands behind HAProxy's {@code bind}. Immutable.
 *
 * @param certificates the PEM files or directories with its certificates; none for plain text
 * @param tls how it speaks TLS, if it does, but for ALPN
 * @param applicationProtocols what ALPN is to offer
 * @param acceptProxy whether connections begin with a PROXY header
 * @param maxConnections how many there may be, 0 for any number
 * @param backlog how many may wait, 0 for the usual number
 */
public record BindOptions(
        List<Path> certificates,
        TlsOptions tls,
        List<String> applicationProtocols,
        boolean acceptProxy,
        int maxConnections,
        int backlog) {

    /** Plain text, and nothing special. */
    public static final BindOptions NONE = new BindOptions(List.of(), TlsOptions.DEFAULTS, List.of(), false, 0, 0);

    /* Behind TLS of a port in mode http; in mode tcp it is the endpoint's matter. */
    private static final String HTTP_2 = "h2";
    private static final List<String> SPOKEN = List.of(HTTP_2, "http/1.1", "http/1.0");

    /** Copies the lists. */
    public BindOptions {
        certificates = List.copyOf(certificates);
        applicationProtocols = List.copyOf(applicationProtocols);
    }

    /** How it speaks TLS in this mode. */
    TlsOptions tls(AppPort.Mode mode) {
        return tls.withApplicationProtocols(
                mode == AppPort.Mode.TCP
                        ? applicationProtocols
                        : applicationProtocols.stream().filter(SPOKEN::contains).toList());
    }

    /** The same with or without HTTP/2 among what ALPN is to offer. */
    BindOptions withHttp2(boolean enabled) {
        List<String> offered = new ArrayList<>(applicationProtocols);
        offered.remove(HTTP_2);
        if (offered.isEmpty()) {
            offered.add("http/1.1");
        }
        if (enabled) {
            offered.add(0, HTTP_2);
        }
        return new BindOptions(certificates, tls, offered, acceptProxy, maxConnections, backlog);
    }

    /** Whether it speaks TLS. */
    public boolean isTls() {
        return !certificates.isEmpty();
    }

    /**
     * Reads the labels.
     *
     * @throws IllegalArgumentException if there is a word that is not understood: nothing is served against the label's word
     */
    static BindOptions of(MarathonLbLabels labels, Consumer<String> remarks) {
        Words words = new Words(remarks);
        // marathon-lb writes " ssl crt " + SSL_CERT + " " + BIND_OPTIONS.
        read(words, labels, MarathonLbLabels.SSL_CERT, "ssl crt ");
        read(words, labels, MarathonLbLabels.BIND_OPTIONS, "");
        try {
            return words.options();
        } catch (IllegalArgumentException e) {
            throw labels.wrong(
                    labels.get(MarathonLbLabels.BIND_OPTIONS) == null
                            ? MarathonLbLabels.SSL_CERT
                            : MarathonLbLabels.BIND_OPTIONS,
                    e);
        }
    }

    private static void read(Words words, MarathonLbLabels labels, String label, String before) {
        String value = labels.get(label);
        if (value == null || value.isBlank()) {
            return;
        }
        try {
            words.read(labels.name(label), before + value.trim());
        } catch (IllegalArgumentException e) {
            throw labels.wrong(label, e);
        }
    }

    /** Collects what the words say. Not thread-safe. */
    private static final class Words {

        private static final Pattern NUMBER = Pattern.compile("[0-9]{1,8}");
        private static final List<String> VERSIONS = List.of("SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3");

        private final Consumer<String> remarks;
        private final List<Path> certificates = new ArrayList<>();
        private final List<String> excluded = new ArrayList<>();
        private List<String> alpn = List.of();
        private String ciphers = "";
        private String cipherSuites = "";
        private String cipherLabel = "";
        private String verify = "none";
        private Optional<Path> authorities = Optional.empty();
        private Optional<Path> revoked = Optional.empty();
        private int lowest;
        private int highest = VERSIONS.size() - 1;
        private boolean ssl;
        private boolean acceptProxy;
        private int maxConnections;
        private int backlog;

        Words(Consumer<String> remarks) {
            this.remarks = remarks;
        }

        void read(String label, String text) {
            Iterator<String> words = List.of(text.split("\\s+", -1)).iterator();
            while (words.hasNext()) {
                word(label, words.next(), words);
            }
        }

        private void word(String label, String word, Iterator<String> rest) {
            switch (word) {
                case "ssl" -> ssl = true;
                case "crt" -> certificates.add(path(word, rest));
                case "accept-proxy" -> acceptProxy = true;
                case "alpn" -> alpn = List.of(argument(word, rest).split(",", -1));
                case "ciphers" -> {
                    ciphers = argument(word, rest);
                    cipherLabel = label;
                }
                case "ciphersuites" -> {
                    cipherSuites = argument(word, rest);
                    cipherLabel = label;
                }
                case "no-sslv3" -> excluded.add("SSLv3");
                case "no-tlsv10" -> excluded.add("TLSv1.0");
                case "no-tlsv11" -> excluded.add("TLSv1.1");
                case "no-tlsv12" -> excluded.add("TLSv1.2");
                case "no-tlsv13" -> excluded.add("TLSv1.3");
                case "ssl-min-ver" -> lowest = version(word, rest);
                case "ssl-max-ver" -> highest = version(word, rest);
                case "force-tlsv12" -> lowest = highest = VERSIONS.indexOf("TLSv1.2");
                case "force-tlsv13" -> lowest = highest = VERSIONS.indexOf("TLSv1.3");
                case "ca-file" -> authorities = Optional.of(path(word, rest));
                case "crl-file" -> revoked = Optional.of(path(word, rest));
                case "verify" -> verify = argument(word, rest);
                case "maxconn" -> maxConnections = number(word, rest);
                case "backlog" -> backlog = number(word, rest);
                case "no-tls-tickets" -> {} // they are the provider's matter, and their keys are not for ever
                case "defer-accept", "prefer-client-ciphers", "strict-sni", "tfo", "transparent", "v4v6", "v6only" ->
                    remarks.accept("label " + label + ": " + word + " has no effect");
                case "curves", "ecdhe", "id", "mss", "name", "nice", "npn", "process", "tcp-ut" ->
                    remarks.accept("label " + label + ": " + word + " " + argument(word, rest) + " has no effect");
                default ->
                    throw new IllegalArgumentException(word
                            + " (expected: ssl, crt, accept-proxy, alpn, ciphers, ciphersuites, no-sslv3, no-tlsv1x,"
                            + " force-tlsv12, force-tlsv13, ssl-min-ver, ssl-max-ver, no-tls-tickets, ca-file, crl-file,"
                            + " verify, maxconn or backlog, or one that is passed over, such as name, curves or tfo)");
            }
        }

        private static String argument(String word, Iterator<String> rest) {
            if (!rest.hasNext()) {
                throw new IllegalArgumentException(word + " (expected: a value behind it)");
            }
            return rest.next();
        }

        private static Path path(String word, Iterator<String> rest) {
            String value = argument(word, rest);
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException(word + " " + value + " (expected: a file)", e);
            }
        }

        private static int number(String word, Iterator<String> rest) {
            String value = argument(word, rest);
            if (!NUMBER.matcher(value).matches()) {
                throw new IllegalArgumentException(word + " " + value + " (expected: a number)");
            }
            return Integer.parseInt(value);
        }

        private static int version(String word, Iterator<String> rest) {
            String value = argument(word, rest);
            if (!VERSIONS.contains(value)) {
                throw new IllegalArgumentException(
                        word + " " + value + " (expected: one of " + String.join(", ", VERSIONS) + ")");
            }
            return VERSIONS.indexOf(value);
        }

        BindOptions options() {
            if (ssl && certificates.isEmpty()) {
                throw new IllegalArgumentException("ssl (expected: a certificate with it, by crt or SSL_CERT)");
            }
            if (!ssl && !certificates.isEmpty()) {
                throw new IllegalArgumentException("crt (expected: ssl before it)");
            }
            TlsOptions tls = TlsOptions.DEFAULTS
                    .withProtocols(protocols())
                    .withCiphers(CipherSuites.of(
                            ciphers, cipherSuites, remark -> remarks.accept("label " + cipherLabel + ": " + remark)))
                    .withClients(clients(), authorities, revoked);
            return new BindOptions(certificates, tls, alpn, acceptProxy, maxConnections, backlog);
        }

        private List<String> protocols() {
            List<String> left = new ArrayList<>();
            for (String version : List.of("TLSv1.3", "TLSv1.2")) { // older ones are not spoken at all
                int at = VERSIONS.indexOf(version);
                if (at >= lowest && at <= highest && !excluded.contains(version)) {
                    left.add(version);
                }
            }
            if (left.isEmpty()) {
                throw new IllegalArgumentException("TLS versions: none left (expected: TLSv1.2 or TLSv1.3)");
            }
            return left;
        }

        private ClientCertificates clients() {
            ClientCertificates clients = switch (verify) {
                case "none" -> ClientCertificates.NONE;
                case "optional" -> ClientCertificates.OPTIONAL;
                case "required" -> ClientCertificates.REQUIRED;
                default ->
                    throw new IllegalArgumentException("verify " + verify + " (expected: none, optional or required)");
            };
            if (clients != ClientCertificates.NONE && authorities.isEmpty()) {
                throw new IllegalArgumentException("verify " + verify + " (expected: ca-file with it)");
            }
            return clients;
        }
    }
}
