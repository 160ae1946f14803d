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
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The step from applications to a {@link Catalog}: one service per port, one endpoint per task that has an address for it. */
final class CatalogBuilder {

    private final HostResolver hosts;
    private final HealthMemory health;
    private final ReadinessMemory readiness;

    CatalogBuilder(HostResolver hosts, HealthMemory health, ReadinessMemory readiness) {
        this.hosts = hosts;
        this.health = health;
        this.readiness = readiness;
    }

    Catalog build(AppsParser.Answer answer, String namespace) {
        hosts.prepare(names(answer.apps()));
        List<Snapshot> snapshots = new ArrayList<>();
        List<Problem> problems = new ArrayList<>(answer.problems());
        Set<String> taken = new HashSet<>();
        for (App app : answer.apps()) {
            List<Judged> tasks = new ArrayList<>(app.tasks().size());
            app.tasks()
                    .forEach(task -> tasks.add(new Judged(task, health.judge(app, task), readiness.judge(app, task))));
            Set<String> unknown = new LinkedHashSet<>();
            for (int i = 0; i < app.ports().size(); i++) {
                List<Endpoint> endpoints = endpoints(app, tasks, i, unknown);
                for (Service service : services(app, i, namespace)) {
                    if (taken.add(service.name())) {
                        snapshots.add(new Snapshot(service, endpoints));
                    } else {
                        problems.add(new Problem(app.id(), "service " + service.name() + ": exists (expected: once)"));
                    }
                }
            }
            for (String host : unknown) {
                problems.add(
                        new Problem(app.id(), "host " + host + ": has no address (expected: a name that resolves)"));
            }
        }
        return Catalog.of(snapshots, problems);
    }

    /** Forgets what is remembered of tasks that this answer does not have. */
    void forgetOthers(AppsParser.Answer answer) {
        Set<String> ids = new HashSet<>();
        answer.apps().forEach(app -> app.tasks().forEach(task -> ids.add(task.id())));
        health.retain(ids);
        readiness.retain(ids);
    }

    /* The names that need a look-up: literal addresses and containers' own addresses do not. */
    private static Set<String> names(List<App> apps) {
        Set<String> names = new HashSet<>();
        for (App app : apps) {
            if (app.mode() != NetworkMode.CONTAINER && !app.ports().isEmpty()) {
                for (Task task : app.tasks()) {
                    if (!task.host().isEmpty() && HostResolver.literal(task.host()) == null) {
                        names.add(task.host());
                    }
                }
            }
        }
        return names;
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
                app.checks());
    }

    private List<Endpoint> endpoints(App app, List<Judged> tasks, int index, Set<String> unknown) {
        List<Endpoint> endpoints = new ArrayList<>(tasks.size());
        for (Judged judged : tasks) {
            AddressRules.Target target = AddressRules.target(app, judged.task, index);
            if (target == null) {
                continue;
            }
            InetAddress address = hosts.find(target.host());
            if (address == null) {
                unknown.add(target.host());
            } else {
                endpoints.add(judged.at(new InetSocketAddress(address, target.port())));
            }
        }
        return endpoints;
    }

    /** A task with what the memories say of it, which is the same for all its ports. */
    private record Judged(Task task, Health health, boolean ready) {

        Endpoint at(InetSocketAddress address) {
            String id = task.id().isEmpty() ? address.getHostString() + ":" + address.getPort() : task.id();
            return new Endpoint(id, address, 1, task.locality(), task.state(), health, ready, Map.of());
        }
    }
}
