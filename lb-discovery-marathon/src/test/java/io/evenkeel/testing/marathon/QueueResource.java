package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** The calls under {@code /v2/queue}: what waits for its launch, and for how long. */
final class QueueResource {
    private static final List<String> REASONS = List.of(
            "UnfulfilledRole",
            "UnfulfilledConstraint",
            "NoCorrespondingReservationFound",
            "AgentMaintenance",
            "InsufficientCpus",
            "InsufficientMemory",
            "InsufficientDisk",
            "InsufficientGpus",
            "InsufficientPorts",
            "DeclinedScarceResources");

    private final MarathonState state;
    private final TaskLifecycle lifecycle;

    QueueResource(MarathonState state, TaskLifecycle lifecycle) {
        this.state = state;
        this.lifecycle = lifecycle;
    }

    Response list() {
        return state.locked(() -> {
            ObjectNode body = Json.object();
            ArrayNode queue = body.putArray("queue");
            waiting().forEach(app -> queue.add(view(app)));
            return Response.json(200, body);
        });
    }

    /** Lets an app launch at once. */
    Response resetDelay(String id) {
        state.locked(() -> {
            AppState waiting = waiting().stream()
                    .filter(app -> app.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> new MarathonException(404, "Application " + id + " not found in tasks queue."));
            state.queue.reset(waiting);
            lifecycle.launchWaiting(waiting);
        });
        return new Response(204, List.of(), new byte[0]);
    }

    private List<AppState> waiting() {
        return state.everything().stream().filter(app -> count(app) > 0).toList();
    }

    private static int count(AppState app) {
        long failed =
                app.tasks().stream().filter(task -> task.is("TASK_FAILED")).count();
        return app.scheduled().size() + (int) failed;
    }

    private ObjectNode view(AppState app) {
        Duration left = state.queue.left(app);
        ObjectNode view = Json.object()
                .put("count", count(app))
                .put("role", app.definition().path("role").asText("*"));
        view.putObject("delay").put("timeLeftSeconds", left.toSeconds()).put("overdue", left.isZero());
        view.put("since", Timestamps.text(state.queue.since(app)));
        ObjectNode offers = view.putObject("processedOffersSummary");
        offers.put("processedOffersCount", 0).put("unusedOffersCount", 0);
        for (String when : List.of("rejectSummaryLastOffers", "rejectSummaryLaunchAttempt")) {
            ArrayNode reasons = offers.putArray(when);
            REASONS.forEach(reason ->
                    reasons.addObject().put("reason", reason).put("declined", 0).put("processed", 0));
        }
        view.set(app instanceof PodState ? "pod" : "app", app.definition());
        return view;
    }
}
