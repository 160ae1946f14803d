package io.evenkeel.endpoint;

/** How one use of an endpoint ended: the feedback that strategies and ejection learn from. */
public enum Outcome {
    /** It did what was asked. */
    SUCCESS,
    /** The endpoint answered, with an error of its own making (an HTTP 5xx, say). */
    FAILURE,
    /** No connection came about: refused, unreachable or timed out. Nothing was sent, so a retry elsewhere is safe. */
    CONNECT_FAILED,
    /** The connection broke before the answer was whole. */
    RESET,
    /** No answer in time. */
    TIMEOUT,
    /** The caller lost interest; says nothing about the endpoint. */
    CANCELLED;

    /** The number of outcomes, for arrays indexed by them. */
    static final int COUNT = values().length;

    /**
     * Whether this counts against the endpoint.
     *
     * @return true for every outcome that the endpoint is to blame for
     */
    public boolean isFailure() {
        return this != SUCCESS && this != CANCELLED;
    }
}
