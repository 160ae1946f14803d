package io.evenkeel.discovery.mesosdns;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How a Mesos-DNS source is doing at one moment, for admin pages and tests.
 *
 * @param way how the newest state was read
 * @param sinceLastGoodAnswer the time since Mesos-DNS answered; empty before the first good answer
 * @param serial the zone's serial number; empty while it is not known
 * @param sinceNewSerial for how long that number has been seen. Mesos-DNS counts it up whenever it has read the state of
 *     the Mesos master and, while it cannot, serves what it knows for ever: this is the age of its state, less what it was
 *     old when first seen. Endpoints are never dropped for it
 * @param stale whether that is more than three of Mesos-DNS' own refresh intervals
 */
public record MesosDnsStatus(
        Way way,
        Optional<Duration> sinceLastGoodAnswer,
        Optional<Long> serial,
        Optional<Duration> sinceNewSerial,
        boolean stale) {

    /** How a state was read. */
    public enum Way {
        /** Not yet. */
        NONE,
        /** Everything, over HTTP. */
        LISTING,
        /** The names that were asked for, over HTTP, because listings are switched off. */
        BY_NAME,
        /** The names that were asked for, over DNS, because the HTTP port does not answer. */
        DNS
    }

    /** Checks for nulls. */
    public MesosDnsStatus {
        requireNonNull(way, "way");
        requireNonNull(sinceLastGoodAnswer, "sinceLastGoodAnswer");
        requireNonNull(serial, "serial");
        requireNonNull(sinceNewSerial, "sinceNewSerial");
    }
}
