package io.evenkeel.testing.marathon;

/** What a simulated task speaks on a port. */
public enum TaskKind {
    /** The page of the demo app, {@code /health} and {@code /echo}, over HTTP/1.1. */
    HTTP,
    /** Sends its task id and a newline, then echoes. */
    TCP,
    /** Enough of the Redis protocol for {@code redis-cli}. */
    REDIS
}
