package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

/**
 * Something in a source's answer that could not be used, and only that: everything beside it still counts.
 *
 * @param subject what is affected: an application id, a service, a listener
 * @param reason the value that is wrong and what was expected
 */
public record Problem(String subject, String reason) {

    /** Checks for nulls. */
    public Problem {
        requireNonNull(subject, "subject");
        requireNonNull(reason, "reason");
    }

    @Override
    public String toString() {
        return subject + ": " + reason;
    }
}
