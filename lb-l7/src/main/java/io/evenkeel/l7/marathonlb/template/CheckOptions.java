package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.BackendTls;
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
 * @param tls what checks have that requests do not
 */
public record CheckOptions(
        Optional<Question> question,
        Optional<Statuses> statuses,
        boolean connects,
        Optional<Duration> inter,
        Optional<Duration> timeout,
        OptionalInt fall,
        OptionalInt rise,
        OptionalInt port,
        Tls tls) {

    /** They say nothing. */
    public static final CheckOptions NONE = new CheckOptions(
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Tls.NONE);

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

    /**
     * What is said of checks over TLS alone.
     *
     * @param wanted whether they are made over TLS, whatever requests are and wherever they go
     * @param unverified what they speak if requests do not speak TLS: nobody is to be verified
     * @param serverName whom they ask for
     * @param http2 whether they ask for HTTP/2, by ALPN
     */
    public record Tls(
            Optional<Boolean> wanted,
            Optional<BackendTls> unverified,
            Optional<String> serverName,
            Optional<Boolean> http2) {

        /** Nothing is said. */
        public static final Tls NONE = new Tls(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        Tls wanted(boolean newWanted) {
            return new Tls(Optional.of(newWanted), unverified, serverName, http2);
        }

        Tls unverified(BackendTls how) {
            return new Tls(wanted, Optional.of(how), serverName, http2);
        }

        Tls serverName(String name) {
            return new Tls(wanted, unverified, Optional.of(name), http2);
        }

        Tls http2(boolean newHttp2) {
            return new Tls(wanted, unverified, serverName, Optional.of(newHttp2));
        }
    }

    CheckOptions asking(Question newQuestion) {
        return new CheckOptions(Optional.of(newQuestion), statuses, connects, inter, timeout, fall, rise, port, tls);
    }

    CheckOptions expecting(Statuses newStatuses) {
        return new CheckOptions(question, Optional.of(newStatuses), connects, inter, timeout, fall, rise, port, tls);
    }

    CheckOptions connecting() {
        return new CheckOptions(question, statuses, true, inter, timeout, fall, rise, port, tls);
    }

    CheckOptions inter(Duration time) {
        return new CheckOptions(question, statuses, connects, Optional.of(time), timeout, fall, rise, port, tls);
    }

    CheckOptions timeout(Duration time) {
        return new CheckOptions(question, statuses, connects, inter, Optional.of(time), fall, rise, port, tls);
    }

    CheckOptions fall(int count) {
        return new CheckOptions(question, statuses, connects, inter, timeout, OptionalInt.of(count), rise, port, tls);
    }

    CheckOptions rise(int count) {
        return new CheckOptions(question, statuses, connects, inter, timeout, fall, OptionalInt.of(count), port, tls);
    }

    CheckOptions port(int number) {
        return new CheckOptions(question, statuses, connects, inter, timeout, fall, rise, OptionalInt.of(number), tls);
    }

    CheckOptions over(Tls newTls) {
        return new CheckOptions(question, statuses, connects, inter, timeout, fall, rise, port, newTls);
    }
}
