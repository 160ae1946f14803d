package io.evenkeel.l7.runner;

import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TlsOptions;
import io.evenkeel.l7.TlsProvider;
import io.evenkeel.l7.marathonlb.TrustedProxies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that say how connections begin: with PROXY headers, with TLS; a mix-in. */
final class EntranceFlags {

    private static final Logger LOG = LoggerFactory.getLogger(EntranceFlags.class);
    private static final int LAST_TEXT = 100;

    @Option(
            names = "--accept-proxy",
            description = "Expect the PROXY protocol on the HTTP and HTTPS ports of the virtual hosts, too.")
    private boolean acceptProxy;

    @Option(
            names = "--proxy-protocol-trusted",
            arity = "1..*",
            split = ",",
            paramLabel = "CIDR",
            converter = NetworkOrNone.class,
            description =
                    "Whose PROXY headers count, or none (default: everybody's, where they are expected at all; with"
                            + " --hardened none).")
    private List<String> trusted = List.of();

    @Option(
            names = "--reuse-port",
            description =
                    "Listen also where another process of the same user does, if it was started with this flag, too:"
                            + " a successor can then start before its predecessor is told to stop.")
    private boolean reusePort;

    @Option(
            names = "--group-https-by-vhost",
            description = "Serve every virtual host over TLS with the certificate and bind options of its own labels,"
                    + " and refuse clients that ask for another host or none.")
    private boolean groupHttpsByVhost;

    @Option(
            names = "--tls-provider",
            paramLabel = "NAME",
            converter = Provider.class,
            defaultValue = "auto",
            description = "Whose TLS is spoken: openssl (BoringSSL), jdk, or auto, the former where it runs"
                    + " (default: ${DEFAULT-VALUE}).")
    private TlsProvider tlsProvider = TlsProvider.AUTO;

    /**
     * The certificates of the virtual hosts: those of files, then those of the environment, as marathon-lb's container had
     * them; else the usual file, else one made up.
     *
     * @throws IllegalArgumentException if one cannot be read; the message names it
     */
    Certificates certificates(List<Path> files, Map<String, String> environment, Path usual) {
        Certificates loaded = load(files, environment, usual);
        for (Path file : loaded.exposedFiles()) {
            LOG.warn("{}: others than its owner may read this private key (expected: mode 0600)", file);
        }
        return loaded;
    }

    private Certificates load(List<Path> files, Map<String, String> environment, Path usual) {
        TlsOptions options = TlsOptions.HTTP.withProvider(tlsProvider);
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = -1; i <= LAST_TEXT; i++) {
            String name = "HAPROXY_SSL_CERT" + (i < 0 ? "" : i);
            String pem = environment.getOrDefault(name, "");
            if (!pem.isBlank()) {
                texts.put(name, pem.replace("\\n", "\n"));
            }
        }
        if (!files.isEmpty() || !texts.isEmpty()) {
            return Certificates.load(files, texts, options);
        }
        if (Files.isRegularFile(usual)) {
            return Certificates.load(List.of(usual), options);
        }
        LOG.warn("HTTPS is served with a certificate that nobody knows: no --ssl-certs, and no {}", usual);
        return Certificates.selfSigned(options);
    }

    /**
     * What they say.
     *
     * @param hardened whether nobody is believed who is not named
     */
    Entrances entrances(boolean hardened) {
        TrustedProxies usual = TrustedProxies.DEFAULTS;
        return new Entrances(
                new TrustedProxies(believed(hardened), acceptProxy, usual.timeout()),
                tlsProvider,
                groupHttpsByVhost,
                reusePort);
    }

    private AllowedNetworks believed(boolean hardened) {
        return trusted.isEmpty() && !hardened ? AllowedNetworks.ALL : namedProxies();
    }

    /** The proxies that are named; none if everybody is believed, or nobody. */
    AllowedNetworks namedProxies() {
        List<String> networks =
                trusted.stream().filter(one -> !one.equals(NetworkOrNone.NONE)).toList();
        return networks.isEmpty() ? AllowedNetworks.NONE : AllowedNetworks.parse(String.join(" ", networks));
    }

    /** Reads an address or a network, or that there is none. */
    static final class NetworkOrNone implements ITypeConverter<String> {

        static final String NONE = "none";

        @Override
        public String convert(String value) {
            return value.equals(NONE) ? value : new Network().convert(value);
        }
    }

    /** Reads an address or a network. */
    static final class Network implements ITypeConverter<String> {

        @Override
        public String convert(String value) {
            try {
                AllowedNetworks.parse(value);
                return value;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("network: " + e.getMessage());
            }
        }
    }

    /** Reads the name of a provider. */
    static final class Provider implements ITypeConverter<TlsProvider> {

        @Override
        public TlsProvider convert(String value) {
            for (TlsProvider provider : TlsProvider.values()) {
                if (provider.name().equalsIgnoreCase(value)) {
                    if (!provider.isAvailable()) {
                        throw new TypeConversionException(
                                "provider: " + value + " (expected: jdk or auto; it does not run on this machine)");
                    }
                    return provider;
                }
            }
            throw new TypeConversionException("provider: " + value + " (expected: auto, openssl or jdk)");
        }
    }
}
