package io.evenkeel.endpoint;

/** The life cycle of an endpoint as its source tells it. Mesos task states map onto these. */
public enum EndpointState {
    /** Not serving yet: {@code TASK_STAGING}, {@code TASK_STARTING}. */
    STARTING,
    /** Serving: {@code TASK_RUNNING}. */
    RUNNING,
    /** Asked to stop; still serves what it has: {@code TASK_KILLING}. */
    STOPPING,
    /** Its agent is cut off and the endpoint may still serve: {@code TASK_UNREACHABLE}. */
    UNREACHABLE,
    /** Lost in the words of a Mesos without partition awareness; it may still serve: {@code TASK_LOST}. */
    LOST,
    /** Gone for good: {@code TASK_FINISHED}, {@code TASK_FAILED}, {@code TASK_KILLED}, {@code TASK_GONE} and the like. */
    STOPPED,
    /** The source does not say, or uses a word that is not known. */
    UNSPECIFIED
}
