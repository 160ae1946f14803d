package io.evenkeel.layer;

/** How near an endpoint is to its client: the narrowest place that they share. */
public enum Nearness {
    /** They run on the same machine. */
    NODE,
    /** They run in the same zone. */
    ZONE,
    /** They run in the same region. */
    REGION,
    /** They have no place in common, or it is not known. */
    ELSEWHERE
}
