package io.evenkeel.l4.runner;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the URL of a Marathon on a command line; repeats no password when it is wrong. */
public final class MarathonUrlConverter implements ITypeConverter<URI> {

    /** For picocli. */
    public MarathonUrlConverter() {}

    @Override
    public URI convert(String value) {
        try {
            URI uri = URI.create(value);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below, like everything else that is no URL
        }
        throw new TypeConversionException(
                "marathon: " + Redacted.text(value) + " (expected: a URL like http://host:8080)");
    }
}
