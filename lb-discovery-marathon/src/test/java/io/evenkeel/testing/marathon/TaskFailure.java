package io.evenkeel.testing.marathon;

/** How a simulated task fails those who use it. */
public enum TaskFailure {
    /** It serves. */
    NONE,
    /** Each HTTP request is answered with 500; other protocols are reset. */
    ERROR_500,
    /** Each connection is reset. */
    RESET,
    /** Connections are accepted and nothing is ever answered. */
    HANG
}
