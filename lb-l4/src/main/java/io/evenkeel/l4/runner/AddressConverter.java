package io.evenkeel.l4.runner;

import io.evenkeel.discovery.HostPort;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HOST:PORT} on a command line, and looks the host up; a host without an address is a wrong value. */
public final class AddressConverter implements ITypeConverter<InetSocketAddress> {

    /** For picocli. */
    public AddressConverter() {}

    @Override
    public InetSocketAddress convert(String value) {
        InetSocketAddress address;
        try {
            address = HostPort.parse("address", value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
        if (address.isUnresolved()) {
            throw new TypeConversionException("address: " + value + " (expected: a host that can be resolved)");
        }
        return address;
    }
}
