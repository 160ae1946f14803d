package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.l7.BackendProtocol;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.marathonlb.template.CheckOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the servers of a port are checked, as marathon-lb tells HAProxy to do it. Immutable.
 *
 * @param question what is asked; without one a server has to accept a connection, over TLS if that is spoken
 * @param port a fixed port that is asked instead of the server's own; 0 if none
 * @param portIndex which of the task's ports is asked instead of the server's own, if the task has it; -1 if none
 * @param interval between two checks
 * @param timeout for one
 * @param fall how many failures in a row take a server out
 * @param rise how many passes in a row take it back
 * @param own how servers are spoken to at their own port
 * @param elsewhere how they are at another
 */
public record ServerCheck(
        Optional<Question> question,
        int port,
        int portIndex,
        Duration interval,
        Duration timeout,
        int fall,
        int rise,
        Speech own,
        Speech elsewhere) {

    private static final int RISE = 2;

    /**
     * A request, and which answers to it are good.
     *
     * @param method of the request
     * @param path of the request
     * @param host for its Host header; the server's address if empty
     * @param lowest the lowest good status
     * @param highest the highest
     */
    public record Question(String method, String path, String host, int lowest, int highest) {

        /** Any status from 200 to 399 is good. */
        static Question of(String method, String path, String host) {
            return new Question(method, path, host, 200, 399);
        }
    }

    /**
     * What is spoken with servers: at their own port what requests speak, at another HTTP/1.1 without TLS, and what {@code
     * check-ssl} and the like say at either. As HAProxy has it, but for the name that {@code sni} asks for, which is that of
     * checks, too.
     *
     * @param tls over which TLS, if any; then servers that are asked nothing more have to agree to it
     * @param http2 whether requests are made by HTTP/2; over TLS servers have to agree to it
     */
    public record Speech(Optional<BackendTls> tls, boolean http2) {

        /** HTTP/1.1 without TLS. */
        static final Speech PLAIN = new Speech(Optional.empty(), false);

        private static Speech own(BackendOptions options, CheckOptions.Protocol words) {
            BackendProtocol protocol = options.policy().protocol();
            Optional<BackendTls> tls =
                    words.wanted().orElse(options.tls() != null) ? tls(options, words) : Optional.empty();
            boolean http2 = tls.isPresent()
                    ? words.alpn().orElse(protocol != BackendProtocol.HTTP1)
                    : protocol == BackendProtocol.H2C;
            return new Speech(tls, words.http2().orElse(http2));
        }

        private static Speech elsewhere(BackendOptions options, CheckOptions.Protocol words) {
            Optional<BackendTls> tls = words.wanted().orElse(false) ? tls(options, words) : Optional.empty();
            boolean http2 = tls.isPresent() && words.alpn().orElse(false);
            return new Speech(tls, words.http2().orElse(http2));
        }

        private static Optional<BackendTls> tls(BackendOptions options, CheckOptions.Protocol words) {
            Optional<BackendTls> tls = Optional.ofNullable(options.tls()).or(words::unverified);
            return words.serverName().isPresent()
                    ? tls.map(same -> same.withServerName(words.serverName().get()))
                    : tls;
        }
    }

    /** Checks for nulls. */
    public ServerCheck {
        requireNonNull(question, "question");
        requireNonNull(interval, "interval");
        requireNonNull(timeout, "timeout");
        requireNonNull(own, "own");
        requireNonNull(elsewhere, "elsewhere");
    }

    /** A check in plain text. */
    static ServerCheck of(
            Optional<Question> question,
            int port,
            int portIndex,
            Duration interval,
            Duration timeout,
            int fall,
            int rise) {
        return new ServerCheck(question, port, portIndex, interval, timeout, fall, rise, Speech.PLAIN, Speech.PLAIN);
    }

    /** The check of a port whose requests have these options, if its servers are checked at all. */
    static Optional<ServerCheck> of(
            MarathonLbLabels labels,
            AppPort.Mode mode,
            BackendOptions options,
            MarathonCheck marathons,
            CheckOptions templates,
            Consumer<String> remarks) {
        boolean sticky = mode == AppPort.Mode.HTTP && labels.isTrue(MarathonLbLabels.STICKY, false);
        if (!templates.checked().orElse(marathons.declared().isPresent() || sticky)) {
            return Optional.empty();
        }
        boolean http2 = options.policy().protocol() != BackendProtocol.HTTP1;
        ServerCheck check = marathons
                .declared()
                .map(declared -> of(declared, marathons.portIndex(), connects(declared, mode, http2)))
                .orElseGet(() -> undeclared(templates))
                .with(templates)
                .speaking(Speech.own(options, templates.protocol()), Speech.elsewhere(options, templates.protocol()));
        boolean plain = check.spoken().tls().isEmpty();
        if (plain && templates.protocol().wanted().orElse(false)) {
            remarks.accept("server … check-ssl (not applied; expected: verify none beside it, or label "
                    + labels.name(OwnLabel.BACKEND_TLS) + ")");
        }
        String protocol = marathons.declared().map(DeclaredCheck::protocol).orElse("");
        if (plain && check.question().isPresent() && protocol.endsWith("HTTPS")) {
            remarks.accept(
                    "health check protocol: " + protocol
                            + " (expected: HTTP, TCP or a command; servers are checked by HTTP without TLS, as marathon-lb does)");
        }
        return Optional.of(check);
    }

    /* What HAProxy does for the word check alone, with what is said beside it. */
    private static ServerCheck undeclared(CheckOptions templates) {
        Duration inter = templates.inter().orElse(CheckOptions.INTER);
        return of(Optional.empty(), 0, -1, inter, inter, CheckOptions.FALL, RISE);
    }

    /* A command tells of no path, and who speaks gRPC has none that could be guessed. */
    private static boolean connects(DeclaredCheck declared, AppPort.Mode mode, boolean http2) {
        return switch (declared.protocol()) {
            case "TCP", "MESOS_TCP" -> true;
            case "COMMAND" -> http2 || mode == AppPort.Mode.TCP;
            default -> mode == AppPort.Mode.TCP;
        };
    }

    /** How servers are spoken to where they are asked, if they have the port. */
    public Speech spoken() {
        return port > 0 || portIndex >= 0 ? elsewhere : own;
    }

    private static ServerCheck of(DeclaredCheck declared, int portIndex, boolean connects) {
        return of(
                connects ? Optional.empty() : Optional.of(Question.of("GET", path(declared.path()), "")),
                declared.port(),
                portIndex,
                declared.interval(),
                declared.timeout(),
                (int) Math.min(declared.maxConsecutiveFailures() + 1L, Integer.MAX_VALUE),
                RISE);
    }

    /** The same but for what templates ask for. */
    ServerCheck with(CheckOptions options) {
        Optional<Question> asked = options.connects()
                ? Optional.empty()
                : options.question()
                        .map(other -> Question.of(other.method(), other.target(), other.host()))
                        .or(() -> question);
        return new ServerCheck(
                asked.map(question -> options.statuses()
                        .map(good -> new Question(
                                question.method(), question.path(), question.host(), good.lowest(), good.highest()))
                        .orElse(question)),
                options.port().orElse(port),
                options.port().isPresent() ? -1 : portIndex,
                options.inter().orElse(interval),
                options.timeout().orElse(timeout),
                options.fall().orElse(fall),
                options.rise().orElse(rise),
                own,
                elsewhere);
    }

    private ServerCheck speaking(Speech newOwn, Speech newElsewhere) {
        return new ServerCheck(question, port, portIndex, interval, timeout, fall, rise, newOwn, newElsewhere);
    }

    /** A path that can stand in a request line: what cannot is escaped. */
    private static String path(String declared) {
        StringBuilder path = new StringBuilder(declared.startsWith("/") ? "" : "/");
        for (byte one : declared.getBytes(StandardCharsets.UTF_8)) {
            if (one > ' ' && one < 0x7F) {
                path.append((char) one);
            } else {
                path.append(String.format("%%%02X", one & 0xFF));
            }
        }
        return path.toString();
    }
}
