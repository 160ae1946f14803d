package io.evenkeel.l7.runner;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How old what is known of the services may be. Immutable.
 *
 * @param age how old it is, a source that has not answered counted from its beginning; empty if nobody can tell
 * @param limit how old it may be, if there is a limit
 */
record Freshness(Supplier<Optional<Duration>> age, Optional<Duration> limit) {

    /** How old it is if that is more than it may be. */
    Optional<Duration> tooOld() {
        return limit.flatMap(most -> age.get().filter(now -> now.compareTo(most) > 0));
    }
}
