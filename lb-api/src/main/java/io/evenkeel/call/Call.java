package io.evenkeel.call;

import io.evenkeel.cluster.Lease;

/**
 * What is to be done with an endpoint.
 *
 * <p>It may complete the lease itself, for instance as {@link io.evenkeel.endpoint.Outcome#FAILURE} because of an HTTP status
 * of 503; else a value counts as success and an exception as what {@link CallPolicy} makes of it.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface Call<T> {

    /**
     * Does it, blocking as long as it likes.
     *
     * @param lease whom to use
     * @return what came of it
     * @throws Exception why nothing did
     */
    T apply(Lease lease) throws Exception;
}
