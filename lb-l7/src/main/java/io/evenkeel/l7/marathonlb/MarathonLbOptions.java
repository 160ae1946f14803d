package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.PathPrefixes;
import java.util.Map;
import java.util.Set;

/**
 * Which applications are published, and how: the flags of marathon-lb that change what labels mean. Immutable.
 *
 * @param groups the groups that are served; {@code *} is everybody, also applications without a group
 * @param healthCheck whether Marathon's verdicts count
 * @param strictMode whether a port is published only if it says so
 * @param haproxyMap whether hosts without a path are looked up as HAProxy's maps do it: without the request's port, after
 *     all other rules, and whatever the weights
 * @param ownApplication the id of the application that this proxy is itself, and which it leaves out; empty for none
 * @param assignedPorts the service ports that applications without any get
 * @param templates texts that take the place of marathon-lb's templates for all applications, by the templates' names
 * @param pathPrecedence which of several paths of one host decides
 * @param challengedApplication id of the application that answers the challenges of certificate authorities; empty for
 *     whatever the host's rules say
 * @param strictness in what the proxy is stricter with applications than marathon-lb
 */
public record MarathonLbOptions(
        Set<String> groups,
        boolean healthCheck,
        boolean strictMode,
        boolean haproxyMap,
        String ownApplication,
        PortRange assignedPorts,
        Map<String, String> templates,
        PathPrecedence pathPrecedence,
        String challengedApplication,
        Strictness strictness) {

    /** Copies the groups and the texts. */
    public MarathonLbOptions {
        groups = Set.copyOf(groups);
        templates = Map.copyOf(templates);
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("groups: none (expected: at least one, * for all)");
        }
    }

    /**
     * Options with marathon-lb's defaults for the rest.
     *
     * @param groups the groups that are served
     * @param healthCheck whether Marathon's verdicts count
     * @param strictMode whether a port is published only if it says so
     */
    public MarathonLbOptions(Set<String> groups, boolean healthCheck, boolean strictMode) {
        this(
                groups,
                healthCheck,
                strictMode,
                false,
                "",
                PortRange.DEFAULT,
                Map.of(),
                PathPrecedence.APPLICATION,
                "",
                Strictness.NONE);
    }

    /**
     * These options with or without maps.
     *
     * @param enabled whether hosts are looked up in maps
     * @return the changed copy
     */
    public MarathonLbOptions withHaproxyMap(boolean enabled) {
        Parts parts = new Parts(this);
        parts.haproxyMap = enabled;
        return parts.together();
    }

    /**
     * These options for a proxy that is an application itself.
     *
     * @param id with or without the slash it begins with; empty for none
     * @return the changed copy
     */
    public MarathonLbOptions withOwnApplication(String id) {
        Parts parts = new Parts(this);
        parts.ownApplication = rooted(id);
        return parts.together();
    }

    /**
     * These options with an application for {@code /.well-known/acme-challenge/} on the port of the virtual hosts without
     * TLS, whatever the host. While it is not served, the host's rules decide.
     *
     * @param id with or without the slash it begins with; empty for none
     * @return the changed copy
     */
    public MarathonLbOptions withChallengedApplication(String id) {
        Parts parts = new Parts(this);
        parts.challengedApplication = rooted(id);
        return parts.together();
    }

    private static String rooted(String id) {
        return id.isEmpty() || id.startsWith("/") ? id : "/" + id;
    }

    /**
     * These options with other service ports to give.
     *
     * @param range the ports
     * @return the changed copy
     */
    public MarathonLbOptions withAssignedPorts(PortRange range) {
        Parts parts = new Parts(this);
        parts.assignedPorts = range;
        return parts.together();
    }

    /**
     * These options with texts in the place of marathon-lb's templates.
     *
     * @param texts the texts by the templates' names
     * @return the changed copy
     */
    public MarathonLbOptions withTemplates(Map<String, String> texts) {
        Parts parts = new Parts(this);
        parts.templates = texts;
        return parts.together();
    }

    /**
     * These options with another order of paths.
     *
     * @param precedence which of several paths of one host decides
     * @return the changed copy
     */
    public MarathonLbOptions withPathPrecedence(PathPrecedence precedence) {
        Parts parts = new Parts(this);
        parts.pathPrecedence = precedence;
        return parts.together();
    }

    /** Whether the hosts of a rule are looked up in a map, on the plain frontend or on that over TLS. */
    boolean isMapped(VhostRule rule, boolean secure) {
        return haproxyMap
                && rule.path() == PathPrefixes.ANY
                && rule.auth().isEmpty()
                && (secure || !rule.redirectToHttps());
    }

    /**
     * These options with another strictness.
     *
     * @param how in what the proxy is stricter than marathon-lb
     * @return the changed copy
     */
    public MarathonLbOptions withStrictness(Strictness how) {
        Parts parts = new Parts(this);
        parts.strictness = how;
        return parts.together();
    }

    /** Which tasks get requests. */
    public MarathonLbFilter filter() {
        return healthCheck ? MarathonLbFilter.HEALTHY_ONLY : MarathonLbFilter.ANY_HEALTH;
    }

    /** Options of which one is about to be another. */
    private static final class Parts {

        private final MarathonLbOptions before;
        private boolean haproxyMap;
        private String ownApplication;
        private PortRange assignedPorts;
        private Map<String, String> templates;
        private PathPrecedence pathPrecedence;
        private String challengedApplication;
        private Strictness strictness;

        Parts(MarathonLbOptions before) {
            this.before = before;
            this.haproxyMap = before.haproxyMap;
            this.ownApplication = before.ownApplication;
            this.assignedPorts = before.assignedPorts;
            this.templates = before.templates;
            this.pathPrecedence = before.pathPrecedence;
            this.challengedApplication = before.challengedApplication;
            this.strictness = before.strictness;
        }

        MarathonLbOptions together() {
            return new MarathonLbOptions(
                    before.groups,
                    before.healthCheck,
                    before.strictMode,
                    haproxyMap,
                    ownApplication,
                    assignedPorts,
                    templates,
                    pathPrecedence,
                    challengedApplication,
                    strictness);
        }
    }
}
