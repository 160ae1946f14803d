package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.marathonlb.template.Templates;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The labels of one port of an application: with {@link OwnLabel} and {@link DeploymentLabels} the only place where label
 * names are spelt.
 */
final class MarathonLbLabels {

    static final String GROUP = "GROUP";
    static final String ENABLED = "ENABLED";
    static final String VHOST = "VHOST";
    static final String PATH = "PATH";
    static final String BACKEND_WEIGHT = "BACKEND_WEIGHT";
    static final String PORT = "PORT";
    static final String BIND_ADDR = "BIND_ADDR";
    static final String MODE = "MODE";
    static final String BALANCE = "BALANCE";
    static final String REDIRECT_TO_HTTPS = "REDIRECT_TO_HTTPS";
    static final String USE_HSTS = "USE_HSTS";
    static final String BACKEND_NETWORK_ALLOWED_ACL = "BACKEND_NETWORK_ALLOWED_ACL";
    static final String STICKY = "STICKY";
    static final String HTTP_BACKEND_REDIR = "HTTP_BACKEND_REDIR";
    static final String HTTP_BACKEND_PROXYPASS_PATH = "HTTP_BACKEND_PROXYPASS_PATH";
    static final String HTTP_BACKEND_REVPROXY_PATH = "HTTP_BACKEND_REVPROXY_PATH";
    static final String BACKEND_HEALTHCHECK_PORT_INDEX = "BACKEND_HEALTHCHECK_PORT_INDEX";
    static final String AUTH = "AUTH";
    static final String SSL_CERT = "SSL_CERT";
    static final String BIND_OPTIONS = "BIND_OPTIONS";

    /** Labels that are understood. */
    private static final Set<String> KNOWN = Set.of(
            GROUP,
            ENABLED,
            VHOST,
            PATH,
            BACKEND_WEIGHT,
            PORT,
            BIND_ADDR,
            MODE,
            BALANCE,
            REDIRECT_TO_HTTPS,
            USE_HSTS,
            BACKEND_NETWORK_ALLOWED_ACL,
            STICKY,
            HTTP_BACKEND_REDIR,
            HTTP_BACKEND_PROXYPASS_PATH,
            HTTP_BACKEND_REVPROXY_PATH,
            BACKEND_HEALTHCHECK_PORT_INDEX,
            AUTH,
            SSL_CERT,
            BIND_OPTIONS);

    /** How the names of marathon-lb's templates begin or end; what such a label holds is HAProxy configuration. */
    private static final List<String> TEMPLATES = List.of(
            "USERLIST_HEAD",
            "FRONTEND_",
            "BACKEND_",
            "HTTP_FRONTEND_",
            "HTTPS_FRONTEND_",
            "HTTP_BACKEND_",
            "MAP_HTTP",
            "TCP_BACKEND_");

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");

    private final Map<String, String> labels;
    private final int index;

    MarathonLbLabels(Map<String, String> labels, int index) {
        this.labels = labels;
        this.index = index;
    }

    /** The label's full name, for messages. */
    String name(String label) {
        return "HAPROXY_" + index + "_" + label;
    }

    @Nullable
    String get(String label) {
        return labels.get(name(label));
    }

    String get(String label, String otherwise) {
        return labels.getOrDefault(name(label), otherwise);
    }

    /** The full name of a label of our own, for messages. */
    String name(OwnLabel label) {
        return own(label.name());
    }

    private String own(String suffix) {
        return OwnLabel.fullName(index, suffix);
    }

    /** A label of our own, without blanks around it; empty if it is not there. */
    String get(OwnLabel label) {
        return labels.getOrDefault(name(label), "").trim();
    }

    boolean has(OwnLabel label) {
        return !get(label).isEmpty();
    }

    /** A label of our own that is true or false. */
    boolean isTrue(OwnLabel label) {
        return switch (get(label).toLowerCase(Locale.ROOT)) {
            case "", "false" -> false;
            case "true" -> true;
            default -> throw wrong(label);
        };
    }

