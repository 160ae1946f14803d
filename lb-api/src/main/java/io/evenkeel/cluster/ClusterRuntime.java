package io.evenkeel.cluster;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Ticker;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/**
 * What clusters live on and do not own: time, chance and a thread for control work.
 *
 * @param ticker the clock, for leases, strategies and monitors
 * @param random for strategies and monitors, usable from any thread
 * @param control what runs the control work, one task after the other
 */
public record ClusterRuntime(Ticker ticker, RandomGenerator random, ScheduledExecutorService control) {

    /** Checks for nulls. */
    public ClusterRuntime {
        requireNonNull(ticker, "ticker");
        requireNonNull(random, "random");
        requireNonNull(control, "control");
    }
}
