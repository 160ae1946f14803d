package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Scale;
import java.util.List;
import java.util.Map;

/**
 * One application or pod, as far as it matters here: whichever version of the API told of it, it looks the same from here
 * on.
 *
 * @param id the application's or pod's id
 * @param mode how its tasks are attached to the network
 * @param networks how many networks they are attached to
 * @param ports its ports, in order
 * @param tasks its tasks
 * @param checks its health checks
 * @param labels its labels
 * @param readiness what holds its tasks back
 * @param scale how many tasks it should have
 */
record App(
        String id,
        NetworkMode mode,
        int networks,
        List<AppPort> ports,
        List<Task> tasks,
        List<DeclaredCheck> checks,
        Map<String, String> labels,
        Readiness readiness,
        Scale scale) {

    /** Whether a task runs an older version than the newest. Of pods nobody can tell. */
    boolean isOld(Task task) {
        String newest = readiness.version();
        return !newest.isEmpty() && !task.version().isEmpty() && !task.version().equals(newest);
    }
}
