package io.evenkeel.health;

import io.evenkeel.endpoint.Endpoint;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A way to ask an endpoint whether it is well. Thread-safe; called on the control thread, so it must not block.
 */
@FunctionalInterface
public interface HealthCheck {

    /**
     * Asks once.
     *
     * @param endpoint whom
     * @param timeout after which the answer no longer matters and the check should let go of what it holds
     * @return completes normally if the endpoint is well, exceptionally with the reason if it is not; is cancelled, if it
     *     can be, when nobody waits for the answer any more. With a {@link CheckResult.Verdict} or a
     *     {@link CheckFailedException} it tells {@link CheckState} more than that
     */
    CompletionStage<?> check(Endpoint endpoint, Duration timeout);
}
