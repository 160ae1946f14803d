package io.evenkeel.endpoint;

/** What a consumer may do with an endpoint: the verdict of an {@link EndpointFilter}. */
public enum Eligibility {
    /** Takes new work. */
    ACTIVE,
    /** Takes no new work; what it has goes on. */
    DRAINING,
    /** Not used at all. */
    ABSENT
}
