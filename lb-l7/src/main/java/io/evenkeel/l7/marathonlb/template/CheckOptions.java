package io.evenkeel.l7.marathonlb.template;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How templates want endpoints checked, where they say so. Immutable.
 *
 * @param method of HTTP checks
 * @param target what HTTP checks ask for
 * @param expect what follows {@code http-check expect}
 * @param inter how often
 * @param timeout how long a check may take
 * @param fall after how many failures an endpoint is down
 * @param rise after how many successes it is up
 * @param port another port than the endpoint's
 */
public record CheckOptions(
        Optional<String> method,
        Optional<String> target,
        Optional<String> expect,
        Optional<Duration> inter,
        Optional<Duration> timeout,
        OptionalInt fall,
        OptionalInt rise,
        OptionalInt port) {

    /** They say nothing. */
    public static final CheckOptions NONE = new CheckOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());

    CheckOptions http(String newMethod, String newTarget) {
        return new CheckOptions(
                Optional.of(newMethod), Optional.of(newTarget), expect, inter, timeout, fall, rise, port);
    }

    CheckOptions expecting(String newExpect) {
        return new CheckOptions(method, target, Optional.of(newExpect), inter, timeout, fall, rise, port);
    }

    CheckOptions inter(Duration time) {
        return new CheckOptions(method, target, expect, Optional.of(time), timeout, fall, rise, port);
    }

    CheckOptions timeout(Duration time) {
        return new CheckOptions(method, target, expect, inter, Optional.of(time), fall, rise, port);
    }

    CheckOptions fall(int count) {
        return new CheckOptions(method, target, expect, inter, timeout, OptionalInt.of(count), rise, port);
    }

    CheckOptions rise(int count) {
        return new CheckOptions(method, target, expect, inter, timeout, fall, OptionalInt.of(count), port);
    }

    CheckOptions port(int number) {
        return new CheckOptions(method, target, expect, inter, timeout, fall, rise, OptionalInt.of(number));
    }
}
