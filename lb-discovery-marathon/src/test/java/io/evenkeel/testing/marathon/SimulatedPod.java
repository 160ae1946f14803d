package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** A handle on one pod of a simulated Marathon; it names the pod and outlives it. */
public final class SimulatedPod {
    private final MarathonSimulator simulator;
    private final MarathonState state;
    private final Deployer deployer;
    private final String id;

    SimulatedPod(MarathonSimulator simulator, MarathonState state, Deployer deployer, String id) {
        this.simulator = simulator;
        this.state = state;
        this.deployer = deployer;
        this.id = id;
    }

    /** The absolute id, such as {@code /shop/web}. */
    public String id() {
        return id;
    }

    /** A copy of the definition as Marathon has it now. */
    public JsonNode definition() {
        return state.locked(() -> state.pod(id).definition().deepCopy());
    }

    /** What {@code /v2/pods/{id}::status} answers now. */
    public JsonNode status() {
        return state.locked(() -> PodView.status(state.pod(id)));
    }

    /**
     * The instances of this moment, oldest first, dying ones included. Each is one task whose addresses are those of the
     * endpoints in the order of the definition.
     */
    public List<SimulatedTask> instances() {
        return simulator.tasks(id);
    }

    /** See {@link MarathonSimulator#awaitTasks}. */
    public List<SimulatedTask> awaitInstances(int count, Duration timeout) {
        return simulator.awaitTasks(id, count, timeout);
    }

    public void scale(int instances) {
        change(pod -> pod.scaled(instances));
    }

    /** Replaces the definition; anything but the number of instances replaces the instances. */
    public void update(String json) {
        change(pod -> Json.parseObject(json));
    }

    public void delete() {
        state.locked(() -> deployer.delete(state.pod(id), MarathonSimulator.caller("/v2/pods" + id)));
    }

    private void change(Function<PodState, ObjectNode> change) {
        state.locked(() -> {
            PodState pod = state.pod(id);
            deployer.update(pod, change.apply(pod), MarathonSimulator.caller("/v2/pods" + id));
        });
    }

    @Override
    public String toString() {
        return id;
    }
}
