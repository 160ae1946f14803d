package io.evenkeel.call;

import io.evenkeel.cluster.Lease;
import java.util.concurrent.CompletionStage;

/**
 * What is to be done with an endpoint, without blocking. See {@link Call} for what may become of the lease.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface AsyncCall<T> {

    /**
     * Begins to do it.
     *
     * @param lease whom to use
     * @return completes with what came of it; is cancelled, if it can be, when nobody wants that any more
     * @throws Exception why it could not begin
     */
    CompletionStage<T> apply(Lease lease) throws Exception;
}
