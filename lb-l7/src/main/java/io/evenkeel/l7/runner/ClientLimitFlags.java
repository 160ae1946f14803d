package io.evenkeel.l7.runner;

import io.evenkeel.l7.AllowedNetworks;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that say how much clients may have; a mix-in. */
final class ClientLimitFlags {

    private static final int HARDENED_PER_SOURCE = 500;
    private static final int HARDENED_BODY_RATE = 100;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            converter = Limit.class,
            defaultValue = "0",
            description = "How many connections all listeners together have open; further ones wait to be accepted"
                    + " (default: 0, any number).")
    private int connections;

    @Option(
            names = "--max-connections-per-source",
            paramLabel = "N",
            converter = Limit.class,
            description =
                    "How many connections one IPv4 address, or one IPv6 network of 64 bits, has open; further ones"
                            + " are closed at once. Those whom --trusted-proxies and --proxy-protocol-trusted name are not"
                            + " limited (default: 0, any number; with --hardened "
                            + HARDENED_PER_SOURCE + ").")
    private @Nullable Integer perSource;

    @Option(
            names = "--min-body-rate",
            paramLabel = "BYTES",
            converter = Limit.class,
            description =
                    "How many bytes of a request's body a client sends in a second at least, on average after five"
                            + " seconds and until the response begins; slower ones get 408 (default: 0, any number; with"
                            + " --hardened " + HARDENED_BODY_RATE + ").")
    private @Nullable Integer minBodyRate;

    /**
     * What they say.
     *
     * @param hardened whether clients are strangers
     * @param proxies load balancers before this one
     */
    ClientLimits limits(boolean hardened, List<AllowedNetworks> proxies) {
        return new ClientLimits(
                connections,
                or(perSource, hardened ? HARDENED_PER_SOURCE : 0),
                or(minBodyRate, hardened ? HARDENED_BODY_RATE : 0),
                proxies);
    }

    private static int or(@Nullable Integer given, int usual) {
        return given == null ? usual : given;
    }

    /** Reads a number that may be 0. */
    static final class Limit implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 0) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException(
                    "limit: " + value + " (expected: a number up to " + Integer.MAX_VALUE + ", 0 for no limit)");
        }
    }
}
