package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.BasicAuth;
import io.evenkeel.l7.PasswordHash;
import io.evenkeel.l7.PathPrefixes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a service port is reached on the frontends that all applications share. Immutable.
 *
 * @param hosts the hosts it answers for, in lower case; none if it is not there at all
 * @param path the condition on the path that goes with them
 * @param weight order among the routes, larger first
 * @param redirectToHttps whether the plain frontend sends clients to the secure one
 * @param auth who may use it there, if not everybody
 * @param passthrough whether its tasks decrypt what comes to the secure frontend for its hosts
 */
public record VhostRule(
        List<String> hosts,
        PathPrefixes path,
        int weight,
        boolean redirectToHttps,
        Optional<BasicAuth> auth,
        boolean passthrough) {

    /** Copies the list. */
    public VhostRule {
        hosts = List.copyOf(hosts);
    }

    /** The same for other hosts. */
    VhostRule withHosts(List<String> newHosts) {
        return new VhostRule(newHosts, path, weight, redirectToHttps, auth, passthrough);
    }

    static VhostRule of(MarathonLbLabels labels) {
        List<String> hosts = hosts(labels.get(MarathonLbLabels.VHOST, ""));
        String path = labels.get(MarathonLbLabels.PATH, "");
        boolean hasPath = !path.isBlank() && !hosts.isEmpty();
        int weight = labels.integer(MarathonLbLabels.BACKEND_WEIGHT, 0);
        return new VhostRule(
                hosts,
                hasPath ? PathPrefixes.parse(path) : PathPrefixes.ANY,
                hasPath && weight == 0 ? 1 : weight,
                labels.isTrue(MarathonLbLabels.REDIRECT_TO_HTTPS, false),
                auth(labels),
                passthrough(labels, hosts));
    }

    /* Of what is not decrypted only the server name is known. */
    private static boolean passthrough(MarathonLbLabels labels, List<String> hosts) {
        String value = labels.own(MarathonLbLabels.TLS_PASSTHROUGH);
        switch (value.toLowerCase(Locale.ROOT)) {
            case "", "false" -> {
                return false;
            }
            case "true" -> {
                if (hosts.isEmpty()) {
                    throw labels.wrongOwn(
                            MarathonLbLabels.TLS_PASSTHROUGH, labels.name(MarathonLbLabels.VHOST) + " with it");
                }
                for (String label : List.of(MarathonLbLabels.PATH, MarathonLbLabels.AUTH)) {
                    if (!labels.get(label, "").isBlank()) {
                        throw labels.wrongOwn(
                                MarathonLbLabels.TLS_PASSTHROUGH, "no " + labels.name(label) + " with it");
                    }
                }
                return true;
            }
            default -> throw labels.wrongOwn(MarathonLbLabels.TLS_PASSTHROUGH, "true or false");
        }
    }

    private static Optional<BasicAuth> auth(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.AUTH);
        if (value == null) {
            return Optional.empty();
        }
        String[] parts = value.split(":", -1);
        if (parts.length != 3) {
            throw labels.wrong(
                    MarathonLbLabels.AUTH, "(not shown, " + parts.length + " parts)", "realm:user:hash of crypt(3)");
        }
        try {
            return Optional.of(new BasicAuth(parts[0], parts[1], PasswordHash.parse(parts[2])));
        } catch (IllegalArgumentException e) {
            throw labels.wrong(MarathonLbLabels.AUTH, e);
        }
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
