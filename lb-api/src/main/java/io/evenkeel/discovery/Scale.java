package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * How many endpoints a service's owner asked for, which may be more or fewer than there are. Immutable.
 *
 * @param instances the number, -1 if the source does not say
 * @param since when the owner changed it last; the epoch if the source does not say
 */
public record Scale(int instances, Instant since) {

    /** Nobody says. */
    public static final Scale UNKNOWN = new Scale(-1, Instant.EPOCH);

    /** Checks the number. */
    public Scale {
        requireNonNull(since, "since");
        if (instances < -1) {
            throw new IllegalArgumentException("instances: " + instances + " (expected: >= -1)");
        }
    }

    /**
     * Whether the source says how many endpoints there should be.
     *
     * @return false if it does not
     */
    public boolean isKnown() {
        return instances >= 0;
    }
}
