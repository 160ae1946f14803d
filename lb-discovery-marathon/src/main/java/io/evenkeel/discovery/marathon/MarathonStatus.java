package io.evenkeel.discovery.marathon;

import java.time.Duration;
import java.util.Optional;

/**
 * How a Marathon source is doing at one moment, for admin pages and tests.
 *
 * @param generation how many catalogs it has published
 * @param sinceLastGoodAnswer the age of what it knows; empty before the first good answer
 * @param connectedHost whose event stream is open; empty while there is none
 * @param fetches how often it has asked for the applications
 * @param failedFetches how many of these failed
 */
public record MarathonStatus(
        long generation,
        Optional<Duration> sinceLastGoodAnswer,
        Optional<String> connectedHost,
        long fetches,
        long failedFetches) {}
