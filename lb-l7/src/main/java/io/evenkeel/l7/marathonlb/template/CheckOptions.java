package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.BackendTls;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How templates want endpoints checked, where they say so. Immutable.
 *
 * @param checked whether the server line has endpoints checked; if nothing is said, marathon-lb's own decides
 * @param question what HTTP checks ask; what marathon-lb's own ask if empty
 * @param statuses which answers are good
 * @param connects whether no request is to be made: a template says so, or asks what is not understood
 * @param inter how often; this, the falls and the port are those of Marathon's check where nothing is said
 * @param timeout how long a check may take
 * @param fall after how many failures an endpoint is down
 * @param rise after how many successes it is up
 * @param port another port than the endpoint's; 0 for its own
 * @param protocol what checks speak, where that is not what requests do
 */
public record CheckOptions(
        Optional<Boolean> checked,
        Optional<Question> question,
        Optional<Statuses> statuses,
        boolean connects,
        Optional<Duration> inter,
        Optional<Duration> timeout,
        OptionalInt fall,
        OptionalInt rise,
        OptionalInt port,
        Protocol protocol) {

    /** HAProxy's time between two checks, if nothing is said. */
    public static final Duration INTER = Duration.ofSeconds(2);

    /** After how many failures it takes a server for down then. */
    public static final int FALL = 3;

    /** They say nothing. */
    public static final CheckOptions NONE = new CheckOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Protocol.NONE);

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
     * What is said of checks alone.
     *
     * @param wanted whether they are made over TLS, whatever requests are and wherever they go
     * @param unverified what they speak if requests do not speak TLS: nobody is to be verified
     * @param serverName whom they ask for
     * @param alpn whether those over TLS ask for HTTP/2
     * @param http2 whether they are made by HTTP/2, over TLS or not
     */
    public record Protocol(
            Optional<Boolean> wanted,
            Optional<BackendTls> unverified,
            Optional<String> serverName,
            Optional<Boolean> alpn,
            Optional<Boolean> http2) {

        /** Nothing is said. */
        public static final Protocol NONE =
                new Protocol(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        Protocol wanted(boolean newWanted) {
            return new Protocol(Optional.of(newWanted), unverified, serverName, alpn, http2);
        }

        Protocol unverified(BackendTls how) {
            return new Protocol(wanted, Optional.of(how), serverName, alpn, http2);
        }

        Protocol serverName(String name) {
            return new Protocol(wanted, unverified, Optional.of(name), alpn, http2);
        }

        Protocol alpn(boolean newHttp2) {
            return new Protocol(wanted, unverified, serverName, Optional.of(newHttp2), http2);
        }

        Protocol http2(boolean newHttp2) {
            return new Protocol(wanted, unverified, serverName, alpn, Optional.of(newHttp2));
        }
    }

    CheckOptions checked(boolean newChecked) {
        return new CheckOptions(
                Optional.of(newChecked), question, statuses, connects, inter, timeout, fall, rise, port, protocol);
    }

    CheckOptions asking(Question newQuestion) {
        return new CheckOptions(
                checked, Optional.of(newQuestion), statuses, connects, inter, timeout, fall, rise, port, protocol);
    }

    CheckOptions expecting(Statuses newStatuses) {
        return new CheckOptions(
                checked, question, Optional.of(newStatuses), connects, inter, timeout, fall, rise, port, protocol);
    }

    CheckOptions connecting() {
        return new CheckOptions(checked, question, statuses, true, inter, timeout, fall, rise, port, protocol);
    }

    CheckOptions inter(Duration time) {
        return new CheckOptions(
                checked, question, statuses, connects, Optional.of(time), timeout, fall, rise, port, protocol);
    }

    CheckOptions timeout(Duration time) {
        return new CheckOptions(
                checked, question, statuses, connects, inter, Optional.of(time), fall, rise, port, protocol);
    }

    CheckOptions fall(int count) {
        return new CheckOptions(
                checked, question, statuses, connects, inter, timeout, OptionalInt.of(count), rise, port, protocol);
    }

    CheckOptions rise(int count) {
        return new CheckOptions(
                checked, question, statuses, connects, inter, timeout, fall, OptionalInt.of(count), port, protocol);
    }

    CheckOptions port(int number) {
        return new CheckOptions(
                checked, question, statuses, connects, inter, timeout, fall, rise, OptionalInt.of(number), protocol);
    }

    CheckOptions by(Protocol newProtocol) {
        return new CheckOptions(checked, question, statuses, connects, inter, timeout, fall, rise, port, newProtocol);
    }

    /** HAProxy's numbers, where none are said. */
    CheckOptions orHaproxys() {
        return new CheckOptions(
                checked,
                question,
                statuses,
                connects,
                inter.or(() -> Optional.of(INTER)),
                timeout,
                fall.isPresent() ? fall : OptionalInt.of(FALL),
                rise,
                port.isPresent() ? port : OptionalInt.of(0),
                protocol);
    }

    /** The interval and the falls of the check that Marathon was told of. */
    CheckOptions countingAsDeclared() {
        return new CheckOptions(
                checked,
                question,
                statuses,
                connects,
                Optional.empty(),
                timeout,
                OptionalInt.empty(),
                rise,
                port,
                protocol);
    }

    /** The port of that check, or the one that a label names. */
    CheckOptions whereDeclared() {
        return new CheckOptions(
                checked, question, statuses, connects, inter, timeout, fall, rise, OptionalInt.empty(), protocol);
    }
}
