package io.evenkeel.health;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What one check of an endpoint has found. Immutable.
 *
 * @param finding the kind of answer
 * @param code the status code, for checks that get one; 0 otherwise
 * @param detail for people: what went wrong, empty if nothing did
 * @param duration from the question to the answer
 */
public record CheckResult(Finding finding, int code, String detail, Duration duration) {

    /** Checks for nulls. */
    public CheckResult {
        requireNonNull(finding, "finding");
        requireNonNull(detail, "detail");
        requireNonNull(duration, "duration");
    }

    /** The kinds of answers, by the layer that gave them: the words of HAProxy's statistics. */
    public enum Finding {
        /** A connection came about. */
        L4OK(true),
        /** A connection did not come about. */
        L4CON(false),
        /** A connection did not come about in time. */
        L4TOUT(false),
        /** A TLS handshake succeeded. */
        L6OK(true),
        /** A TLS handshake failed. */
        L6RSP(false),
        /** A TLS handshake did not succeed in time. */
        L6TOUT(false),
        /** The application is well. */
        L7OK(true),
        /** The application answered with a status that is not good enough. */
        L7STS(false),
        /** The application did not answer in time. */
        L7TOUT(false),
        /** The application's answer made no sense. */
        L7RSP(false),
        /** The check passed and did not say more. */
        PASSED(true),
        /** The check failed and did not say why in a way that could be told. */
        FAILED(false);

        private final boolean passed;

        Finding(boolean passed) {
            this.passed = passed;
        }

        /**
         * Whether it speaks for the endpoint.
         *
         * @return true for what a check that passed can find
         */
        public boolean passed() {
            return passed;
        }
    }

    /** What an answer says: checks may complete with a {@link Verdict}, or fail with a {@link CheckFailedException}. */
    static CheckResult of(@Nullable Object answer, Duration duration) {
        if (answer instanceof CompletionException wrapper && wrapper.getCause() != null) {
            return of(wrapper.getCause(), duration);
        }
        if (answer instanceof Verdict verdict) {
            return new CheckResult(verdict.finding(), verdict.code(), "", duration);
        }
        if (answer instanceof CheckFailedException failure) {
            return new CheckResult(failure.finding(), failure.code(), text(failure), duration);
        }
        return answer instanceof Throwable problem
                ? new CheckResult(Finding.FAILED, 0, text(problem), duration)
                : new CheckResult(Finding.PASSED, 0, "", duration);
    }

    private static String text(Throwable problem) {
        String message = problem.getMessage();
        return message == null || message.isEmpty() ? problem.getClass().getSimpleName() : message;
    }

    /**
     * What a check completes with that has more to say than that it passed.
     *
     * @param finding what was found
     * @param code the status code, 0 if there is none
     */
    public record Verdict(Finding finding, int code) {

        /** Only what passed is a verdict; what failed is an exception. */
        public Verdict {
            if (!finding.passed()) {
                throw new IllegalArgumentException("finding: " + finding + " (expected: one that has passed)");
            }
        }
    }
}
