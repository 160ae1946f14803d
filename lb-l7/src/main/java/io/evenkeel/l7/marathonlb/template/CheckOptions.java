package io.evenkeel.l7.marathonlb.template;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How templates want endpoints checked, where they say so. Immutable.
 *
 * @param question what HTTP checks ask; what marathon-lb's own ask if empty
 * @param statuses which answers are good
 * @param connects whether no request is to be made: a template says so, or asks what is not understood
 * @param inter how often
 * @param timeout how long a check may take
 * @param fall after how many failures an endpoint is down
 * @param rise after how many successes it is up
 * @param port another port than the endpoint's
 */
public record CheckOptions(
        Optional<Question> question,
        Optional<Statuses> statuses,
        boolean connects,
        Optional<Duration> inter,
        Optional<Duration> timeout,
        OptionalInt fall,
        OptionalInt rise,
        OptionalInt port) {

    /** They say nothing. */
    public static final CheckOptions NONE = new CheckOptions(
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty());

    /**
     * A request.
     *
     * @param method in capital letters
     * @param target a path, or an asterisk
     * @param host for its Host header; the endpoint's address if empty
     */
    public record Question(String method, String target, String host) {}

    /**
     * The good answers.
     *
     * @param lowest the lowest status
     * @param highest the highest
     */
    public record Statuses(int lowest, int highest) {}

    CheckOptions asking(Question newQuestion) {
        return new CheckOptions(Optional.of(newQuestion), statuses, connects, inter, timeout, fall, rise, port);
    }

    CheckOptions expecting(Statuses newStatuses) {
        return new CheckOptions(question, Optional.of(newStatuses), connects, inter, timeout, fall, rise, port);
    }

    CheckOptions connecting() {
        return new CheckOptions(question, statuses, true, inter, timeout, fall, rise, port);
    }

    CheckOptions inter(Duration time) {
        return new CheckOptions(question, statuses, connects, Optional.of(time), timeout, fall, rise, port);
    }

    CheckOptions timeout(Duration time) {
        return new CheckOptions(question, statuses, connects, inter, Optional.of(time), fall, rise, port);
    }

    CheckOptions fall(int count) {
        return new CheckOptions(question, statuses, connects, inter, timeout, OptionalInt.of(count), rise, port);
    }

    CheckOptions rise(int count) {
        return new CheckOptions(question, statuses, connects, inter, timeout, fall, OptionalInt.of(count), port);
    }

    CheckOptions port(int number) {
        return new CheckOptions(question, statuses, connects, inter, timeout, fall, rise, OptionalInt.of(number));
    }
}
