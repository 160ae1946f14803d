package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.strategy.Balance;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * One service port of an application, as its labels describe it. Immutable.
 *
 * @param service the service behind it
 * @param name of its backend and frontend, as marathon-lb spells it: {@code dcos-101_app2_10000}
 * @param port the port that is opened
 * @param bindAddress the address that is opened, {@code *} for all
 * @param mode whether it speaks HTTP or passes bytes
 * @param algorithm how it balances, by HAProxy's name
 * @param balance what does that
 * @param vhosts the hosts it answers for on the shared frontends, in lower case
 * @param path the condition on the path that goes with them
 * @param weight order among the routes of the shared frontends, larger first
 * @param redirectToHttps whether the plain frontend sends clients to the secure one
 * @param hsts whether responses carry Strict-Transport-Security
 * @param allowed who may use it
 */
public record AppPort(
        Service service,
        String name,
        int port,
        String bindAddress,
        Mode mode,
        String algorithm,
        Balance balance,
        List<String> vhosts,
        PathPrefixes path,
        int weight,
        boolean redirectToHttps,
        boolean hsts,
        AllowedNetworks allowed) {

    /** What a service port speaks. */
    public enum Mode {
        /** Bytes. */
        TCP,
        /** HTTP/1.1. */
        HTTP;

        /** As labels and statistics spell it. */
        public String lowerCase() {
            return this == TCP ? "tcp" : "http";
        }
    }

    private static final String ROUND_ROBIN = "roundrobin";
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,9}");

    /** Copies the list. */
    public AppPort {
        vhosts = List.copyOf(vhosts);
    }

    /**
     * Reads the labels of a service.
     *
     * @param service the service
     * @param remarks takes what is served differently from what the labels ask for
     * @return the port
     * @throws IllegalArgumentException if a label cannot be read or contradicts another; the message names it, its value
     *     and what was expected
     */
    static AppPort of(Service service, Consumer<String> remarks) {
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        refuseWhatIsNotDone(labels);
        List<String> vhosts = vhosts(labels.get(MarathonLbLabels.VHOST, ""));
        Mode mode = mode(labels, service, !vhosts.isEmpty());
        int port = port(labels, service);
        String path = labels.get(MarathonLbLabels.PATH, "");
        boolean hasPath = !path.isBlank() && !vhosts.isEmpty();
        int weight = integer(labels, MarathonLbLabels.BACKEND_WEIGHT, 0);
        if (labels.get(MarathonLbLabels.AUTH) != null && !vhosts.isEmpty()) {
            remarks.accept("label " + labels.name(MarathonLbLabels.AUTH)
                    + ": basic authentication is not available (its virtual hosts are not served)");
            vhosts = List.of();
        }
        for (String label : labels.withoutEffect()) {
            remarks.accept("label " + label + ": has no effect");
        }
        String balance = balance(labels, mode, remarks);
        return new AppPort(
                service,
                service.application().replaceFirst("^/", "").replace('/', '_') + "_" + port,
                port,
                bindAddress(labels),
                mode,
                algorithm(balance),
                parse(labels, balance),
                vhosts,
                hasPath ? PathPrefixes.parse(path) : PathPrefixes.ANY,
                hasPath && weight == 0 ? 1 : weight,
                labels.isTrue(MarathonLbLabels.REDIRECT_TO_HTTPS, false),
                labels.isTrue(MarathonLbLabels.USE_HSTS, false),
                allowed(labels));
    }

    /* What would be served in plain text, or to everybody, against the label's word is not served at all. */
    private static void refuseWhatIsNotDone(MarathonLbLabels labels) {
        for (String label : List.of(MarathonLbLabels.SSL_CERT, MarathonLbLabels.BIND_OPTIONS)) {
            if (labels.get(label) != null) {
                throw new IllegalArgumentException("label " + labels.name(label) + ": " + labels.get(label)
                        + " (expected: none; TLS and bind options on service ports are not available)");
            }
        }
        if (!labels.templates().isEmpty()) {
            throw new IllegalArgumentException("label " + String.join(", ", labels.templates())
                    + " (expected: none; HAProxy templates are not interpreted)");
        }
    }

    private static List<String> vhosts(String value) {
        List<String> hosts = new ArrayList<>();
        for (String host : value.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            if (!host.isEmpty() && !hosts.contains(host)) {
                hosts.add(host);
            }
        }
        return hosts;
    }

    private static Mode mode(MarathonLbLabels labels, Service service, boolean hasVhost) {
        String value = labels.get(MarathonLbLabels.MODE);
        if (value == null) {
            return hasVhost || isHttpChecked(service) ? Mode.HTTP : Mode.TCP;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "http" -> Mode.HTTP;
            case "tcp" -> {
                if (hasVhost) {
                    throw new IllegalArgumentException("label " + labels.name(MarathonLbLabels.MODE)
                            + ": tcp (expected: http, since " + labels.name(MarathonLbLabels.VHOST) + " is set)");
                }
                yield Mode.TCP;
            }
            default ->
                throw new IllegalArgumentException(
                        "label " + labels.name(MarathonLbLabels.MODE) + ": " + value + " (expected: http or tcp)");
        };
    }

    /** Whether the check that belongs to this port is of protocol HTTP: only that word switches the mode. */
    private static boolean isHttpChecked(Service service) {
        for (DeclaredCheck check : service.checks()) {
            if (check.port() != 0 || check.portIndex() == service.portIndex()) {
                return check.protocol().equals("HTTP");
            }
        }
        return false;
    }

    private static int port(MarathonLbLabels labels, Service service) {
        int port = integer(labels, MarathonLbLabels.PORT, service.servicePort());
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("service port: " + port + " (expected: 1 to 65535)");
        }
        return port;
    }

    /* A name would be looked up on the control thread, and one without an address would leave the port unserved. */
    private static String bindAddress(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.BIND_ADDR, "*");
        if (value.isEmpty() || value.equals("*")) {
            return "*";
        }
        if (!NetUtil.isValidIpV4Address(value) && !NetUtil.isValidIpV6Address(value)) {
            throw new IllegalArgumentException("label " + labels.name(MarathonLbLabels.BIND_ADDR) + ": " + value
                    + " (expected: an IP address or *)");
        }
        return value;
    }

    private static int integer(MarathonLbLabels labels, String label, int otherwise) {
        String value = labels.get(label);
        if (value == null) {
            return otherwise;
        }
        if (!INTEGER.matcher(value.trim()).matches()) {
            throw new IllegalArgumentException(
                    "label " + labels.name(label) + ": " + value + " (expected: a whole number)");
        }
        return Integer.parseInt(value.trim());
    }

    /** The algorithm with its arguments that the labels ask for, or what stands in for it. */
    private static String balance(MarathonLbLabels labels, Mode mode, Consumer<String> remarks) {
        String value = labels.get(MarathonLbLabels.BALANCE, ROUND_ROBIN).trim();
        String why = switch (algorithm(value)) {
            case ROUND_ROBIN, "static-rr", "leastconn", "first", "random", "source" -> "";
            case "uri", "url_param", "hdr" -> mode == Mode.HTTP ? "" : "it takes mode http";
            case "rdp-cookie" -> "this algorithm is not available";
            default ->
                throw new IllegalArgumentException("label " + labels.name(MarathonLbLabels.BALANCE) + ": " + value
                        + " (expected: roundrobin, static-rr, leastconn, random, first, source, uri, url_param, hdr or"
                        + " rdp-cookie)");
        };
        if (why.isEmpty()) {
            return value;
        }
        remarks.accept("label " + labels.name(MarathonLbLabels.BALANCE) + ": " + value + " (balanced by " + ROUND_ROBIN
                + ", since " + why + ")");
        return ROUND_ROBIN;
    }

    private static Balance parse(MarathonLbLabels labels, String balance) {
        try {
            return Balance.parse(balance);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "label " + labels.name(MarathonLbLabels.BALANCE) + ", " + e.getMessage(), e);
        }
    }

    private static String algorithm(String balance) {
        return balance.replaceFirst("[\\s(].*", "");
    }

    private static AllowedNetworks allowed(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL);
        if (value == null || value.isBlank()) {
            return AllowedNetworks.ALL;
        }
        try {
            return AllowedNetworks.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "label " + labels.name(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL) + ": " + e.getMessage(), e);
        }
    }
}
