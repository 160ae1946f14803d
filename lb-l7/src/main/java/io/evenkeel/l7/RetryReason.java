package io.evenkeel.l7;

/** Why a request was tried again. */
public enum RetryReason {
    /** The connection did not come about. */
    CONNECT,
    /** The connection ended without a byte of the response. */
    RESET,
    /** The endpoint has said that it did nothing with the request. */
    UNTOUCHED,
    /** The response's status was one of those to try again after. */
    STATUS
}
