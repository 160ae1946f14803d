package io.evenkeel.l7.marathonlb;

import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.l7.BasicAuth;
import io.evenkeel.l7.ErrorPages;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.Mirror;
import io.evenkeel.l7.Split;
import io.evenkeel.layer.LocalityPreference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What labels of our own ask for that takes more than one service port, or this machine: error pages, shares of other
 * ports, nearness. Thread-safe; reads files, so not for event loops.
 */
final class OwnServices {

    private static final double TINY = 1e-6;
    private static final int LEAST_ENDPOINTS = 2;

    private final Optional<Path> directory;
    private final Locality place;
    private final boolean authEverywhere;
    private Map<Map<Integer, String>, ErrorPages> pages = new HashMap<>();
    private List<Problem> problems = List.of();
    private boolean unread;

    /**
     * What serves a proxy.
     *
     * @param directory where error pages are, if there are any
     * @param place where the proxy is, as far as that is known
     * @param authEverywhere whether nobody gets to a port past its password, so not by another port either
     */
    OwnServices(Optional<Path> directory, Locality place, boolean authEverywhere) {
        this.directory = directory;
        this.place = place;
        this.authEverywhere = authEverywhere;
    }

    /** Adds to a cluster's configuration what a port's labels ask of it. */
    void configure(AppPort port, ClusterConfig.Builder config) {
        port.own().maxConnections().ifPresent(config::maxInFlight);
        port.own().drainTimeout().ifPresent(config::drainTimeout);
        port.own().slowStart().ifPresent(config::slowStart);
        LocalityPreference near = LocalityPreference.of(place).withMinimumSize(LEAST_ENDPOINTS);
        switch (port.own().nearness()) {
            case NONE -> {}
            case PREFERRED -> config.locality(near);
            // So few clients in a place can never be too many for it.
            case STRICT ->
                config.locality(near.withNodeShare(TINY).withZoneShare(TINY).withRegionShare(TINY));
        }
    }

    /** Takes over what is served now. */
    synchronized void apply(List<ServicePort> serving) {
        Map<Map<Integer, String>, ErrorPages> used = new HashMap<>();
        List<Problem> found = new ArrayList<>();
        unread = false;
        Map<String, List<ServicePort>> byApplication = byApplication(serving);
        for (ServicePort port : serving) {
            OwnOptions own = port.port().own();
            if (own.nearness() != OwnOptions.Nearness.NONE && place.equals(Locality.UNKNOWN)) {
                found.add(problem(port, OwnLabel.LOCALITY, "no effect (expected: --locality with it)"));
            }
            port.backend().ifPresent(backend -> {
                backend.errorPages(pages(port, used, found));
                backend.split(split(port, backend, byApplication, found));
                backend.mirror(mirror(port, backend, byApplication, found));
            });
        }
        pages = used;
        problems = List.copyOf(found);
    }

    private @Nullable ErrorPages pages(
            ServicePort port, Map<Map<Integer, String>, ErrorPages> used, List<Problem> found) {
        Map<Integer, String> names = port.port().own().errorPages();
        if (names.isEmpty()) {
            return null;
        }
        if (directory.isEmpty()) {
            found.add(problem(port, OwnLabel.ERROR_PAGE, "no effect (expected: --error-pages with it)"));
            return null;
        }
        ErrorPages known = used.getOrDefault(names, pages.get(names));
        if (known == null || known.isOutdated()) {
            try {
                known = ErrorPages.load(directory.get(), names);
            } catch (IllegalArgumentException e) {
                unread = true;
                found.add(problem(
                        port,
                        OwnLabel.ERROR_PAGE,
                        e.getMessage() + "; " + (known == null ? "the usual pages are" : "what was there before is")
                                + " shown"));
            }
        }
        if (known != null) {
            used.put(names, known);
        }
        return known;
    }

    /* The same again if it is, so that its turns go on. */
    private @Nullable Split split(
            ServicePort port, HttpBackend backend, Map<String, List<ServicePort>> serving, List<Problem> found) {
        if (port.port().own().split().isEmpty()) {
            return null;
        }
        List<Split.Share> shares = new ArrayList<>();
        for (TrafficShare share : port.port().own().split()) {
            find(port, OwnLabel.SPLIT, share, serving, found)
                    .ifPresent(other -> shares.add(new Split.Share(other, share.percent())));
        }
        Split known = backend.split();
        if (known != null && known.shares().equals(shares)) {
            return known;
        }
        return shares.isEmpty() ? null : new Split(shares);
    }

