package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.BasicAuth;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.PasswordHash;
import io.evenkeel.l7.PathPrefixes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a service port is reached on the frontends that all applications share. Immutable.
 *
 * @param hosts the hosts it answers for by name, in lower case
 * @param wider the hosts it answers for without naming each
 * @param path the condition on the path that goes with them
 * @param weight order among the routes, larger first
 * @param redirectToHttps whether the plain frontend sends clients to the secure one
 * @param auth who may use it there, if not everybody
 * @param passthrough whether its tasks decrypt what comes to the secure frontend for its hosts
 */
public record VhostRule(
        List<String> hosts,
        List<WiderHosts> wider,
        PathPrefixes path,
        int weight,
        boolean redirectToHttps,
        Optional<BasicAuth> auth,
        boolean passthrough) {

    /** Copies the lists. */
    public VhostRule {
        hosts = List.copyOf(hosts);
        wider = List.copyOf(wider);
    }

    /** Whether it is not there at all. */
    public boolean isEmpty() {
        return hosts.isEmpty() && wider.isEmpty();
    }

    /** The same for other hosts. */
    VhostRule withHosts(List<String> newHosts, List<WiderHosts> newWider) {
        return new VhostRule(newHosts, newWider, path, weight, redirectToHttps, auth, passthrough);
    }

    static VhostRule of(MarathonLbLabels labels) {
        List<String> hosts = hosts(labels.get(MarathonLbLabels.VHOST, ""));
        List<WiderHosts> wider = own(labels, hosts);
        String path = labels.get(MarathonLbLabels.PATH, "");
        boolean hasPath = !path.isBlank() && !(hosts.isEmpty() && wider.isEmpty());
        int weight = labels.integer(MarathonLbLabels.BACKEND_WEIGHT, 0);
        return new VhostRule(
                hosts,
                wider,
                hasPath ? path(labels, path) : PathPrefixes.ANY,
                hasPath && weight == 0 ? 1 : weight,
                labels.isTrue(MarathonLbLabels.REDIRECT_TO_HTTPS, false),
                auth(labels),
                passthrough(labels, hosts, wider));
    }

    private static PathPrefixes path(MarathonLbLabels labels, String path) {
        try {
            return PathPrefixes.parse(path);
        } catch (IllegalArgumentException e) {
            throw labels.wrong(MarathonLbLabels.PATH, e);
        }
    }

    private static List<WiderHosts> own(MarathonLbLabels labels, List<String> hosts) {
        try {
            return WiderHosts.parse(labels.get(OwnLabel.VHOST), host -> {
                if (!hosts.contains(host)) {
                    hosts.add(host);
                }
            });
        } catch (IllegalArgumentException e) {
            throw labels.wrong(OwnLabel.VHOST, e);
        }
    }

    /* Of what is not decrypted only the server name is known. */
    private static boolean passthrough(MarathonLbLabels labels, List<String> hosts, List<WiderHosts> wider) {
        if (!labels.isTrue(OwnLabel.TLS_PASSTHROUGH)) {
            return false;
        }
        if (hosts.isEmpty() && wider.isEmpty()) {
            throw labels.wrong(OwnLabel.TLS_PASSTHROUGH, labels.name(MarathonLbLabels.VHOST) + " with it");
        }
        if (wider.stream().anyMatch(each -> each.pattern().kind() != HostPattern.Kind.SUFFIX)) {
            throw labels.wrong(
                    OwnLabel.VHOST, "names or *.name, since " + labels.name(OwnLabel.TLS_PASSTHROUGH) + " is set");
        }
        for (String label : List.of(MarathonLbLabels.PATH, MarathonLbLabels.AUTH)) {
            if (!labels.get(label, "").isBlank()) {
                throw labels.wrong(OwnLabel.TLS_PASSTHROUGH, "no " + labels.name(label) + " with it");
            }
        }
        return true;
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
