package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The calls under {@code /sim}, with which a human at a shell does what tests do in Java; see the package's doc. */
final class ControlResource {
    private static final int DOWN_MILLIS = 5000;

    /** How long the answer is given before what it is about closes its connection. */
    private static final int ANSWER_MILLIS = 50;

    private final MarathonSimulator simulator;
    private final MarathonState state;

    ControlResource(MarathonSimulator simulator, MarathonState state) {
        this.simulator = simulator;
        this.state = state;
    }

    Response answer(Request request) {
        try {
            String[] path = request.path().split("/", -1);
            String noun = path.length > 2 ? path[2] : "";
            String name = path.length > 3 ? path[3] : "";
            String verb = path.length > 4 ? path[4] : "";
            boolean get = request.method().equals("GET");
            return switch ((get ? "GET " : "DO ") + noun) {
                case "GET " -> Response.json(200, summary());
                case "GET requests" -> requests();
                case "GET tasks" -> tasks();
                case "DO faults" -> fault(request, name);
                case "DO streams" -> done(simulator::cutStreams);
                case "DO events" ->
                    done(() -> simulator.emit(request.queryOne("type").orElse("sim_event"), body(request)));
                case "DO failover" ->
                    done(() -> simulator.failover(
                            Duration.ofMillis(request.number("unavailable", 7000)),
                            Duration.ofMillis(request.number("silent", 15_000)),
                            Duration.ofMillis(request.number("gap", 4000))));
                case "DO elect" -> {
                    FormerLeader former = simulator.elect(simulator.standby());
                    int hold = ANSWER_MILLIS + request.number("hold", 15_000);
                    simulator.after(Duration.ofMillis(hold), former::close);
                    yield Response.json(200, summary());
                }
                case "DO standby" ->
                    Response.json(
                            200,
                            Json.object().put("uri", simulator.standby().uri().toString()));
                case "DO tasks" -> task(request, simulator.task(name), verb);
                default -> throw new MarathonException(404, "HTTP 404 Not Found");
            };
        } catch (MarathonException e) {
            return e.response();
        } catch (NoSuchElementException e) {
            return new MarathonException(404, "no such task: " + e.getMessage()).response();
        }
    }

    private static String body(Request request) {
        return request.body().length == 0 ? "{}" : request.bodyText();
    }

    private static Response done(Runnable work) {
        work.run();
        return Response.json(200, Json.object().put("done", true));
    }

    private Response fault(Request request, String name) {
        boolean on = !request.method().equals("DELETE");
        if (name.isEmpty() && !on) {
            simulator.faults().clear();
            return Response.json(200, summary());
        }
        Fault fault = pick(Fault.class, name);
        request.queryOne("late")
                .ifPresent(late -> simulator.faults().slowness(Duration.ofMillis(request.number("late", 0))));
        int millis = request.number("for", fault == Fault.DOWN ? DOWN_MILLIS : 0);
        if (on && millis > 0) {
            simulator.after(Duration.ofMillis(millis), () -> simulator.faults().set(fault, false));
        }
        if (fault == Fault.DOWN) {
            simulator.after(
                    Duration.ofMillis(ANSWER_MILLIS), () -> simulator.faults().set(fault, on));
        } else {
            simulator.faults().set(fault, on);
        }
        return Response.json(200, summary());
    }

    private static Response task(Request request, SimulatedTask task, String verb) {
        return done(() -> {
            switch (verb) {
                case "crash" -> task.crash();
                case "unreachable" -> task.unreachable();
                case "reachable" -> task.reachable();
                case "health" -> health(request, task);
                case "ready" -> task.ready(request.flag("is"));
                case "failure" -> task.failure(pick(TaskFailure.class, value(request, "is")));
                case "latency" -> task.latency(Duration.ofMillis(request.number("ms", 0)));
                default -> throw new MarathonException(404, "HTTP 404 Not Found");
            }
        });
    }

    private static void health(Request request, SimulatedTask task) {
        TaskHealth health = pick(TaskHealth.class, value(request, "is"));
        request.queryOne("container")
                .ifPresentOrElse(container -> task.health(container, health), () -> task.health(health));
    }

    private static String value(Request request, String name) {
        return request.queryOne(name).orElse("");
    }

    private static <E extends Enum<E>> E pick(Class<E> type, String name) {
        E[] values = type.getEnumConstants();
        Optional<E> found = Arrays.stream(values)
                .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
        return found.orElseThrow(
                () -> new MarathonException(400, name + " (expected: one of " + Arrays.toString(values) + ")"));
    }

    private ObjectNode summary() {
        ObjectNode summary = Json.object().put("uri", simulator.uri().toString());
        ArrayNode faults = summary.putArray("faults");
        simulator.activeFaults().forEach(fault -> faults.add(fault.name()));
        summary.put("eventStreams", simulator.eventStreams());
        summary.put("requests", simulator.requests().size());
        ArrayNode apps = summary.putArray("apps");
        simulator.apps().forEach(apps::add);
        return summary;
    }

    private Response requests() {
        ArrayNode list = Json.array();
        simulator
                .requests()
                .forEach(request -> list.addObject()
                        .put("time", Timestamps.text(request.time()))
                        .put("method", request.method())
                        .put("target", request.target()));
        return Response.json(200, list);
    }

    private Response tasks() {
        ArrayNode list = Json.array();
        state.locked(state::allTasks).forEach(task -> {
            ObjectNode view = list.addObject()
                    .put("id", task.id())
                    .put("appId", task.appId())
                    .put("state", task.state())
                    .put("requests", task.requests());
            ArrayNode addresses = view.putArray("addresses");
            task.addresses().forEach(address -> addresses.add(address.getHostString() + ":" + address.getPort()));
        });
        return Response.json(200, list);
    }
}
