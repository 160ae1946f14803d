package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Labels that are there and ask for nothing: where they are they mean nothing, or there are none of that name. marathon-lb
 * passes them over in silence; here whoever has set them is told. Stateless.
 */
final class IdleLabels {

    private static final String NO_EFFECT = ": has no effect (expected: ";
    private static final Pattern INDEXED = Pattern.compile("(?s)(?:HAPROXY|LB)_(0|[1-9][0-9]{0,3})_.+");
    private static final Pattern NO_HOST = Pattern.compile("[^\\p{Alnum}._:\\[\\]%-]");
    private static final List<String> SWITCHES_OF_HTTP = List.of(MarathonLbLabels.STICKY, MarathonLbLabels.USE_HSTS);
    private static final List<String> PATHS_OF_HTTP = List.of(
            MarathonLbLabels.HTTP_BACKEND_PROXYPASS_PATH,
            MarathonLbLabels.HTTP_BACKEND_REVPROXY_PATH,
            MarathonLbLabels.HTTP_BACKEND_REDIR);

    private IdleLabels() {}

    /** Tells of marathon-lb's labels that mean nothing where this port is, and of those that belong to no port. */
    static void tell(AppPort port, boolean authEverywhere, Consumer<String> remarks) {
        Service service = port.service();
        MarathonLbLabels labels = new MarathonLbLabels(service.labels(), service.portIndex());
        if (port.vhosts().isEmpty()) {
            String vhost = labels.name(MarathonLbLabels.VHOST) + " with it";
            if (!labels.get(MarathonLbLabels.PATH, "").isBlank()) {
                remarks.accept("label " + labels.name(MarathonLbLabels.PATH) + NO_EFFECT + vhost + ", or "
                        + labels.name(OwnLabel.VHOST) + "=* for every host)");
            }
            if (labels.isTrue(MarathonLbLabels.REDIRECT_TO_HTTPS, false)) {
                remarks.accept("label " + labels.name(MarathonLbLabels.REDIRECT_TO_HTTPS) + NO_EFFECT + vhost + ")");
            }
            if (labels.has(OwnLabel.VHOST_CERT) && port.mode() == AppPort.Mode.HTTP) {
                remarks.accept("label " + labels.name(OwnLabel.VHOST_CERT) + NO_EFFECT + vhost + ")");
            }
            if (port.vhosts().auth().isPresent() && !authEverywhere) {
                remarks.accept(
                        "label " + labels.name(MarathonLbLabels.AUTH) + NO_EFFECT + vhost + "; nobody is asked)");
            }
        }
        for (String host : VhostRule.hosts(labels.get(MarathonLbLabels.VHOST, ""))) {
            if (NO_HOST.matcher(host).find()) {
                remarks.accept("label " + labels.name(MarathonLbLabels.VHOST) + ": " + host
                        + " (expected: names of hosts; none is called so, and label " + labels.name(OwnLabel.VHOST)
                        + " takes *.example.com and ~expressions)");
            }
        }
        for (String prefix : port.vhosts().path().prefixes()) {
            if (!prefix.isEmpty() && !prefix.startsWith("/") && !prefix.startsWith("*")) {
                remarks.accept("label " + labels.name(MarathonLbLabels.PATH) + ": " + prefix
                        + " (expected: what begins with /; no path begins so)");
            }
        }
        if (port.mode() == AppPort.Mode.TCP) {
            Stream.concat(
                            SWITCHES_OF_HTTP.stream().filter(label -> labels.isTrue(label, false)),
                            PATHS_OF_HTTP.stream()
                                    .filter(label -> !labels.get(label, "").isBlank()))
                    .forEach(label -> remarks.accept("label " + labels.name(label) + NO_EFFECT + "mode http with it)"));
        }
        for (String name : labels.unknownOfMarathonLb()) {
            remarks.accept(
                    "label " + name + NO_EFFECT + "the name of one of marathon-lb's labels, which --longhelp lists)");
        }
        for (String name : new TreeSet<>(service.labels().keySet())) {
            if (isWithoutIndex(name)) {
                remarks.accept("label " + name + NO_EFFECT + (name.startsWith("LB_") ? "LB" : "HAPROXY")
                        + "_n_…, with the index n of a port)");
            }
        }
    }

    /** Tells of the labels of a port that cannot be served, since it is one of UDP. */
    static void tellOfUdp(Service service, Consumer<String> remarks) {
        for (String name : new TreeSet<>(service.labels().keySet())) {
            Matcher matcher = INDEXED.matcher(name);
            if (matcher.matches() && Integer.parseInt(matcher.group(1)) == service.portIndex()) {
                remarks.accept("label " + name + NO_EFFECT + "a port of TCP; this one is of UDP)");
            }
        }
    }

    /* What else begins with LB_ may be somebody else's. */
    private static boolean isWithoutIndex(String name) {
        if (name.startsWith("LB_")) {
            return OwnLabel.named(name.substring(3)).isPresent();
        }
        return name.startsWith("HAPROXY_")
                && !MarathonLbLabels.isOfApplication(name)
                && !INDEXED.matcher(name).matches();
    }

    /** The labels of a service that are for other ports of its application, as far as there are such, by their index. */
    static Map<Integer, List<String>> ofOtherPorts(Service service) {
        Map<Integer, List<String>> names = new TreeMap<>();
        for (String name : service.labels().keySet()) {
            Matcher matcher = INDEXED.matcher(name);
            int index = matcher.matches() ? Integer.parseInt(matcher.group(1)) : service.portIndex();
            if (index != service.portIndex()) {
                names.computeIfAbsent(index, other -> new ArrayList<>(1)).add(name);
            }
        }
        return names.isEmpty() ? Map.of() : names;
    }

    /** Tells of those of them whose port the application does not have. */
    static void tellOfMissingPorts(PortReadings.Reading reading, Catalog catalog, Consumer<String> remarks) {
        Service service = reading.service();
        String application = service.application();
        reading.ofOtherPorts().forEach((index, names) -> {
            String source = MarathonLbPlan.whose(service).substring(application.length());
            if (catalog.find(Service.nameOf(application, index) + source) == null) {
                names.stream()
                        .sorted()
                        .forEach(name -> remarks.accept(
                                "label " + name + NO_EFFECT + "the index of one of the application's ports)"));
            }
        });
    }
}
