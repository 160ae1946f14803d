package io.evenkeel.cluster;

import java.io.Serial;

/** Says that a service has no endpoint that takes work at this moment, and why. */
public class NoEndpointException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * An absence with its reason.
     *
     * @param message the service, and why there is none
     */
    public NoEndpointException(String message) {
        super(message);
    }
}
