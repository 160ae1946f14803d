package io.evenkeel.l7.marathonlb.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The texts that take the place of marathon-lb's own templates for one port. Immutable.
 *
 * <p>A label comes before a text for all applications; which of the two it is, only its full name tells.
 */
public final class Templates {

    /** Templates that a label of a port may replace. */
    public static final Set<String> OF_PORTS = Set.of(
            "BACKEND_HEAD",
            "BACKEND_HSTS_OPTIONS",
            "BACKEND_HTTP_HEALTHCHECK_OPTIONS",
            "BACKEND_HTTP_OPTIONS",
            "BACKEND_REDIRECT_HTTP_TO_HTTPS",
            "BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH",
            "BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS",
            "BACKEND_SERVER_OPTIONS",
            "BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS",
            "BACKEND_STICKY_OPTIONS",
            "BACKEND_TCP_HEALTHCHECK_OPTIONS",
            "FRONTEND_BACKEND_GLUE",
            "FRONTEND_HEAD",
            "HTTPS_FRONTEND_ACL",
            "HTTPS_FRONTEND_ACL_ONLY_WITH_PATH",
            "HTTPS_FRONTEND_ACL_WITH_AUTH",
            "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
            "HTTPS_FRONTEND_ACL_WITH_PATH",
            "HTTP_BACKEND_NETWORK_ALLOWED_ACL",
            "HTTP_BACKEND_PROXYPASS_GLUE",
            "HTTP_BACKEND_REVPROXY_GLUE",
            "HTTP_FRONTEND_ACL",
            "HTTP_FRONTEND_ACL_ONLY",
            "HTTP_FRONTEND_ACL_ONLY_WITH_PATH",
            "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
            "HTTP_FRONTEND_ACL_WITH_AUTH",
            "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
            "HTTP_FRONTEND_ACL_WITH_PATH",
            "HTTP_FRONTEND_APPID_ACL",
            "HTTP_FRONTEND_ROUTING_ONLY",
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH",
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
            "TCP_BACKEND_NETWORK_ALLOWED_ACL",
            "USERLIST_HEAD");

    /** A template for all applications only, since a label of its name is one of the values that it is filled with. */
    public static final String ROOT_REDIRECT = "HTTP_BACKEND_REDIR";

    private static final String LABEL = "label ";

    /** One text. */
    record Template(String fullName, String text) {

        List<String> lines(String filled) {
            return List.of(filled.split("\n", -1));
        }

        /** Whether the application itself brings it. */
        boolean isOfLabel() {
            return fullName.startsWith(LABEL);
        }

        /** What to throw: the message names the template and what is wrong. */
        IllegalArgumentException wrong(IllegalArgumentException cause) {
            return new IllegalArgumentException(fullName + ": " + cause.getMessage(), cause);
        }
    }

    private final Function<String, @Nullable String> labels;
    private final Function<String, String> labelNames;
    private final Map<String, String> forAll;

    private Templates(
            Function<String, @Nullable String> labels,
            Function<String, String> labelNames,
            Map<String, String> forAll) {
        this.labels = labels;
        this.labelNames = labelNames;
        this.forAll = forAll;
    }

    /**
     * The texts for one port.
     *
     * @param labels the value of the port's label of a template's name, null if it has none
     * @param labelNames that label's full name
     * @param forAll texts for all applications, by the names of templates
     * @return the texts
     */
    public static Templates of(
            Function<String, @Nullable String> labels,
            Function<String, String> labelNames,
            Map<String, String> forAll) {
        return new Templates(labels, labelNames, Map.copyOf(forAll));
    }

    /** The text that takes the place of a template, if there is one. */
    Optional<Template> find(String name) {
        String label = name.equals(ROOT_REDIRECT) ? null : labels.apply(name);
        if (label != null) {
            return Optional.of(new Template(LABEL + labelNames.apply(name), label.replace("\r\n", "\n")));
        }
        return Optional.ofNullable(forAll.get(name)).map(text -> new Template("template HAPROXY_" + name, text));
    }

    /** The templates that are replaced. */
    Set<String> replaced() {
        Set<String> names = new TreeSet<>(OF_PORTS);
        names.add(ROOT_REDIRECT);
        names.removeIf(name -> find(name).isEmpty());
        return names;
    }
}
