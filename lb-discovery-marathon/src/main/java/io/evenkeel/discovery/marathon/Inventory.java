package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Health;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of what one Marathon runs, and the {@link Catalog} that is made of it: one service per port, one
 * endpoint per task that has an address for it. Used by the fetching thread.
 *
 * <p>Answers are taken over whole or one application at a time. What has not changed is not computed again, and the
 * snapshots that were made of it are the same objects as before, so a change costs what it changes.
 */
final class Inventory {

    private final HostResolver hosts;
    private final HealthMemory health;
    private final ReadinessMemory readiness;
    private final Absences absences;
    private final boolean sixFirst;
    private final Half apps = new Half();
    private final Half pods = new Half();

    Inventory(HostResolver hosts, HealthMemory health, ReadinessMemory readiness, Absences absences, boolean sixFirst) {
        this.hosts = hosts;
        this.health = health;
        this.readiness = readiness;
        this.absences = absences;
        this.sixFirst = sixFirst;
    }

    /** All applications, or all pods. */
    static final class Half {

        private Map<String, App> known = new LinkedHashMap<>();
        private List<Snapshot> before = List.of();
        private Map<String, Problem> unreadable = new LinkedHashMap<>();
        private final Map<String, Part> parts = new HashMap<>();

        Map<String, App> known() {
            return known;
        }

        /** Those that are known, or were before anybody asked. */
        Set<String> ids() {
            Set<String> all = new HashSet<>(known.keySet());
            before.forEach(snapshot -> all.add(snapshot.service().application()));
            return all;
        }

        /** Forgets what was there before anybody asked. */
        void forgetBefore() {
            before = List.of();
        }

        /** Takes an answer for all there is. Of what cannot be read in it, what was known stands. */
        void replace(AppsParser.Answer answer) {
            Map<String, App> all = new LinkedHashMap<>();
            answer.apps().forEach(app -> all.put(app.id(), app));
            Map<String, Problem> problems = new LinkedHashMap<>();
            boolean anybody = false;
            for (AppsParser.Unreadable one : answer.unreadable()) {
                anybody |= one.id().isEmpty();
                note(one, problems);
                App before = known.get(one.id());
                if (before != null) {
                    all.putIfAbsent(one.id(), before);
                }
            }
            if (anybody) { // it may be any of those that the answer lacks
                known.forEach(all::putIfAbsent);
            }
            known = all;
            before = List.of();
            unreadable = problems;
            parts.keySet().retainAll(all.keySet());
        }

        /** Takes an answer for some of what there is. */
        void update(AppsParser.Answer answer) {
            answer.apps().forEach(app -> {
                known.put(app.id(), app);
                unreadable.remove(app.id());
            });
            answer.unreadable().forEach(one -> note(one, unreadable));
        }

        /** Takes out one that is gone, and tells whether it was there. */
        boolean remove(String id) {
            parts.remove(id);
            unreadable.remove(id);
            return known.remove(id) != null;
        }

        private static void note(AppsParser.Unreadable one, Map<String, Problem> problems) {
            String subject = one.id().isEmpty() ? one.place() : one.id();
            problems.putIfAbsent(subject, new Problem(subject, one.reason()));
        }
    }

    /** Takes over what somebody knew before; it stands until there is an answer. */
    void recall(SavedState saved) {
        Map<Boolean, List<Snapshot>> halves = saved.catalog().snapshots().stream()
                .collect(Collectors.partitioningBy(
                        snapshot -> saved.pods().contains(snapshot.service().application())));
        apps.before = halves.getOrDefault(false, List.of());
        pods.before = halves.getOrDefault(true, List.of());
        for (Snapshot snapshot : saved.catalog().snapshots()) {
            for (Endpoint endpoint : snapshot.endpoints()) {
                health.recall(endpoint.id(), snapshot.service().portIndex(), endpoint.health());
                if (snapshot.service().checks().isEmpty()) {
                    health.beganUnchecked(endpoint.id());
                }
                absences.was(endpoint.id());
            }
        }
    }

    Half apps() {
        return apps;
    }

    Half pods() {
        return pods;
    }

    /** Forgets what is remembered of tasks and hosts that are not there any more. */
    void forgetOthers() {
        Set<String> tasks = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (Half half : List.of(apps, pods)) {
            half.known.values().forEach(app -> app.tasks().forEach(task -> tasks.add(task.id())));
            half.parts.values().forEach(part -> names.addAll(part.names));
        }
        Set<String> remembered = absences.remembered(tasks);
        health.retain(remembered);
        readiness.retain(remembered);
        hosts.retain(names);
    }

    /** What is known as a catalog, whose services live in this namespace. */
    Catalog catalog(String namespace) {
        Set<String> names = new HashSet<>();
        for (Half half : List.of(apps, pods)) {
            for (App app : half.known.values()) {
                Part part = half.parts.get(app.id());
                if (part == null || !part.isOf(app)) {
                    names.addAll(names(app));
                }
            }
        }
        hosts.prepare(names);
        long moment = hosts.changes();
        List<Snapshot> snapshots = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        for (Half half : List.of(apps, pods)) {
            problems.addAll(half.unreadable.values());
            for (App app : half.known.values()) {
                Part part = half.parts.get(app.id());
                if (part == null || !part.stands(app, namespace, moment)) {
                    part = build(app, namespace, moment, part);
                    half.parts.put(app.id(), part);
                }
                add(part, taken, snapshots, problems);
            }
            for (Snapshot snapshot : half.before) {
                if (taken.add(snapshot.service().name())) {
                    snapshots.add(snapshot);
                }
            }
        }
        return Catalog.of(snapshots, problems);
    }

