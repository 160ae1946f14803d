package io.evenkeel.l7.marathonlb;

/** Of several paths of one host and one weight that a request's path begins with, which one decides. */
public enum PathPrecedence {
    /** That of the application which comes first by its id, as marathon-lb has it. */
    APPLICATION,
    /** The longest. */
    LONGEST
}
