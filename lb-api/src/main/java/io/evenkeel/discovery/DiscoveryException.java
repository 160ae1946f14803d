package io.evenkeel.discovery;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Says that a source could not be read or understood; the message names the source and what was expected of it. */
public class DiscoveryException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A failure without an exception behind it.
     *
     * @param message what went wrong
     */
    public DiscoveryException(String message) {
        super(message);
    }

    /**
     * A failure with its cause.
     *
     * @param message what went wrong
     * @param cause what it came from
     */
    public DiscoveryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
