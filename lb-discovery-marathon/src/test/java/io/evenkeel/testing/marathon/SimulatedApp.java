package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;

/** A handle on one app of a simulated Marathon; it names the app and outlives it. */
public final class SimulatedApp {
    private final MarathonSimulator simulator;
    private final String id;

    SimulatedApp(MarathonSimulator simulator, String id) {
        this.simulator = simulator;
        this.id = id;
    }

    /** The absolute id, such as {@code /shop/web}. */
    public String id() {
        return id;
    }

    /** A copy of the definition as Marathon has it now, service ports assigned. */
    public JsonNode definition() {
        return simulator.definition(id);
    }

    /** The tasks of this moment, oldest first, dying ones included. */
    public List<SimulatedTask> tasks() {
        return simulator.tasks(id);
    }

    /** See {@link MarathonSimulator#awaitTasks}. */
    public List<SimulatedTask> awaitTasks(int count, Duration timeout) {
        return simulator.awaitTasks(id, count, timeout);
    }

    public void scale(int instances) {
        simulator.scale(id, instances);
    }

    public void restart() {
        simulator.restart(id);
    }

    public void delete() {
        simulator.deleteApp(id);
    }

    @Override
    public String toString() {
        return id;
    }
}
