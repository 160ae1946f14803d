package io.evenkeel.l4.runner;

import io.evenkeel.discovery.Redacted;
import java.net.URI;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the URL of a Marathon on a command line; repeats no password when it is wrong. */
public final class MarathonUrlConverter implements ITypeConverter<URI> {

    private final String credentials;

    /** For picocli. */
    public MarathonUrlConverter() {
        this("--auth-credentials or --marathon-auth-credential-file");
    }

    /**
     * One for a flag whose Marathon has other credentials.
     *
     * @param credentials the flags that say who asks
     */
    public MarathonUrlConverter(String credentials) {
        this.credentials = credentials;
    }

    @Override
    public URI convert(String value) {
        try {
            URI uri = URI.create(value);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getRawUserInfo() != null) {
                throw new TypeConversionException("marathon: " + Redacted.text(value)
                        + " (expected: no user in the URL; " + credentials + " say who asks)");
            }
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
