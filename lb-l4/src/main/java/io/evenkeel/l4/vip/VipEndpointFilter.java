package io.evenkeel.l4.vip;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;

/**
 * The rule by which DC/OS chose the backends of a VIP.
 *
 * <table>
 * <caption>What becomes of an endpoint</caption>
 * <tr><th>state</th><th>health</th><th>verdict</th></tr>
 * <tr><td>running, or not told</td><td>no check, or healthy</td><td>takes connections</td></tr>
 * <tr><td>running, or not told</td><td>no verdict yet, degraded or unhealthy</td><td>keeps what it has</td></tr>
 * <tr><td>stopping, unreachable</td><td>any</td><td>keeps what it has</td></tr>
 * <tr><td>starting, lost, stopped</td><td>any</td><td>not used</td></tr>
 * </table>
 *
 * <p>One thing DC/OS did not know: an endpoint that its source holds back as not ready takes no connections either.
 */
public enum VipEndpointFilter implements EndpointFilter {
    /** The one rule. */
    DCOS;

    @Override
    public Eligibility judge(Endpoint endpoint) {
        EndpointState state = endpoint.state();
        return switch (state) {
            case RUNNING, UNSPECIFIED -> {
                boolean healthy = endpoint.health() == Health.UNCHECKED || endpoint.health() == Health.HEALTHY;
                yield healthy && endpoint.ready() ? Eligibility.ACTIVE : Eligibility.DRAINING;
            }
            case STOPPING, UNREACHABLE -> Eligibility.DRAINING;
            case STARTING, LOST, STOPPED -> Eligibility.ABSENT;
        };
    }
}
