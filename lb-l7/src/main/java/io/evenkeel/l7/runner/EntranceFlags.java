package io.evenkeel.l7.runner;

import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.marathonlb.TrustedProxies;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that say how connections begin: with PROXY headers, with TLS; a mix-in. */
final class EntranceFlags {

    @Option(
            names = "--accept-proxy",
            description = "Expect the PROXY protocol on the HTTP and HTTPS ports of the virtual hosts, too.")
    private boolean acceptProxy;

    @Option(
            names = "--proxy-protocol-trusted",
            arity = "1..*",
            split = ",",
            paramLabel = "CIDR",
            converter = Network.class,
            description = "Whose PROXY headers count (default: everybody's, where they are expected at all).")
    private List<String> trusted = List.of();

    /** What they say. */
    Entrances entrances() {
        TrustedProxies usual = TrustedProxies.DEFAULTS;
        return new Entrances(new TrustedProxies(
                trusted.isEmpty() ? AllowedNetworks.ALL : AllowedNetworks.parse(String.join(" ", trusted)),
                acceptProxy,
                usual.timeout()));
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
}
