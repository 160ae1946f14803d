package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** A handle on one pod of a simulated Marathon; it names the pod and outlives it. */
public final class SimulatedPod {
    private final MarathonSimulator simulator;
    private final String id;

    SimulatedPod(MarathonSimulator simulator, String id) {
        this.simulator = simulator;
        this.id = id;
    }

    /** The absolute id, such as {@code /shop/web}. */
    public String id() {
        return id;
    }

    /** A copy of the definition as Marathon has it now. */
    public JsonNode definition() {
        return simulator.podDefinition(id);
    }

    /** What {@code /v2/pods/{id}::status} answers now. */
    public JsonNode status() {
        return simulator.podStatus(id);
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
        simulator.scalePod(id, instances);
    }

    /** Replaces the definition; anything but the number of instances replaces the instances. */
    public void update(String json) {
        simulator.updatePod(id, json);
    }

    public void delete() {
        simulator.deletePod(id);
    }

    @Override
    public String toString() {
        return id;
    }
}