    private @Nullable Mirror mirror(
            ServicePort port, HttpBackend backend, Map<String, List<ServicePort>> serving, List<Problem> found) {
        Optional<TrafficShare> share = port.port().own().mirror();
        HttpBackend other = share.flatMap(wanted -> find(port, OwnLabel.MIRROR, wanted, serving, found))
                .orElse(null);
        if (other == null) {
            return null;
        }
        int percent = share.orElseThrow().percent();
        Mirror known = backend.mirror();
        return known != null && known.backend().equals(other) && known.percent() == percent
                ? known
                : new Mirror(other, percent);
    }

    /* Ports in mode http by those names of applications that labels mention: mostly none. */
    private static Map<String, List<ServicePort>> byApplication(List<ServicePort> serving) {
        Map<String, List<ServicePort>> ports = new HashMap<>();
        for (ServicePort port : serving) {
            OwnOptions own = port.port().own();
            own.mirror().ifPresent(share -> ports.put(share.application(), new ArrayList<>(1)));
            own.split().forEach(share -> ports.put(share.application(), new ArrayList<>(1)));
        }
        if (ports.isEmpty()) {
            return ports;
        }
        for (ServicePort port : serving) {
            Service service = port.port().service();
            if (port.backend().isPresent()) {
                for (String name : new HashSet<>(List.of(service.application(), MarathonLbPlan.whose(service)))) {
                    ports.computeIfPresent(name, (n, named) -> {
                        named.add(port);
                        return named;
                    });
                }
            }
        }
        return ports;
    }

    private Optional<HttpBackend> find(
            ServicePort port,
            OwnLabel label,
            TrafficShare share,
            Map<String, List<ServicePort>> serving,
            List<Problem> found) {
        for (ServicePort other : serving.getOrDefault(share.application(), List.of())) {
            if (other != port
                    && share.isOf(other.port().service(), port.port().service().namespace())) {
                if (isPastThePassword(port.port(), other.port())) {
                    found.add(problem(
                            port,
                            label,
                            share + " (expected: a port without "
                                    + new MarathonLbLabels(Map.of(), share.portIndex()).name(MarathonLbLabels.AUTH)
                                    + ", with the same as this one's, or of the same application; it gets nothing)"));
                    return Optional.empty();
                }
                return other.backend();
            }
        }
        found.add(
                problem(port, label, share + " (expected: another port in mode http that is served; it gets nothing)"));
        return Optional.empty();
    }

    /** Whether requests to one port would get to another without the password that it asks for. */
    private boolean isPastThePassword(AppPort port, AppPort other) {
        Optional<BasicAuth> asked = other.vhosts().auth();
        return authEverywhere
                && asked.isPresent()
                && !asked.equals(port.vhosts().auth())
                && !MarathonLbPlan.isOfOne(port.service(), other.service());
    }

    private static Problem problem(ServicePort port, OwnLabel label, String reason) {
        return MarathonLbPlan.problem(
                port.port().service(),
                "label " + label.fullName(port.port().service().portIndex()) + ": " + reason);
    }

    /** One for each port that nobody gets to, since it has failed. */
    static List<Problem> openCircuits(Collection<ServicePort> serving) {
        List<Problem> found = new ArrayList<>();
        for (ServicePort port : serving) {
            port.backend()
                    .flatMap(HttpBackend::circuit)
                    .filter(state -> !state.equals("closed"))
                    .ifPresent(state ->
                            found.add(problem(port, OwnLabel.CIRCUIT_BREAKER, state + "; requests get 503 at once")));
        }
        return found;
    }

    /** Whether files have changed, so that what is served should be applied again. */
    synchronized boolean isOutdated() {
        return unread || pages.values().stream().anyMatch(ErrorPages::isOutdated);
    }

    synchronized List<Problem> problems() {
        return problems;
    }
}
