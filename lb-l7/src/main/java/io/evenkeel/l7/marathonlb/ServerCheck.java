package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.marathonlb.template.CheckOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How the servers of a port are checked, as marathon-lb tells HAProxy to do it. Immutable.
 *
 * @param question what is asked; without one a server has to accept a connection
 * @param port a fixed port that is asked instead of the server's own; 0 if none
 * @param portIndex which of the task's ports is asked instead of the server's own, if the task has it; -1 if none
 * @param interval between two checks
 * @param timeout for one
 * @param fall how many failures in a row take a server out
 * @param rise how many passes in a row take it back
 */
public record ServerCheck(
        Optional<Question> question, int port, int portIndex, Duration interval, Duration timeout, int fall, int rise) {

    private static final String HEALTH_CHECK = "health check ";
    private static final int RISE = 2;

    /** What HAProxy does for {@code check} without more: marathon-lb writes that for sticky servers. */
    private static final ServerCheck OF_STICKY_SERVERS =
            new ServerCheck(Optional.empty(), 0, -1, Duration.ofSeconds(2), Duration.ofSeconds(2), 3, RISE);

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

    /** Checks for nulls. */
    public ServerCheck {
        requireNonNull(question, "question");
        requireNonNull(interval, "interval");
        requireNonNull(timeout, "timeout");
    }

    /** The check of a port, if its servers are checked at all. */
    static Optional<ServerCheck> of(
            MarathonLbLabels labels, Service service, AppPort.Mode mode, Consumer<String> remarks) {
        int portIndex = portIndex(labels, remarks);
        DeclaredCheck declared = declared(service, service.portIndex());
        if (declared == null && portIndex >= 0) {
            declared = declared(service, portIndex);
        }
        if (declared != null) {
            return Optional.of(of(declared, portIndex, mode, remarks));
        }
        boolean sticky = mode == AppPort.Mode.HTTP && labels.isTrue(MarathonLbLabels.STICKY, false);
        return sticky ? Optional.of(OF_STICKY_SERVERS.at(portIndex)) : Optional.empty();
    }

    /** The check that belongs to a port: the first that names a port of its own, or this one's index. */
    static @Nullable DeclaredCheck declared(Service service, int portIndex) {
        for (DeclaredCheck check : service.checks()) {
            if (check.port() != 0 || check.portIndex() == portIndex) {
                return check;
            }
        }
        return null;
    }

    private static int portIndex(MarathonLbLabels labels, Consumer<String> remarks) {
        int index = labels.integer(MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX, -1);
        if (index < 0 && labels.get(MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX) != null) {
            remarks.accept("label " + labels.name(MarathonLbLabels.BACKEND_HEALTHCHECK_PORT_INDEX) + ": " + index
                    + " (expected: >= 0; the port itself is checked)");
            return -1;
        }
        return index;
    }

    private static ServerCheck of(DeclaredCheck declared, int portIndex, AppPort.Mode mode, Consumer<String> remarks) {
        String protocol = declared.protocol();
        boolean connects = mode == AppPort.Mode.TCP || protocol.equals("TCP") || protocol.equals("MESOS_TCP");
        if (!connects && protocol.endsWith("HTTPS")) {
            remarks.accept(
                    HEALTH_CHECK + "protocol: " + protocol
                            + " (expected: HTTP, TCP or a command; servers are checked by HTTP without TLS, as marathon-lb does)");
        }
        int port = declared.port();
        if (port < 0 || port > 65_535) {
            remarks.accept(HEALTH_CHECK + "port: " + port + " (expected: 1 to 65535; the port itself is checked)");
            port = 0;
        }
        return new ServerCheck(
                connects ? Optional.empty() : Optional.of(Question.of("GET", path(declared.path()), "")),
                port,
                portIndex,
                positive("intervalSeconds", declared.interval(), remarks),
                positive("timeoutSeconds", declared.timeout(), remarks),
                (int) Math.min(Math.max(declared.maxConsecutiveFailures(), 0) + 1L, Integer.MAX_VALUE),
                RISE);
    }

    /** The same for servers that might not answer the request: they are only asked to accept a connection. */
    ServerCheck connecting() {
        return new ServerCheck(Optional.empty(), port, portIndex, interval, timeout, fall, rise);
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
                portIndex,
                options.inter().orElse(interval),
                options.timeout().orElse(timeout),
                options.fall().orElse(fall),
                options.rise().orElse(rise));
    }

    private ServerCheck at(int otherIndex) {
        return new ServerCheck(question, port, otherIndex, interval, timeout, fall, rise);
    }

    private static Duration positive(String name, Duration value, Consumer<String> remarks) {
        if (!value.isNegative() && !value.isZero()) {
            return value;
        }
        remarks.accept(HEALTH_CHECK + name + ": " + value.toSeconds() + " (expected: > 0; it is taken for 1)");
        return Duration.ofSeconds(1);
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
