package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.MarathonLbPlan;
import io.evenkeel.l7.marathonlb.ServerNaming;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/** Reads the sources once and tells what would be served, without serving anything: {@code --dry}. */
final class DryRun {

    private DryRun() {}

    /**
     * The configuration that a proxy of these settings would begin with. Waits for the first answers.
     *
     * @throws DiscoveryException if a Marathon, or the file of routes, cannot be read
     */
    static String text(L7Settings settings) {
        Catalog all;
        try (Marathons marathons = Marathons.of(settings)) {
            all = marathons.once().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof DiscoveryException failure ? failure : e;
        }
        Catalog catalog =
                MarathonLbPlan.seen(all, settings.options(), settings.ownPorts(), settings.forbiddenEndpoints());
        MarathonLbPlan plan = MarathonLbPlan.of(catalog, settings.options(), settings.ownPorts());
        StringBuilder text = ConfigText.begin(settings.effective());
        for (AppPort port : plan.ports()) {
            List<Endpoint> servers = servers(catalog, port, settings);
            if (!servers.isEmpty() || port.own().keptWhenEmpty()) { // else it would have no listener at all
                ConfigText.stanza(text, port.name(), port);
                servers.forEach(server -> ConfigText.server(text, server));
            }
        }
        List<Problem> problems = new ArrayList<>(catalog.problems());
        problems.addAll(plan.problems());
        if (!problems.isEmpty()) {
            text.append('\n');
            problems.forEach(problem -> ConfigText.comment(text, "problem: " + problem));
        }
        return text.toString();
    }

    private static List<Endpoint> servers(Catalog catalog, AppPort port, L7Settings settings) {
        Snapshot snapshot = Objects.requireNonNull(catalog.find(port.service().name()));
        return snapshot.endpoints().stream()
                .filter(endpoint -> settings.options().filter().judge(endpoint) != Eligibility.ABSENT)
                .sorted(Comparator.comparing(ServerNaming::name))
                .toList();
    }
}
