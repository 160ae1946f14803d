package io.evenkeel.benchmarks.peers;

/** What an entrant's algorithm takes into account: what is comparable, and what its proof must show. */
enum Algorithm {
    ROTATION("rotation"),
    RANDOM("random"),
    WEIGHTED("weighted"),
    LEAST_REQUEST("least request"),
    LATENCY_AWARE("latency-aware"),
    CONSISTENT_HASH("consistent hash");

    private final String title;

    Algorithm(String title) {
        this.title = title;
    }

    /** As a table names it. */
    String title() {
        return title;
    }

    /** Whether its endpoints get the weights 1 to 10 in turn, rather than all the same. */
    boolean weighted() {
        return this == WEIGHTED;
    }
}
