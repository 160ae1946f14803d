package io.evenkeel.discovery.marathon;

import java.util.List;

/** The events that can change where an application is reached; the only place their names are spelt. */
final class EventTypes {

    static final String STATUS_UPDATE = "status_update_event";
    static final String POD_DELETED = "pod_deleted_event";
    static final String APP_TERMINATED = "app_terminated_event";
    static final String SCHEDULER_REREGISTERED = "scheduler_reregistered_event";

    /**
     * Events that name the applications or pods that they are about, each in one of a few places. The event of an instance
     * that changed is not among them: one follows each update of a task's status within tens of milliseconds and would have
     * everything read twice, and the others tell of tasks that are not there yet, or of what is planned for them.
     */
    static final List<String> NAMING = List.of(
            STATUS_UPDATE,
            "instance_health_changed_event",
            "health_status_changed_event",
            "unhealthy_task_kill_event",
            "unhealthy_instance_kill_event",
            "unknown_instance_terminated_event",
            APP_TERMINATED,
            "api_post_event",
            "deployment_success",
            "deployment_failed",
            "deployment_step_success");

    /** Events of a pod that was made, changed or deleted through the API; they do not name it. */
    static final List<String> PODS = List.of("pod_created_event", "pod_updated_event", POD_DELETED);

    /* Attaching means nothing, but it is what makes the first byte of a filtered stream come at once. */
    private static final List<String> OTHERS = List.of("event_stream_attached", SCHEDULER_REREGISTERED);

    private EventTypes() {}

    /** What a stream is asked for. Servers before 1.3.7 send everything; names a server does not know do no harm. */
    static String query() {
        StringBuilder query = new StringBuilder("plan-format=light");
        for (List<String> types : List.of(OTHERS, NAMING, PODS)) {
            types.forEach(type -> query.append("&event_type=").append(type));
        }
        return query.toString();
    }
}
