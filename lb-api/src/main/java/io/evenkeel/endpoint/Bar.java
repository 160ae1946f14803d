package io.evenkeel.endpoint;

/** A reason why an endpoint takes no new work for the moment, although its source says that it may. */
public enum Bar {
    /** Its health check fails. */
    UNHEALTHY,
    /** It stood out by its failures or its latency. */
    EJECTED,
    /** A circuit breaker is open. */
    CIRCUIT_OPEN,
    /** Somebody took it out by hand. */
    MAINTENANCE;

    int bit() {
        return 1 << ordinal();
    }
}
