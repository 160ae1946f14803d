package io.evenkeel.endpoint;

/** What the source's own health checks say of an endpoint. */
public enum Health {
    /** No check is defined, so there is nothing to wait for. */
    UNCHECKED,
    /** Checks are defined, but this endpoint has no verdict yet. Not the same as unhealthy, and not yet healthy. */
    UNKNOWN,
    /** Every check passes. */
    HEALTHY,
    /** Some checks pass and some fail. */
    DEGRADED,
    /** No check passes. */
    UNHEALTHY
}
