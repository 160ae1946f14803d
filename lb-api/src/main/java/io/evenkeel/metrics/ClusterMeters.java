package io.evenkeel.metrics;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.layer.GroupShare;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The meters of one cluster, which they do not keep from going away. Not thread-safe. */
final class ClusterMeters {

    /* By name; every meter has one. */
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            entry("evenkeel.endpoints", "Endpoints"),
            entry("evenkeel.endpoints.available", "Active endpoints that nothing bars"),
            entry("evenkeel.endpoints.barred", "Endpoints that are barred"),
            entry("evenkeel.fails.open", "1 while bars are ignored, since too few endpoints are available"),
            entry("evenkeel.uses", "Uses that have ended"),
            entry("evenkeel.uses.active", "Uses in flight"),
            entry("evenkeel.uses.busy", "How long the uses took that were timed, and how many ended"),
            entry("evenkeel.picks.empty", "Picks that found nobody"),
            entry("evenkeel.waiting", "Callers that wait for an endpoint"),
            entry("evenkeel.endpoints.unused", "Endpoints that the subset leaves to other clients"),
            entry("evenkeel.endpoints.ramping", "Endpoints in their slow start"),
            entry("evenkeel.share.nearest", "What the first group by priority and locality gets of the load, 0 to 1"),
            entry("evenkeel.fails.open.begun", "How often bars began to be ignored"),
            entry("evenkeel.drained", "Endpoints that have drained"),
            entry("evenkeel.leases.leaked", "Leases that nobody completed, among those that are watched"),
            entry("evenkeel.generation", "States of the service so far"),
            entry("evenkeel.endpoint.uses", "Uses of the endpoint that have ended"),
            entry("evenkeel.endpoint.uses.active", "Uses of the endpoint in flight"),
            entry("evenkeel.endpoint.available", "1 while the endpoint is active and nothing bars it"));

    private final MeterRegistry registry;
    private final WeakReference<Cluster> cluster;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();
    private final Map<EndpointStats, List<Meter>> byEndpoint = new HashMap<>();
    private boolean wasKnown;

    ClusterMeters(MeterRegistry registry, Cluster of) {
        this.registry = registry;
        this.cluster = new WeakReference<>(of);
        this.tags = Tags.of("service", of.name());
        gauge(
                "evenkeel.endpoints",
                tags.and("state", "active"),
                of,
                one -> one.state().active().size());
        gauge(
                "evenkeel.endpoints",
                tags.and("state", "draining"),
                of,
                one -> one.state().draining().size());
        gauge("evenkeel.endpoints.available", tags, of, one -> one.now().available());
        for (Bar bar : Bar.values()) {
            gauge("evenkeel.endpoints.barred", tags.and("reason", word(bar)), of, one -> barred(one, bar));
        }
        gauge("evenkeel.fails.open", tags, of, one -> one.now().failsOpen() ? 1 : 0);
        gauge("evenkeel.uses.active", tags, of, one -> one.usage().inFlight());
        gauge("evenkeel.waiting", tags, of, Cluster::waiting);
        gauge("evenkeel.endpoints.unused", tags, of, one -> one.layers().unused());
        gauge("evenkeel.endpoints.ramping", tags, of, one -> one.layers().ramping());
        gauge("evenkeel.share.nearest", tags, of, ClusterMeters::nearestShare);
        counter("evenkeel.fails.open.begun", tags, of, one -> one.layers().failedOpen());
        counter(
                "evenkeel.drained",
                tags.and("result", "ended"),
                of,
                one -> one.layers().drained());
        counter(
                "evenkeel.drained",
                tags.and("result", "timed-out"),
                of,
                one -> one.layers().drainTimeouts());
        counter("evenkeel.leases.leaked", tags, of, Cluster::leakedLeases);
        gauge("evenkeel.generation", tags, of, one -> one.state().generation());
        for (Outcome outcome : Outcome.values()) {
            counter(
                    "evenkeel.uses",
                    tags.and("outcome", word(outcome)),
                    of,
                    one -> one.usage().count(outcome));
        }
        counter("evenkeel.picks.empty", tags, of, Cluster::emptyPicks);
        meters.add(FunctionTimer.builder(
                        "evenkeel.uses.busy",
                        of,
                        one -> one.usage().ended(),
                        one -> one.usage().busyNanos(),
                        TimeUnit.NANOSECONDS)
                .description(meaning("evenkeel.uses.busy"))
                .tags(tags)
                .register(registry));
    }

    @Nullable
    Cluster cluster() {
        return cluster.get();
    }

    /** Whether the source had the service and has it no more; to be told each time whether it has. */
    boolean hasLeft(boolean isKnown) {
        boolean gone = wasKnown && !isKnown;
        wasKnown = isKnown;
        return gone;
    }

    /** Gives every endpoint there is its meters, and takes those of others away. */
    void follow(Cluster of) {
        ClusterState state = of.state();
        Set<EndpointStats> there = new LinkedHashSet<>(state.active());
        there.addAll(state.draining());
        byEndpoint.entrySet().removeIf(entry -> {
            boolean gone = !there.contains(entry.getKey());
            if (gone) {
                entry.getValue().forEach(registry::remove); // first, since one that comes may have the same tags
            }
            return gone;
        });
        there.forEach(endpoint -> byEndpoint.computeIfAbsent(endpoint, this::endpointMeters));
    }

    private List<Meter> endpointMeters(EndpointStats endpoint) {
        Endpoint named = endpoint.endpoint(); // by its address too: two ports of one task may serve one VIP
        InetSocketAddress address = named.address();
        Tags own = tags.and("endpoint", named.id(), "address", address.getHostString() + ":" + address.getPort());
        List<Meter> added = new ArrayList<>();
        added.add(Gauge.builder("evenkeel.endpoint.uses.active", endpoint, EndpointStats::inFlight)
                .description(meaning("evenkeel.endpoint.uses.active"))
                .tags(own)
                .register(registry));
        added.add(Gauge.builder("evenkeel.endpoint.available", endpoint, one -> one.isAvailable() ? 1 : 0)
                .description(meaning("evenkeel.endpoint.available"))
                .tags(own)
                .register(registry));
        for (Outcome outcome : Outcome.values()) {
            added.add(FunctionCounter.builder("evenkeel.endpoint.uses", endpoint, one -> one.count(outcome))
                    .description(meaning("evenkeel.endpoint.uses"))
                    .tags(own.and("outcome", word(outcome)))
                    .register(registry));
        }
        return added;
    }

    void remove() {
        meters.forEach(registry::remove);
        byEndpoint.values().forEach(all -> all.forEach(registry::remove));
    }

    private void gauge(String name, Tags with, Cluster of, ToDoubleFunction<Cluster> value) {
        meters.add(Gauge.builder(name, of, value)
                .description(meaning(name))
                .tags(with)
                .register(registry));
    }

    private void counter(String name, Tags with, Cluster of, ToDoubleFunction<Cluster> value) {
        meters.add(FunctionCounter.builder(name, of, value)
                .description(meaning(name))
                .tags(with)
                .register(registry));
    }

    /* What the first priority level, and of that the nearest place, gets: less than all when something spills over. */
    private static double nearestShare(Cluster of) {
        List<GroupShare> groups = of.layers().groups();
        return groups.isEmpty() ? 0 : groups.get(0).share();
    }

    private static long barred(Cluster of, Bar bar) {
        return Stream.concat(of.state().active().stream(), of.state().draining().stream())
                .filter(endpoint -> endpoint.isBarred(bar))
                .count();
    }

    private static String meaning(String name) {
        return requireNonNull(MEANINGS.get(name), name);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
