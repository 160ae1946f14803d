package io.evenkeel.call;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Says that a call gave up before anything was sent, for no fault of the endpoint: it may be tried elsewhere. */
public class NotSentException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * A call that was not made.
     *
     * @param message why
     * @param cause what kept it from being made
     */
    public NotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
