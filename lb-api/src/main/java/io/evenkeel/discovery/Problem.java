package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * Something in a source's answer that could not be used, and only that: everything beside it still counts.
 *
 * @param subject what is affected: an application id, a service, a listener
 * @param reason the value that is wrong and what was expected
 */
public record Problem(String subject, String reason) {

    /* Labels are anybody's: what they say must not become a line of a log, or move a terminal's cursor. */
    private static final Pattern LINE_BREAKING = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]");

    /** Checks for nulls. */
    public Problem {
        requireNonNull(subject, "subject");
        requireNonNull(reason, "reason");
    }

    /** One line, whatever is in the source's words. */
    @Override
    public String toString() {
        return LINE_BREAKING.matcher(subject + ": " + reason).replaceAll("?");
    }
}
