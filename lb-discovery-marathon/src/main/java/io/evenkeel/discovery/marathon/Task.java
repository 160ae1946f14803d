package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task of an application, as far as it matters here.
 *
 * @param id the task's id, empty if it has none
 * @param host the agent's name or address
 * @param ports the agent's ports that the task was given
 * @param addresses the task's own addresses, those of IPv4 first
 * @param state where it is in its life
 * @param verdict what its health check results say; null if there are none
 * @param complete whether each check has a result, as far as can be told
 * @param portVerdicts what is said of single ports, by their index, where that is known: in pods
 * @param version the version of the application that it runs
 * @param locality where it runs
 */
record Task(
        String id,
        String host,
        List<Integer> ports,
        List<String> addresses,
        EndpointState state,
        @Nullable Health verdict,
        boolean complete,
        Map<Integer, Health> portVerdicts,
        String version,
        Locality locality) {}
