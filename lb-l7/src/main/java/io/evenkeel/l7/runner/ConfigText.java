package io.evenkeel.l7.runner;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServerNaming;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The effective configuration as a text: what the flags say, the proxy's own frontends, and a stanza for each service port
 * under its name in the statistics. Secrets are masked. Safe for use by any thread.
 */
final class ConfigText {

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private final MarathonLbProxy proxy;
    private final Map<String, String> settings;

    ConfigText(MarathonLbProxy proxy, Map<String, String> settings) {
        this.proxy = proxy;
        this.settings = settings;
    }

    String text() {
        StringBuilder text = begin(settings);
        Map<ConnectionAcceptor, ListenerStatus> listeners = proxy.listeners();
        for (HttpFrontend frontend : StatsTable.ownFrontends(proxy)) {
            text.append("\nfrontend ").append(frontend.name()).append('\n');
            listener(text, listeners.get(frontend));
            line(text, "mode", "http");
        }
        StatsTable.byName(proxy.servicePorts()).forEach((name, port) -> {
            stanza(text, name, port.port());
            listener(text, listeners.get(port));
            StatsTable.servers(port).forEach(server -> server(text, server.endpoint()));
        });
        return text.toString();
    }

    /** What every such text begins with. */
    static StringBuilder begin(Map<String, String> settings) {
        StringBuilder text = new StringBuilder("# Evenkeel L7: what is in effect. Changes apply in place.\n\nglobal\n");
        settings.forEach((name, value) -> line(text, name, value));
        return text;
    }

    /** What the labels of a port amount to. */
    static void stanza(StringBuilder text, String name, AppPort port) {
        text.append("\nlisten ").append(clean(name)).append('\n');
        PortSettings.of(port).forEach((setting, value) -> line(text, setting, words(value)));
    }

    /** One of the servers of a port. */
    static void server(StringBuilder text, Endpoint server) {
        line(text, "server", ServerNaming.name(server) + " " + StatsRow.address(server) + " weight " + server.weight());
    }

    /** A line of a text for people only. */
    static void comment(StringBuilder text, String comment) {
        text.append("# ").append(clean(Secrets.masked(comment))).append('\n');
    }

    private static void listener(StringBuilder text, @Nullable ListenerStatus status) {
        InetSocketAddress bound = status == null ? null : status.bound();
        if (bound != null) {
            line(text, "listener", bound.getAddress().getHostAddress() + ":" + bound.getPort());
        } else {
            line(text, "listener", status == null ? "none of its own" : "failed: " + status.failure());
        }
    }

    private static String words(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(Object::toString).collect(Collectors.joining(" "))
                : value.equals(true) ? "on" : value.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("    ")
                .append(clean(name))
                .append(' ')
                .append(clean(Secrets.masked(value)))
                .append('\n');
    }

    private static String clean(String text) {
        return CONTROL.matcher(text).replaceAll(" ");
    }
}
