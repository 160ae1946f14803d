package io.evenkeel.call;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Ticker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What to do when a call fails or takes long. Immutable; start from {@link #defaults()} or {@link #idempotent()}.
 *
 * @param attempts how often a call is tried in all, 1 or more; tries that were {@linkplain NotSentException not sent} because
 *     an endpoint would not have them do not count as long as there is another endpoint
 * @param isIdempotent whether doing it twice does no harm: else it is tried again only if nothing was sent
 * @param pause before the second attempt, 0 or more; twice as long before each further one, half of it by chance
 * @param attemptTimeout after which an attempt has failed (asynchronous calls only); zero for never
 * @param deadline after which no attempt is begun any more, and an asynchronous call has failed with a
 *     {@link TimeoutException}; zero for never
 * @param maxWait how long to wait for an endpoint where there is none; zero for not at all
 * @param hedging whether another attempt is begun elsewhere when one takes longer than 95 of 100 of the service do
 *     (asynchronous and idempotent calls only)
 * @param classifier what an exception says of the endpoint; one that throws, or returns null, has said
 *     {@link Outcome#FAILURE}
 */
public record CallPolicy(
        int attempts,
        boolean isIdempotent,
        Duration pause,
        Duration attemptTimeout,
        Duration deadline,
        Duration maxWait,
        boolean hedging,
        Function<Throwable, Outcome> classifier) {

    private static final CallPolicy DEFAULTS = new CallPolicy(
            3, false, Duration.ofMillis(25), Duration.ZERO, Duration.ZERO, Duration.ZERO, false, CallPolicy::classify);

    /** Checks ranges. */
    public CallPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: >= 1)");
        }
        notNegative("pause", pause);
        notNegative("attemptTimeout", attemptTimeout);
        notNegative("deadline", deadline);
        notNegative("maxWait", maxWait);
        requireNonNull(classifier, "classifier");
        if (hedging && !isIdempotent) {
            throw new IllegalArgumentException("hedging: true (expected: only for idempotent calls)");
        }
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0 or more)");
        }
    }

    /**
     * Three attempts, further ones only where nothing was sent.
     *
     * @return the defaults
     */
    public static CallPolicy defaults() {
        return DEFAULTS;
    }

    /**
     * Three attempts of something that may be done twice.
     *
     * @return the policy
     */
    public static CallPolicy idempotent() {
        return new CallPolicy(
                3, true, DEFAULTS.pause, Duration.ZERO, Duration.ZERO, Duration.ZERO, false, DEFAULTS.classifier);
    }

    /**
     * This policy with another number of attempts.
     *
     * @param newAttempts 1 or more
     * @return the changed copy
     */
    public CallPolicy withAttempts(int newAttempts) {
        return new CallPolicy(newAttempts, isIdempotent, pause, attemptTimeout, deadline, maxWait, hedging, classifier);
    }

    /**
     * This policy with another pause.
     *
     * @param newPause 0 or more
     * @return the changed copy
     */
    public CallPolicy withPause(Duration newPause) {
        return new CallPolicy(attempts, isIdempotent, newPause, attemptTimeout, deadline, maxWait, hedging, classifier);
    }

    /**
     * This policy with other time limits.
     *
     * @param newAttemptTimeout for one attempt; zero for none
     * @param newDeadline for all; zero for none
     * @return the changed copy
     */
    public CallPolicy withTimeouts(Duration newAttemptTimeout, Duration newDeadline) {
        return new CallPolicy(
                attempts, isIdempotent, pause, newAttemptTimeout, newDeadline, maxWait, hedging, classifier);
    }

    /**
     * This policy with another wait for an endpoint.
     *
     * @param newMaxWait zero for none
     * @return the changed copy
     */
    public CallPolicy withMaxWait(Duration newMaxWait) {
        return new CallPolicy(attempts, isIdempotent, pause, attemptTimeout, deadline, newMaxWait, hedging, classifier);
    }

    /**
     * This policy with hedging.
     *
     * @return the changed copy
     */
    public CallPolicy withHedging() {
        return new CallPolicy(attempts, isIdempotent, pause, attemptTimeout, deadline, maxWait, true, classifier);
    }

    /**
     * This policy with another reading of exceptions.
     *
     * @param newClassifier from exception to outcome
     * @return the changed copy
     */
    public CallPolicy withClassifier(Function<Throwable, Outcome> newClassifier) {
        return new CallPolicy(attempts, isIdempotent, pause, attemptTimeout, deadline, maxWait, hedging, newClassifier);
    }

    /** Whether an attempt that ended like this may be followed by another. */
    boolean mayRetry(Outcome outcome, @Nullable Throwable problem) {
        if (problem instanceof Error) {
            return false;
        }
        return outcome == Outcome.CONNECT_FAILED
                || (isIdempotent && outcome.isFailure())
                || problem instanceof NotSentException;
    }

    /** How long to pause before an attempt, counted from 1 for the first retry. */
    long pauseNanos(int retry, double chance) {
        double longest = (double) Ticker.toNanos(pause) * (1 << Math.min(retry - 1, 10));
        return (long) (longest * (0.5 + 0.5 * chance));
    }

    /**
     * What the platform's exceptions say: whether a connection came about, broke, took too long, was given up, or served to
     * tell of a failure.
     *
     * @param problem the exception; the causes of wrappers count
     * @return the outcome
     */
    public static Outcome classify(Throwable problem) {
        Throwable cause = unwrap(problem);
        if (cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof NoRouteToHostException
                || cause instanceof PortUnreachableException
                || cause instanceof UnknownHostException) {
            return Outcome.CONNECT_FAILED;
        }
        if (cause instanceof TimeoutException
                || cause instanceof HttpTimeoutException
                || cause instanceof SocketTimeoutException) {
            return Outcome.TIMEOUT;
        }
        if (cause instanceof CancellationException
                || cause instanceof InterruptedException
                || cause instanceof NotSentException) {
            return Outcome.CANCELLED;
        }
        return cause instanceof IOException ? Outcome.RESET : Outcome.FAILURE;
    }

    /** What a wrapper of the platform's futures holds. */
    static Throwable unwrap(Throwable problem) {
        Throwable cause = problem;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** How an attempt ended: as the call itself has told the lease, else as its problem says. */
    Outcome outcomeOf(Lease lease, @Nullable Throwable problem) {
        Outcome told = lease.outcome();
        if (told != null) {
            return told;
        }
        return problem == null ? Outcome.SUCCESS : read(problem);
    }

    @SuppressWarnings("ConstantConditions") // whoever writes a classifier may return null all the same
    private Outcome read(Throwable problem) {
        try {
            @Nullable Outcome outcome = classifier.apply(problem);
            return outcome == null ? Outcome.FAILURE : outcome;
        } catch (RuntimeException | Error e) {
            if (e != problem) {
                problem.addSuppressed(e);
            }
            return Outcome.FAILURE;
        }
    }
}
