package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.DiscoveryException;

/** An answer came, but not the one that was asked for. */
final class WrongStatusException extends DiscoveryException {

    private static final long serialVersionUID = 1L;

    private final int status;

    WrongStatusException(String uri, int status, String why) {
        super(uri + ": status " + status + " (expected: 200)" + why, null);
        this.status = status;
    }

    int status() {
        return status;
    }
}
