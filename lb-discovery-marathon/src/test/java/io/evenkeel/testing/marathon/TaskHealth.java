package io.evenkeel.testing.marathon;

/** What Marathon's health checks find out about a simulated task. */
public enum TaskHealth {
    /** The check passes and {@code /health} answers 200. */
    ALIVE,
    /** The check fails and {@code /health} answers 503. */
    DEAD,
    /** No check has had a result; {@code /health} answers 200. */
    UNKNOWN
}