    /** What to throw for a value of our own label that is none of those that it may have. */
    IllegalArgumentException wrong(OwnLabel label) {
        return wrong(label, label.expected());
    }

    /** What to throw for a value of our own label that does not go with others. */
    IllegalArgumentException wrong(OwnLabel label, String expected) {
        return new IllegalArgumentException(
                "label " + name(label) + ": " + get(label) + " (expected: " + expected + ")");
    }

    /** What to throw for a value of our own label of which a part cannot be read: the cause names the part. */
    IllegalArgumentException wrong(OwnLabel label, IllegalArgumentException cause) {
        return new IllegalArgumentException("label " + name(label) + ": " + cause.getMessage(), cause);
    }

    /** Labels of this port that look like ours and are not. */
    Set<String> unknown() {
        Set<String> found = new TreeSet<>();
        forEachSuffix(own(""), suffix -> {
            if (OwnLabel.named(suffix).isEmpty()) {
                found.add(own(suffix));
            }
        });
        return found;
    }

    /** Whether a label is of an application, and of none of its ports. */
    static boolean isOfApplication(String name) {
        return name.equals("HAPROXY_GROUP") || DeploymentLabels.isOne(name);
    }

    /** The groups of this port: its own list if it has one, else the application's; nothing is trimmed. */
    List<String> groups() {
        String own = get(GROUP);
        String list = own != null ? own : labels.get("HAPROXY_GROUP");
        return list == null ? List.of() : List.of(list.split(",", -1));
    }

    /** marathon-lb's truth: true, t, yes and y in any case, and nothing else. */
    boolean isTrue(String label, boolean otherwise) {
        String value = get(label);
        if (value == null) {
            return otherwise;
        }
        String word = value.toLowerCase(Locale.ROOT);
        return word.equals("true") || word.equals("t") || word.equals("yes") || word.equals("y");
    }

    /** A whole number. */
    int integer(String label, int otherwise) {
        String value = get(label);
        if (value == null) {
            return otherwise;
        }
        if (!INTEGER.matcher(value.trim()).matches()) {
            throw wrong(label, value, "a whole number");
        }
        return Integer.parseInt(value.trim());
    }

    /** What to throw for a value that cannot be read. */
    IllegalArgumentException wrong(String label, String value, String expected) {
        return new IllegalArgumentException("label " + name(label) + ": " + value + " (expected: " + expected + ")");
    }

    /** What to throw for a value of which a part cannot be read: the cause names the part. */
    IllegalArgumentException wrong(String label, IllegalArgumentException cause) {
        return new IllegalArgumentException("label " + name(label) + ": " + cause.getMessage(), cause);
    }

    /** The texts that this port's labels put in the place of templates, before those for all applications. */
    Templates templates(Map<String, String> forAll) {
        return Templates.of(this::get, this::name, forAll);
    }

    /** Labels of this port that look like templates but name none, or none that a label may replace. */
    Set<String> noTemplates() {
        return unknownOfMarathonLb(true);
    }

    /** Labels of this port that look like marathon-lb's and are not, but for those that look like templates. */
    Set<String> unknownOfMarathonLb() {
        return unknownOfMarathonLb(false);
    }

    private Set<String> unknownOfMarathonLb(boolean likeTemplates) {
        Set<String> found = new TreeSet<>();
        forEachSuffix(name(""), suffix -> {
            if (!KNOWN.contains(suffix)
                    && !Templates.OF_PORTS.contains(suffix)
                    && TEMPLATES.stream().anyMatch(suffix::startsWith) == likeTemplates) {
                found.add(name(suffix));
            }
        });
        return found;
    }

    private void forEachSuffix(String prefix, Consumer<String> action) {
        for (String key : labels.keySet()) {
            if (key.startsWith(prefix)) {
                action.accept(key.substring(prefix.length()));
            }
        }
    }
}