    private static void add(Part part, Set<String> taken, List<Snapshot> snapshots, List<Problem> problems) {
        for (Snapshot snapshot : part.snapshots) {
            String name = snapshot.service().name();
            if (taken.add(name)) {
                snapshots.add(snapshot);
            } else {
                problems.add(new Problem(part.app.id(), "service " + name + ": exists (expected: once)"));
            }
        }
        problems.addAll(part.problems);
    }

    /**
     * What was made of one application.
     *
     * @param app what it was made of
     * @param namespace the namespace of its services
     * @param names the host names that had to be looked up
     * @param moment which addresses the names had then
     * @param waiting whether time alone can change it
     * @param snapshots its services
     * @param problems what it lacks
     */
    private record Part(
            App app,
            String namespace,
            Set<String> names,
            long moment,
            boolean waiting,
            List<Snapshot> snapshots,
            List<Problem> problems) {

        /* Equal answers are the same object (see AppsParser), and comparing them again would cost what this saves. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(App newest) {
            return app == newest;
        }

        /*
         * The ports of a container's own network are those of the newest version. A task of an older one has those that it
         * had when that was the newest.
         */
        Map<String, InetSocketAddress> addressesOfOld(App newest, int index) {
            if (newest.mode() != NetworkMode.CONTAINER
                    || newest.tasks().stream().noneMatch(newest::isOld)) {
                return Map.of();
            }
            Map<String, InetSocketAddress> addresses = new HashMap<>();
            for (Snapshot snapshot : snapshots) {
                if (snapshot.service().portIndex() == index) {
                    snapshot.endpoints().forEach(endpoint -> addresses.put(endpoint.id(), endpoint.address()));
                }
            }
            return addresses;
        }

        boolean stands(App newest, String newNamespace, long newMoment) {
            return isOf(newest)
                    && !waiting
                    && namespace.equals(newNamespace)
                    && (names.isEmpty() || moment == newMoment);
        }
    }

    private Part build(App app, String namespace, long moment, @Nullable Part before) {
        Set<String> unknown = new LinkedHashSet<>();
        boolean waiting = false;
        boolean[] ready = new boolean[app.tasks().size()];
        for (int i = 0; i < ready.length; i++) {
            ready[i] = readiness.judge(app, app.tasks().get(i));
            waiting |= !ready[i];
        }
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = 0; i < app.ports().size(); i++) {
            List<Endpoint> endpoints = endpoints(app, ready, i, unknown, before);
            for (Service service : services(app, i, namespace)) {
                snapshots.add(new Snapshot(service, endpoints));
            }
        }
        List<Problem> problems = new ArrayList<>();
        for (String host : unknown) {
            problems.add(new Problem(app.id(), "host " + host + ": has no address (expected: a name that resolves)"));
        }
        List<Snapshot> kept =
                before == null || !before.snapshots.equals(snapshots) ? List.copyOf(snapshots) : before.snapshots;
        return new Part(app, namespace, names(app), moment, waiting, kept, problems);
    }

    /* The names that need a look-up: literal addresses and containers' own addresses do not. */
    private static Set<String> names(App app) {
        Set<String> names = new HashSet<>();
        if (app.mode() != NetworkMode.CONTAINER && !app.ports().isEmpty()) {
            for (Task task : app.tasks()) {
                if (!task.host().isEmpty() && HostResolver.literal(task.host()) == null) {
                    names.add(task.host());
                }
            }
        }
        return names.isEmpty() ? Set.of() : names;
    }

    private static List<Service> services(App app, int index, String namespace) {
        AppPort port = app.ports().get(index);
        String name = Service.nameOf(app.id(), index);
        List<Service> services = new ArrayList<>(1);
        if (port.tcp()) {
            services.add(service(app, index, name, namespace, Protocol.TCP));
        }
        if (port.udp()) {
            services.add(service(app, index, port.tcp() ? name + ":udp" : name, namespace, Protocol.UDP));
        }
        return services;
    }

    private static Service service(App app, int index, String name, String namespace, Protocol protocol) {
        AppPort port = app.ports().get(index);
        return new Service(
                name,
                app.id(),
                namespace,
                index,
                port.name(),
                port.servicePort(),
                protocol,
                app.labels(),
                port.labels(),
                app.checks(),
                app.scale());
    }

    private List<Endpoint> endpoints(App app, boolean[] ready, int index, Set<String> unknown, @Nullable Part before) {
        List<Endpoint> endpoints = new ArrayList<>(app.tasks().size());
        Map<String, InetSocketAddress> known = before == null ? Map.of() : before.addressesOfOld(app, index);
        for (int i = 0; i < app.tasks().size(); i++) {
            Task task = app.tasks().get(i);
            AddressRules.Target target = AddressRules.target(app, task, index, sixFirst);
            if (target == null) {
                continue;
            }
            InetAddress address = hosts.find(target.host());
            if (address == null) {
                unknown.add(target.host());
            } else {
                InetSocketAddress kept = app.isOld(task) ? known.get(task.id()) : null;
                InetSocketAddress socket = kept != null && address.equals(kept.getAddress())
                        ? kept
                        : new InetSocketAddress(address, target.port());
                endpoints.add(endpoint(task, socket, health.judge(app, task, index), ready[i]));
            }
        }
        return endpoints;
    }

    private static Endpoint endpoint(Task task, InetSocketAddress address, Health health, boolean ready) {
        String id = task.id().isEmpty() ? address.getHostString() + ":" + address.getPort() : task.id();
        return new Endpoint(id, address, 1, task.locality(), task.state(), health, ready, Map.of());
    }
}
