package io.evenkeel.l7;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The circuit breaker of one backend: while it is open, nobody is sent there. Thread-safe.
 *
 * <p>Whoever was let in says how it went: by the response's head, or by the lack of one. Of those who left before that
 * nothing is known.
 */
final class Circuit {

    /** What the breaker is told in place of an exception, of which there is none; without a stack, it costs little. */
    private static final class Failed extends Exception {

        private static final long serialVersionUID = 1;

        Failed() {
            super("the service has failed", null, false, false);
        }
    }

    private final CircuitBreaker breaker;

    Circuit(String name, CircuitRule rule, Clock clock) {
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(rule.requests())
                        .minimumNumberOfCalls(rule.requests())
                        .failureRateThreshold(rule.percent())
                        .waitDurationInOpenState(rule.pause())
                        .permittedNumberOfCallsInHalfOpenState(rule.trials())
                        .clock(clock)
                        .build());
    }

    /** Whether a request may go on; if so, one of the other methods is called once. */
    boolean tryEnter() {
        return breaker.tryAcquirePermission();
    }

    void answered(int status) {
        if (status >= 500) {
            failed();
        } else {
            breaker.onSuccess(0, TimeUnit.NANOSECONDS);
        }
    }

    void failed() {
        breaker.onError(0, TimeUnit.NANOSECONDS, new Failed());
    }

    void left() {
        breaker.releasePermission();
    }

    boolean isClosed() {
        return breaker.getState() == CircuitBreaker.State.CLOSED;
    }

    /** {@code closed}, {@code open} or {@code half-open}. */
    @Override
    public String toString() {
        return breaker.getState().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
