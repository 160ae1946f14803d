package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.DiscoveryException;

/** An answer came, but not the one that was asked for. */
final class WrongStatusException extends DiscoveryException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final boolean json;

    WrongStatusException(String uri, int status, String why, boolean json) {
        super(uri + ": status " + status + " (expected: 200)" + why, null);
        this.status = status;
        this.json = json;
    }

    int status() {
        return status;
    }

    /** Whether Marathon itself says so, and not something before it: its own errors are JSON, but for a few. */
    boolean isJson() {
        return json;
    }
}
