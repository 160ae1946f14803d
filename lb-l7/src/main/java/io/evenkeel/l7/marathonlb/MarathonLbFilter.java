package io.evenkeel.l7.marathonlb;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;

/**
 * Which tasks marathon-lb sends requests to: those that run, and those of which it cannot be known (unreachable, lost, or
 * in a state without a name here). Tasks that start, are being killed or have ended get none.
 *
 * <p>With {@code --health-check}, a task of an application that has checks must also have passed at least one; a task
 * without a verdict has not. Without it, and for applications without checks, health does not matter. Readiness only does
 * where {@link OwnLabel#READINESS} asks for it, by which a task that is not ready seems to start. Tasks that a deployment has
 * set aside take nothing new and finish what they have.
 */
public enum MarathonLbFilter implements EndpointFilter {
    /** {@code --health-check}. */
    HEALTHY_ONLY,
    /** No {@code --health-check}. */
    ANY_HEALTH;

    /**
     * Whether a deployment has set an endpoint aside: it finishes what it has and takes nothing new.
     *
     * @param endpoint one of a deployment's
     * @return false of all others
     */
    public static boolean isSetAside(Endpoint endpoint) {
        return DeploymentMember.isSetAside(endpoint);
    }

    @Override
    public Eligibility judge(Endpoint endpoint) {
        EndpointState state = endpoint.state();
        boolean gone =
                state == EndpointState.STARTING || state == EndpointState.STOPPING || state == EndpointState.STOPPED;
        boolean sick = endpoint.health() == Health.UNKNOWN || endpoint.health() == Health.UNHEALTHY;
        if (gone || (this == HEALTHY_ONLY && sick)) {
            return Eligibility.ABSENT;
        }
        return isSetAside(endpoint) ? Eligibility.DRAINING : Eligibility.ACTIVE;
    }
}
