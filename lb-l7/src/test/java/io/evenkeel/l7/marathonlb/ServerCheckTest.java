package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.l7.marathonlb.ServerCheck.Question;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    @Test
    void serversThatSpeakTlsAreOnlyConnectedTo() {
        DeclaredCheck declared = Apps.check("HTTP", 0, 0);
        assertThat(check(declared, "HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "insecure")
                        .question())
                .isEmpty();
    }

    @Test
    void templatesChangeWhatTheySpeakOf() {
        DeclaredCheck declared = Apps.check("HTTP", 0, 0);
        ServerCheck own = check(declared, "HAPROXY_0_MODE", "http");
        assertThat(check(
                        declared,
                        "HAPROXY_0_MODE",
                        "http",
                        "HAPROXY_0_BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                        "  option httpchk HEAD /alive HTTP/1.1\\r\\nHost:\\ w\n  http-check expect rstatus ^2\n",
                        "HAPROXY_0_BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS",
                        "  check rise 5"))
                .isEqualTo(new ServerCheck(
                        Optional.of(new Question("HEAD", "/alive", "w", 200, 299)),
                        0,
                        -1,
                        own.interval(),
                        own.timeout(),
                        own.fall(),
                        5));
        assertThat(remarks).isEmpty();
    }

    @Test
    void takesItsNumbersFromTheDeclaredCheck() {
        DeclaredCheck declared =
                new DeclaredCheck("HTTP", "/health?x=1", 0, 0, Duration.ofSeconds(7), Duration.ofSeconds(4), 2);
        assertThat(check(declared))
                .isEqualTo(new ServerCheck(
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
                .contains(new ServerCheck(Optional.empty(), 0, -1, Duration.ofSeconds(2), Duration.ofSeconds(2), 3, 2));
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
                .isEqualTo(
                        new ServerCheck(Optional.empty(), 0, -1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, 2));
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
