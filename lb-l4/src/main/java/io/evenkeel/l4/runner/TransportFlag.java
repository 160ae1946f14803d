package io.evenkeel.l4.runner;

import io.evenkeel.l4.Transport;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flag that says what event loops wait with; a mix-in for both proxies. */
public final class TransportFlag {

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            converter = Kind.class,
            defaultValue = "auto",
            description =
                    "What event loops wait with: epoll, io_uring, nio, or auto, the best that is known to work. One"
                            + " that does not work here is replaced, which the log says.")
    private Transport.Kind transport = Transport.Kind.AUTO;

    /** A mix-in. */
    public TransportFlag() {}

    /** What it says. */
    public Transport.Kind transport() {
        return transport;
    }

    /** Reads the name of a kind. */
    static final class Kind implements ITypeConverter<Transport.Kind> {

        @Override
        public Transport.Kind convert(String value) {
            for (Transport.Kind kind : Transport.Kind.values()) {
                if (kind.name().equalsIgnoreCase(value)) {
                    return kind;
                }
            }
            throw new TypeConversionException("transport: " + value + " (expected: auto, io_uring, epoll or nio)");
        }
    }
}
