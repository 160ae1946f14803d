package io.evenkeel.l4.runner;

import io.evenkeel.discovery.HostPort;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads where to listen: {@code HOST:PORT} as {@link AddressConverter} does, or {@code *:PORT} for all addresses. */
public final class ListenAddressConverter implements ITypeConverter<InetSocketAddress> {

    /** For picocli. */
    public ListenAddressConverter() {}

    @Override
    public InetSocketAddress convert(String value) {
        if (!value.startsWith("*:")) {
            return new AddressConverter().convert(value);
        }
        try {
            return HostPort.parse("address", value, (host, port) -> new InetSocketAddress(port));
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
