package io.evenkeel.l4.runner;

import io.evenkeel.l4.Transport;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The flags that say how many event loops there are and what they wait with; a mix-in for both proxies. */
public final class TransportFlags {

    private static final int MOST_THREADS = 1024;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            converter = Kind.class,
            defaultValue = "auto",
            description =
                    "What event loops wait with: epoll, io_uring, nio, or auto, the best that is known to work. One"
                            + " that does not work here is replaced, which the log says.")
    private Transport.Kind transport = Transport.Kind.AUTO;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = Threads.class,
            defaultValue = "0",
            description = "How many event loops there are, each a thread of its own; 0 for one per processor.")
    private int threads;

    /** A mix-in. */
    public TransportFlags() {}

    /** What event loops wait with. */
    public Transport.Kind kind() {
        return transport;
    }

    /** How many event loops there are, 0 for one per processor. */
    public int threads() {
        return threads;
    }

    /** Reads a number of threads. */
    static final class Threads implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            try {
                int number = Integer.parseInt(value);
                if (number >= 0 && number <= MOST_THREADS) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new TypeConversionException("threads: " + value + " (expected: 0 to " + MOST_THREADS + ")");
        }
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
