package io.evenkeel.health;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The reason why a check failed, with what it found. */
public final class CheckFailedException extends IOException {

    private static final long serialVersionUID = 1;

    /** What was found. */
    private final CheckResult.Finding finding;

    /** The status code, 0 if there was none. */
    private final int code;

    /**
     * A reason.
     *
     * @param finding what was found, one that has not passed
     * @param code the status code, 0 if there was none
     * @param message for people
     * @param cause what failed, if that was not the check itself
     */
    public CheckFailedException(CheckResult.Finding finding, int code, String message, @Nullable Throwable cause) {
        super(message, cause);
        if (finding.passed()) {
            throw new IllegalArgumentException("finding: " + finding + " (expected: one that has not passed)");
        }
        this.finding = finding;
        this.code = code;
    }

    /**
     * A reason without a status code.
     *
     * @param finding what was found, one that has not passed
     * @param cause what failed
     */
    public CheckFailedException(CheckResult.Finding finding, Throwable cause) {
        this(finding, 0, String.valueOf(cause.getMessage()), cause);
    }

    /**
     * What was found.
     *
     * @return one that has not passed
     */
    public CheckResult.Finding finding() {
        return finding;
    }

    /**
     * The status code.
     *
     * @return 0 if there was none
     */
    public int code() {
        return code;
    }
}
