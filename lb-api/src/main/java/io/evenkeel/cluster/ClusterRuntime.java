package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Ticker;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * What clusters live on and do not own: time, chance and a thread for control work.
 *
 * @param ticker the clock, for leases, strategies and monitors
 * @param random for strategies and monitors, usable from any thread
 * @param control what runs the control work, one task after the other
 * @param background what runs longer computations, such as the tables of hashing strategies, in any order
 */
public record ClusterRuntime(
        Ticker ticker, RandomGenerator random, ScheduledExecutorService control, Executor background) {

    /** Checks for nulls. */
    public ClusterRuntime {
        requireNonNull(ticker, "ticker");
        requireNonNull(random, "random");
        requireNonNull(control, "control");
        requireNonNull(background, "background");
    }

    /**
     * A runtime that computes on the platform's common pool.
     *
     * @param ticker the clock
     * @param random usable from any thread
     * @param control what runs the control work
     */
    public ClusterRuntime(Ticker ticker, RandomGenerator random, ScheduledExecutorService control) {
        this(ticker, random, control, ForkJoinPool.commonPool());
    }
}
