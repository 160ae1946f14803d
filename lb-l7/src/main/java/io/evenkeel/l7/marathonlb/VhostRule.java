package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.PathPrefixes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * How a service port is reached on the frontends that all applications share. Immutable.
 *
 * @param hosts the hosts it answers for, in lower case; none if it is not there at all
 * @param path the condition on the path that goes with them
 * @param weight order among the routes, larger first
 * @param redirectToHttps whether the plain frontend sends clients to the secure one
 */
public record VhostRule(List<String> hosts, PathPrefixes path, int weight, boolean redirectToHttps) {

    /** Copies the list. */
    public VhostRule {
        hosts = List.copyOf(hosts);
    }

    static VhostRule of(MarathonLbLabels labels, Consumer<String> remarks) {
        List<String> hosts = hosts(labels.get(MarathonLbLabels.VHOST, ""));
        String path = labels.get(MarathonLbLabels.PATH, "");
        boolean hasPath = !path.isBlank() && !hosts.isEmpty();
        int weight = labels.integer(MarathonLbLabels.BACKEND_WEIGHT, 0);
        if (labels.get(MarathonLbLabels.AUTH) != null && !hosts.isEmpty()) {
            remarks.accept("label " + labels.name(MarathonLbLabels.AUTH)
                    + ": basic authentication is not available (its virtual hosts are not served)");
            hosts = List.of();
        }
        return new VhostRule(
                hosts,
                hasPath ? PathPrefixes.parse(path) : PathPrefixes.ANY,
                hasPath && weight == 0 ? 1 : weight,
                labels.isTrue(MarathonLbLabels.REDIRECT_TO_HTTPS, false));
    }

    /** The hosts of a comma or blank separated list. */
    static List<String> hosts(String list) {
        List<String> hosts = new ArrayList<>();
        for (String host : list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            if (!host.isEmpty() && !hosts.contains(host)) {
                hosts.add(host);
            }
        }
        return hosts;
    }
}
