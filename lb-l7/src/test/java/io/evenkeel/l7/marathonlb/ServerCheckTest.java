package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.marathonlb.ServerCheck.Question;
import io.evenkeel.l7.marathonlb.ServerCheck.Speech;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCheckTest {

    private static final String INDEX = "HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX";

    private final List<String> remarks = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "tcp, TCP, CONNECT",
        "tcp, HTTP, CONNECT",
        "tcp, MESOS_HTTP, CONNECT",
        "tcp, COMMAND, CONNECT",
        "http, TCP, CONNECT",
        "http, MESOS_TCP, CONNECT",
        "http, HTTP, GET",
        "http, MESOS_HTTP, GET",
        "http, HTTPS, GET",
        "http, MESOS_HTTPS, GET",
        "http, COMMAND, GET",
    })
    void modeAndProtocolTellWhatIsAsked(String mode, String protocol, String asked) {
        assertThat(check(Apps.check(protocol, 0, 0), "HAPROXY_0_MODE", mode)
                        .question()
                        .map(Question::method)
                        .orElse("CONNECT"))
                .isEqualTo(asked);
    }

    private static final String[] TLS = {"HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "insecure"};
    private static final Speech UNVERIFIED = new Speech(Optional.of(BackendTls.UNVERIFIED), false);

    @Test
    void serversAreAskedOverTlsWhereRequestsSpeakIt() {
        for (String protocol : List.of("HTTP", "HTTPS", "MESOS_HTTPS", "COMMAND")) {
            ServerCheck check = check(Apps.check(protocol, 0, 0), TLS);
            assertThat(check.question()).isPresent();
            assertThat(check.spoken()).isEqualTo(UNVERIFIED);
        }
        assertThat(check(Apps.check("TCP", 0, 0), TLS))
                .matches(check -> check.question().isEmpty() && check.spoken().equals(UNVERIFIED));
        assertThat(remarks).isEmpty(); // what is asked for by HTTPS is
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aLabelWithAnIndexCountsOverTheChecksOwnPort(int index) {
        ServerCheck check =
                check(Apps.check("HTTP", 0, 8081), "HAPROXY_0_MODE", "http", INDEX, Integer.toString(index));
        assertThat(check.port()).isZero();
        assertThat(check.portIndex()).isEqualTo(index == 0 ? -1 : 1);
        assertThat(remarks).isEmpty();
    }

    @Test
    void aServersOwnPortMayBeNamed() {
        ServerCheck check = check(
                Apps.check("HTTP", 0, 8081),
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                LINE + "check inter 5s port {port}");
        assertThat(check.port()).isZero();
        assertThat(check.interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(remarks).isEmpty();
    }

    @Test
    void atAnotherPortTheyAreAskedInPlainText() {
        ServerCheck fixed = check(Apps.check("HTTP", 0, 8081), TLS);
        assertThat(fixed.spoken()).isEqualTo(Speech.PLAIN);
        assertThat(fixed.own()).isEqualTo(UNVERIFIED);
        assertThat(check(Apps.check("HTTP", 0, 0), with(TLS, INDEX, "1")).spoken())
                .isEqualTo(Speech.PLAIN);
        assertThat(remarks).isEmpty();
        check(Apps.check("HTTPS", 0, 8081), TLS);
        assertThat(remarks).singleElement().asString().startsWith("health check protocol: HTTPS (expected: ");
    }

    @ParameterizedTest
    @CsvSource({"HTTP, true", "MESOS_HTTP, true", "TCP, false", "COMMAND, false"})
    void serversOfHttp2AreAskedByThatButNotInPlaceOfACommand(String protocol, boolean asked) {
        DeclaredCheck declared = Apps.check(protocol, 0, 0);
        ServerCheck plain = check(declared, "HAPROXY_0_MODE", "http", "LB_0_BACKEND_PROTOCOL", "h2c");
        assertThat(plain.question().isPresent()).isEqualTo(asked);
        assertThat(plain.spoken()).isEqualTo(new Speech(Optional.empty(), true));
        ServerCheck encrypted = check(declared, with(TLS, "LB_0_BACKEND_PROTOCOL", "h2"));
        assertThat(encrypted.question().isPresent()).isEqualTo(asked);
        assertThat(encrypted.spoken()).isEqualTo(new Speech(Optional.of(BackendTls.UNVERIFIED), true));
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssl verify none | insecure, , false | , , false",
                "ssl verify none no-check-ssl | , , false | , , false",
                "check-ssl verify none | insecure, , false | insecure, , false",
                "check-ssl verify none sni str(a.example) | insecure, a.example, false | insecure, a.example, false",
                "check-ssl verify none check-sni b.example | insecure, b.example, false | insecure, b.example, false",
                "check-ssl verify none check-alpn h2 | insecure, , true | insecure, , true",
                "check-ssl verify none check-alpn http/1.1 | insecure, , false | insecure, , false",
                "check-sni b.example check-alpn h2 | , , false | , , false",
                "check-proto h2 | , , true | , , true",
                "check-ssl verify none check-proto h1 check-alpn h2 | insecure, , false | insecure, , false",
                "ssl verify none sni str(a.example) check-sni b.example | insecure, b.example, false | , , false",
                "ssl verify none check-ssl no-check-ssl | , , false | , , false",
            })
    void templatesSayWhatChecksSpeak(String words, String own, String elsewhere) {
        ServerCheck check = check(
                Apps.check("HTTP", 0, 0),
                "HAPROXY_0_MODE",
                "http",
                "HAPROXY_0_BACKEND_SERVER_OPTIONS",
                "server {serverName} {host_ipv4}:{port}{cookieOptions}{healthCheckOptions}{otherOptions} " + words
                        + "\n");
        assertThat(check.own()).isEqualTo(speech(own));
        assertThat(check.elsewhere()).isEqualTo(speech(elsewhere));
        assertThat(remarks).isEmpty();
    }

    private static Speech speech(String text) {
        String[] parts = text.split(",", -1);
        Optional<BackendTls> tls = parts[0].isBlank() ? Optional.empty() : Optional.of(BackendTls.UNVERIFIED);
        String name = parts[1].trim();
        return new Speech(
                name.isEmpty() ? tls : tls.map(any -> any.withServerName(name)), Boolean.parseBoolean(parts[2].trim()));
    }

    @Test
    void inModeTcpAChecksHandshakeCanBeAskedFor() {
        ServerCheck check = check(
                Apps.check("TCP", 0, 0),
                "HAPROXY_0_BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS",
                " check check-ssl verify none");
        assertThat(check.question()).isEmpty();
        assertThat(check.spoken()).isEqualTo(UNVERIFIED);
        assertThat(remarks).isEmpty();
    }

    @Test
    void checksDoNotSpeakTlsIfNothingSaysWhomToTrust() {
        String label = "HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS";
        assertThat(check(Apps.check("HTTP", 0, 0), "HAPROXY_0_MODE", "http", label, " check check-ssl")
                        .spoken())
                .isEqualTo(Speech.PLAIN);
        assertThat(remarks)
                .containsExactly("server … check-ssl (not applied; expected: verify none beside it, or label"
                        + " LB_0_BACKEND_TLS)");
        remarks.clear();
        assertThat(check(Apps.check("HTTP", 0, 8081), with(TLS, label, " check check-ssl"))
                        .spoken())
                .isEqualTo(UNVERIFIED);
        assertThat(remarks).isEmpty();
    }

    @Test
    void whatCannotBeANameOrAProtocolIsReported() {
        check(
                Apps.check("HTTP", 0, 0),
                with(TLS, "HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS", " check check-sni a..b check-alpn h3"));
        assertThat(remarks)
                .containsExactly(
                        "label HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS: server … check-sni a..b (not applied)",
                        "label HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS: server … check-alpn h3 (not applied:"
                                + " neither h2 nor http/1.1 alone)");
    }

    @Test
    void whoSpeaksHttp2WithoutTlsCanBeCheckedByHttp1() {
        String label = "HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS";
        String[] labels = {"HAPROXY_0_MODE", "http", "LB_0_BACKEND_PROTOCOL", "h2c"};
        assertThat(check(Apps.check("HTTP", 0, 0), with(labels, label, " check check-proto h1"))
                        .spoken())
                .isEqualTo(Speech.PLAIN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check(Apps.check("HTTP", 0, 0), with(labels, label, " check check-proto h3")))
                .withMessageContaining("server … check-proto h3 (expected: h1 or h2)");
    }

    @Test
    void theirOwnPortIsTheirOwnAlsoIfALabelNamesIt() {
        assertThat(check(Apps.check("HTTPS", 0, 0), with(TLS, INDEX, "0")).spoken())
                .isEqualTo(UNVERIFIED);
        assertThat(remarks).isEmpty();
    }

    private static String[] with(String[] labels, String... more) {
        return Stream.concat(Stream.of(labels), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void templatesChangeWhatTheySpeakOf() {
        DeclaredCheck declared = Apps.check("HTTP", 0, 0);
        assertThat(check(
                        declared,
                        "HAPROXY_0_MODE",
                        "http",
                        "HAPROXY_0_BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                        "  option httpchk HEAD /alive HTTP/1.1\\r\\nHost:\\ w\n  http-check expect rstatus ^2\n",
                        "HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS",
                        "  check rise 5"))
                .isEqualTo(ServerCheck.of(
                        Optional.of(new Question("HEAD", "/alive", "w", 200, 299)),
                        0,
                        -1,
                        Duration.ofSeconds(2), // HAProxy's, since the text that names others is replaced
                        Duration.ofSeconds(2),
                        3,
                        5));
        assertThat(remarks).isEmpty();
    }

    private static final String SERVER = "HAPROXY_0_BACKEND_SERVER_OPTIONS";
    private static final String LINE = "server {serverName} {host_ipv4}:{port} ";
    private static final String HTTP_WORDS = "HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "check                           | 2000 | 3 | 2 | 0",
                "check inter 500 fall 5          | 500  | 5 | 2 | 0",
                "check inter 7s rise 4 port 8081 | 7000 | 3 | 4 | 8081",
                "no-check check                  | 2000 | 3 | 2 | 0",
                "{healthCheckOptions} check      | 2000 | 3 | 2 | 0",
            })
    void theWordCheckAsksForOneWhereMarathonHasNone(String words, long inter, int fall, int rise, int port) {
        for (String mode : List.of("tcp", "http")) {
            assertThat(AppPort.of(app("HAPROXY_0_MODE", mode, SERVER, LINE + words), remarks::add)
                            .check())
                    .contains(ServerCheck.of(
                            Optional.empty(),
                            port,
                            -1,
                            Duration.ofMillis(inter),
                            Duration.ofMillis(inter),
                            fall,
                            rise));
        }
        assertThat(remarks).isEmpty();
    }

    @Test
    void whatIsAskedWhereMarathonHasNoCheckIsWhatATemplateSays() {
        String head = "backend {backend}\nmode {mode}\noption httpchk GET /up\ntimeout check 1s\n";
        String[] labels = {"HAPROXY_0_MODE", "http", "HAPROXY_0_BACKEND_HEAD", head};
        assertThat(AppPort.of(app(labels), remarks::add).check()).isEmpty(); // no server line says check
        String[] servers = {"HAPROXY_0_MODE", "http", "HAPROXY_0_BACKEND_HEAD", head + "default-server check fall 9"};
        ServerCheck asked = ServerCheck.of(
                Optional.of(Question.of("GET", "/up", "")), 0, -1, Duration.ofSeconds(2), Duration.ofSeconds(1), 9, 2);
        assertThat(AppPort.of(app(servers), remarks::add).check()).contains(asked);
        assertThat(AppPort.of(app(with(servers, SERVER, LINE + "no-check")), remarks::add)
                        .check())
                .isEmpty();
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS | ' '",
                "BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS | ' inter 3s fall 2'",
                "BACKEND_SERVER_OPTIONS | 'server {serverName} {host_ipv4}:{port}{otherOptions}'",
                "BACKEND_SERVER_OPTIONS | 'server {serverName} {host_ipv4}:{port} inter 1s rise 2'",
                "BACKEND_SERVER_OPTIONS | 'server {serverName} {host_ipv4}:{port}{healthCheckOptions} no-check'",
            })
    void withoutTheWordNothingIsChecked(String template, String text) {
        String[] labels = {"HAPROXY_0_MODE", "http", "HAPROXY_0_" + template, text};
        assertThat(AppPort.of(Apps.checked(app(labels), Apps.check("HTTP", 0, 0)), remarks::add)
                        .check())
                .isEmpty();
        assertThat(remarks).isEmpty();
    }

    @Test
    void stickyServersAreCheckedAlsoWhereTheirOwnCheckIsNot() {
        String[] labels = {"HAPROXY_0_MODE", "http", "HAPROXY_0_STICKY", "true", HTTP_WORDS, " "};
        assertThat(check(Apps.check("HTTP", 0, 8081), labels))
                .matches(check -> check.interval().equals(Duration.ofSeconds(2)) && check.fall() == 3)
                .matches(check -> check.port() == 0 && check.question().isPresent()); // option httpchk is not replaced
    }

    @Test
    void theServersOwnPortIsCheckedIfTheTextNamesNone() {
        assertThat(check(Apps.check("HTTP", 0, 8081), "HAPROXY_0_MODE", "http", HTTP_WORDS, " check")
                        .port())
                .isZero();
        assertThat(check(Apps.check("HTTP", 0, 0), "HAPROXY_0_MODE", "http", INDEX, "1", HTTP_WORDS, " check")
                        .portIndex())
                .isEqualTo(-1);
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{healthCheckPortOptions}", " port {healthCheckPort}"})
    void placesInTheTextBringMarathonsNumbersIn(String port) {
        DeclaredCheck declared =
                new DeclaredCheck("HTTP", "/up", 0, 8081, Duration.ofSeconds(7), Duration.ofSeconds(4), 5);
        String words = " check inter {healthCheckIntervalSeconds}s fall {healthCheckFalls}" + port;
        String[] labels = {"HAPROXY_0_MODE", "http"};
        assertThat(check(declared, with(labels, HTTP_WORDS, words))).isEqualTo(check(declared, labels));
        String[] ofIndex = {"HAPROXY_0_MODE", "http", INDEX, "1"};
        DeclaredCheck own = Apps.check("HTTP", 0, 0);
        assertThat(check(own, ofIndex).portIndex()).isEqualTo(1);
        assertThat(check(own, with(ofIndex, HTTP_WORDS, words))).isEqualTo(check(own, ofIndex));
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"HTTP, BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS", "TCP, BACKEND_SERVER_TCP_HEALTHCHECK_OPTIONS"})
    void templatesCountForACheckTakenFromAnotherPort(String protocol, String template) {
        String[] labels = {"HAPROXY_0_MODE", "http", INDEX, "1", "HAPROXY_0_" + template};
        DeclaredCheck other = Apps.check(protocol, 1, 0);
        assertThat(check(other, with(labels, " check inter 9s{healthCheckPortOptions}")))
                .matches(check -> check.interval().equals(Duration.ofSeconds(9)) && check.portIndex() == 1);
        assertThat(AppPort.of(Apps.checked(app(with(labels, " ")), other), remarks::add)
                        .check())
                .isEmpty();
        assertThat(remarks).isEmpty();
    }

    @Test
    void theQuestionOfACheckTakenFromAnotherPortIsTheTemplates() {
        String[] labels = {"HAPROXY_0_MODE", "http", INDEX, "1"};
        ServerCheck check = check(
                Apps.check("HTTP", 1, 0),
                with(
                        labels,
                        "HAPROXY_0_BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                        "option httpchk HEAD {healthCheckPath}up\ntimeout check 3s\n"));
        assertThat(check.question()).contains(Question.of("HEAD", "/up", ""));
        assertThat(check.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(check.portIndex()).isEqualTo(1);
    }

    @Test
    void inModeTcpATemplateSaysHowLongAConnectionMayTake() {
        assertThat(check(
                                Apps.check("TCP", 0, 0),
                                "HAPROXY_0_BACKEND_TCP_HEALTHCHECK_OPTIONS",
                                "  timeout check {healthCheckTimeoutSeconds}500ms\n")
                        .timeout())
                .isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void templatesThatSayNothingOfChecksChangeNone() {
        DeclaredCheck declared =
                new DeclaredCheck("HTTP", "/a b", 0, 99_999, Duration.ZERO, Duration.ZERO, Integer.MAX_VALUE);
        for (String[] labels :
                List.of(new String[] {"HAPROXY_0_MODE", "http"}, new String[] {"HAPROXY_0_MODE", "tcp"}, new String[] {
                    "HAPROXY_0_MODE", "http", "HAPROXY_0_STICKY", "true", INDEX, "1"
                })) {
            assertThat(check(
                            declared,
                            with(
                                    labels,
                                    SERVER,
                                    LINE + "id {serverId}{cookieOptions}{healthCheckOptions}{otherOptions}")))
                    .isEqualTo(check(declared, labels));
        }
    }

    @Test
    void takesItsNumbersFromTheDeclaredCheck() {
        DeclaredCheck declared =
                new DeclaredCheck("HTTP", "/health?x=1", 0, 0, Duration.ofSeconds(7), Duration.ofSeconds(4), 2);
        assertThat(check(declared))
                .isEqualTo(ServerCheck.of(
                        Optional.of(Question.of("GET", "/health?x=1", "")),
                        0,
                        -1,
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(4),
                        3,
                        2));
        assertThat(remarks).isEmpty();
    }

    @Test
    void ofSeveralChecksTheFirstOneCountsThatNamesAPortOrThisIndex() {
        DeclaredCheck ofOther = Apps.check("HTTP", 1, 0);
        DeclaredCheck fixed = Apps.check("TCP", -1, 8081);
        DeclaredCheck own = Apps.check("HTTP", 0, 0);
        DeclaredCheck command = Apps.check("COMMAND", -1, 0);
        assertThat(checkOf(command, ofOther, own, fixed).orElseThrow().port()).isZero();
        assertThat(checkOf(command, ofOther, fixed, own).orElseThrow().port()).isEqualTo(8081);
        assertThat(checkOf(command, ofOther)).isEmpty();
        assertThat(checkOf()).isEmpty();
    }

    @Test
    void theLabelNamesAnotherPortAndItsCheckIfThereIsNoneForThisOne() {
        DeclaredCheck ofOther = Apps.check("MESOS_TCP", 1, 0);
        DeclaredCheck own = Apps.check("HTTP", 0, 0);
        ServerCheck borrowed = check(ofOther, INDEX, "1", "HAPROXY_0_MODE", "http");
        assertThat(borrowed.question()).isEmpty();
        assertThat(borrowed.portIndex()).isEqualTo(1);
        Service both = Apps.checked(app(INDEX, "1"), ofOther, own);
        assertThat(AppPort.of(both, remarks::add).check().orElseThrow())
                .matches(c -> c.question().isPresent() && c.portIndex() == 1);
        assertThat(remarks).isEmpty();
    }

    @Test
    void aNegativeIndexIsReportedAndThePortItselfChecked() {
        assertThat(check(Apps.check("TCP", 0, 0), INDEX, "-1").portIndex()).isEqualTo(-1);
        assertThat(remarks).containsExactly("label " + INDEX + ": -1 (expected: >= 0; the port itself is checked)");
    }

    @Test
    void anIndexThatIsNoNumberTakesOutThePort() {
        assertThatThrownBy(() -> check(Apps.check("TCP", 0, 0), INDEX, "first"))
                .hasMessage("label " + INDEX + ": first (expected: a whole number)");
    }

    @Test
    void stickyServersAreCheckedIfNothingElseIsDeclared() {
        String[] sticky = {"HAPROXY_0_STICKY", "true", "HAPROXY_0_MODE", "http"};
        assertThat(AppPort.of(app(sticky), remarks::add).check())
                .contains(ServerCheck.of(Optional.empty(), 0, -1, Duration.ofSeconds(2), Duration.ofSeconds(2), 3, 2));
        assertThat(AppPort.of(app("HAPROXY_0_STICKY", "true"), remarks::add).check())
                .isEmpty(); // mode tcp
        assertThat(check(Apps.check("HTTP", 0, 0), sticky).question()).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"'', /", "health, /health", "/, /", "'/a b\n', /a%20b%0A", "/ä, /%C3%A4", "/%20?a=b, /%20?a=b"})
    void whatCannotStandInARequestLineIsEscaped(String declared, String path) {
        DeclaredCheck check =
                new DeclaredCheck("HTTP", declared, 0, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), 3);
        assertThat(check(check).question().orElseThrow().path()).isEqualTo(path);
    }

    @Test
    void numbersThatCannotBeAreReportedAndReplaced() {
        DeclaredCheck declared = new DeclaredCheck("TCP", "", 0, 99_999, Duration.ZERO, Duration.ofSeconds(-1), -5);
        assertThat(check(declared))
                .isEqualTo(ServerCheck.of(Optional.empty(), 0, -1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 2));
        assertThat(remarks)
                .containsExactly(
                        "health check port: 99999 (expected: 1 to 65535; the port itself is checked)",
                        "health check intervalSeconds: 0 (expected: > 0; it is taken for 1)",
                        "health check timeoutSeconds: -1 (expected: > 0; it is taken for 1)");
    }

    @Test
    void anyNumberOfFailuresMayBeForgiven() {
        DeclaredCheck declared =
                new DeclaredCheck("TCP", "", 0, 0, Duration.ofSeconds(1), Duration.ofSeconds(1), Integer.MAX_VALUE);
        assertThat(check(declared).fall()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTPS", "MESOS_HTTPS"})
    void aCheckByTlsIsDoneWithoutAndReported(String protocol) {
        check(Apps.check(protocol, 0, 0), "HAPROXY_0_MODE", "http");
        assertThat(remarks)
                .singleElement()
                .asString()
                .startsWith("health check protocol: " + protocol + " (expected: ");
        remarks.clear();
        check(Apps.check(protocol, 0, 0));
        assertThat(remarks).isEmpty(); // a connection is all that is asked for
    }

    private ServerCheck check(DeclaredCheck declared, String... labels) {
        return AppPort.of(Apps.checked(app(labels), declared), remarks::add)
                .check()
                .orElseThrow();
    }

    private Optional<ServerCheck> checkOf(DeclaredCheck... declared) {
        return AppPort.of(Apps.checked(app(), declared), remarks::add).check();
    }

    private static Service app(String... labels) {
        return Apps.app("/web", 10000, labels);
    }
}
