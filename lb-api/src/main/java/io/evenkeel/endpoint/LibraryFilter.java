package io.evenkeel.endpoint;

/** The rule behind {@link EndpointFilter#library()}. */
enum LibraryFilter implements EndpointFilter {
    INSTANCE;

    @Override
    public Eligibility judge(Endpoint endpoint) {
        return switch (endpoint.state()) {
            case STARTING, STOPPED, LOST -> Eligibility.ABSENT;
            case STOPPING, UNREACHABLE -> Eligibility.DRAINING;
            case RUNNING, UNSPECIFIED -> endpoint.ready() ? byHealth(endpoint.health()) : Eligibility.ABSENT;
        };
    }

    private static Eligibility byHealth(Health health) {
        return switch (health) {
            case UNCHECKED, HEALTHY -> Eligibility.ACTIVE;
            case UNKNOWN -> Eligibility.ABSENT;
            case DEGRADED, UNHEALTHY -> Eligibility.DRAINING;
        };
    }
}
