package io.evenkeel.discovery.marathon;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The events that can change where an application is reached; the only place their names are spelt. */
final class EventTypes {

    /** What a stream is asked for. Servers before 1.3.7 send everything; names a server does not know do no harm. */
    static final List<String> WANTED = List.of(
            "event_stream_attached",
            "status_update_event",
            "instance_health_changed_event",
            "health_status_changed_event",
            "unhealthy_task_kill_event",
            "unhealthy_instance_kill_event",
            "unknown_instance_terminated_event",
            "app_terminated_event",
            "api_post_event",
            "deployment_success",
            "deployment_failed",
            "deployment_step_success",
            "scheduler_reregistered_event");

    /* Attaching tells of other clients too, and our own attaching causes a read anyway. An event without a name may be any. */
    private static final Set<String> CHANGES = changes();

    private EventTypes() {}

    static boolean meansChange(String type) {
        return CHANGES.contains(type);
    }

    static String query() {
        StringBuilder query = new StringBuilder("plan-format=light");
        for (String type : WANTED) {
            query.append("&event_type=").append(type);
        }
        return query.toString();
    }

    private static Set<String> changes() {
        Set<String> all = new HashSet<>(WANTED);
        all.remove("event_stream_attached");
        all.add("message");
        return Set.copyOf(all);
    }
}
