package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.BackendTls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What templates say of the servers of a port: patience, balance, checks, cookies, TLS. */
class ServerTemplatesTest extends PortTemplatesFixture {

    @Test
    void limitsAreRead() {
        TemplateEffects effects = read(
                true,
                "BACKEND_HEAD",
                HEAD + "timeout connect 1s\ntimeout server 2m\ntimeout tunnel 0\nretries 5\n",
                "FRONTEND_BACKEND_GLUE",
                "timeout client 10s\nuse_backend {backend}\n");
        assertThat(effects.limits().connectTimeout()).contains(Duration.ofSeconds(1));
        assertThat(effects.limits().serverTimeout()).contains(Duration.ofMinutes(2));
        assertThat(effects.limits().tunnelTimeout()).contains(Times.FOREVER);
        assertThat(effects.limits().clientTimeout()).contains(Duration.ofSeconds(10));
        assertThat(effects.limits().retries()).isEqualTo(OptionalInt.of(5));
        assertThat(remarks).isEmpty();
    }

    @Test
    void aSlowStartIsReadInMillisecondsUnlessItSaysOtherwise() {
        assertThat(read(true, "BACKEND_SERVER_OPTIONS", SERVER + " slowstart 30000")
                        .slowStart())
                .contains(Duration.ofSeconds(30));
        assertThat(read(false, "BACKEND_HEAD", HEAD + "default-server slowstart 2m\n")
                        .slowStart())
                .contains(Duration.ofMinutes(2));
        assertThat(read(true, "BACKEND_HEAD", HEAD + "default-server slowstart 0\n")
                        .slowStart())
                .isEmpty();
        assertThat(remarks).isEmpty();
        refuses(
                true,
                "BACKEND_SERVER_OPTIONS",
                SERVER + " slowstart soon",
                "server … slowstart soon (expected: a time like 500, 500ms, 30s or 5m)");
    }

    @Test
    void inModeTcpNobodyWaitsForAServer() {
        assertThat(read(false, "BACKEND_HEAD", HEAD + "default-server maxconn 5\ntimeout queue 1s\n")
                        .maxConnections())
                .isEmpty();
        assertThat(remarks)
                .containsExactly(
                        "label L_BACKEND_HEAD: server … maxconn 5 (not applied in mode tcp)",
                        "label L_BACKEND_HEAD: timeout queue 1s (not applied)");
    }

    @Test
    void inModeTcpTheLimitsOfConnectionsAreReadAndTheOthersTold() {
        TemplateEffects effects = read(
                false, "BACKEND_HEAD", HEAD + "timeout connect 1s\ntimeout server 2m\ntimeout tunnel 24h\nretries 5\n");
        assertThat(effects.limits().connectTimeout()).contains(Duration.ofSeconds(1));
        assertThat(effects.limits().tunnelTimeout()).contains(Duration.ofDays(1));
        assertThat(effects.limits().retries()).isEqualTo(OptionalInt.of(5));
        assertThat(remarks)
                .containsExactly(
                        "label L_BACKEND_HEAD: timeout server 2m (not applied in mode tcp, where timeout tunnel"
                                + " counts)");
    }

    @Test
    void theBalanceIsTheTextsOrHaproxysOwn() {
        assertThat(read(true, "BACKEND_HEAD", HEAD).balance()).contains("leastconn");
        assertThat(read(true, "BACKEND_HEAD", "backend {backend}\nmode http\nbalance uri depth 2")
                        .balance())
                .contains("uri depth 2");
        assertThat(read(true, "BACKEND_HEAD", "backend {backend}\nmode http").balance())
                .contains("roundrobin");
        assertThat(read(true, "BACKEND_HTTP_OPTIONS", "option forwardfor").balance())
                .isEmpty();
    }

    @Test
    void checksAreRead() {
        TemplateEffects effects = read(
                true,
                "BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                "  option  httpchk HEAD {healthCheckPath} HTTP/1.1\\r\\nHost:\\ w\n  http-check expect status 204\n"
                        + "  timeout check {healthCheckTimeoutSeconds}s\n",
                "BACKEND_SERVER_HTTP_HEALTHCHECK_OPTIONS",
                " check inter 7s fall {healthCheckFalls} rise 1 port 8081\n");
        CheckOptions check = effects.check();
        assertThat(check.question()).contains(new CheckOptions.Question("HEAD", "/health", "w"));
        assertThat(check.statuses()).contains(new CheckOptions.Statuses(204, 204));
        assertThat(check.connects()).isFalse();
        assertThat(check.timeout()).contains(Duration.ofSeconds(2));
        assertThat(check.inter()).contains(Duration.ofSeconds(7));
        assertThat(check.fall()).isEqualTo(OptionalInt.of(4));
        assertThat(check.rise()).isEqualTo(OptionalInt.of(1));
        assertThat(check.port()).isEqualTo(OptionalInt.of(8081));
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            status 200 ; 200 ; 200
            status 200-299,300 ; 200 ; 300
            rstatus ^2 ; 200 ; 299
            rstatus (2|3)[0-9][0-9] ; 200 ; 399
            ! rstatus ^5 ; 100 ; 499
            """)
    void expectedStatusesAreRead(String expected, int lowest, int highest) {
        CheckOptions check = read(
                        true,
                        "BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                        "option httpchk /x\nhttp-check expect " + expected + "\n")
                .check();
        assertThat(check.question()).contains(new CheckOptions.Question("OPTIONS", "/x", ""));
        assertThat(check.statuses()).contains(new CheckOptions.Statuses(lowest, highest));
        assertThat(remarks).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"string ok", "! status 500", "status ok", "rstatus ^9", ""})
    void whatCannotBeExpectedIsToldAndEndpointsAreOnlyConnectedTo(String expected) {
        CheckOptions check = read(
                        true,
                        "BACKEND_HTTP_HEALTHCHECK_OPTIONS",
                        "option httpchk GET /x\nhttp-check expect " + expected + "\n")
                .check();
        assertThat(check.connects()).isTrue();
        assertThat(remarks).singleElement().asString().contains("http-check expect", "(not applied: ");
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS *, OPTIONS, *", "/alive, OPTIONS, /alive", "GET /a?b HTTP/1.0, GET, /a?b"})
    void questionsAreRead(String words, String method, String target) {
        CheckOptions check = read(true, "BACKEND_HTTP_HEALTHCHECK_OPTIONS", "option httpchk " + words + "\n")
                .check();
        assertThat(check.question()).contains(new CheckOptions.Question(method, target, ""));
        assertThat(check.connects()).isFalse();
    }

    @Test
    void aQuestionThatCannotBeAskedIsTold() {
        assertThat(read(true, "BACKEND_HTTP_HEALTHCHECK_OPTIONS", "option httpchk GET http://w/\n")
                        .check()
                        .connects())
                .isTrue();
        assertThat(remarks).singleElement().asString().contains("option httpchk GET http://w/ (not applied: ");
    }

    @Test
    void withoutAQuestionInTheTemplateThatHasItNothingIsAsked() {
        assertThat(read(true, "BACKEND_HTTP_HEALTHCHECK_OPTIONS", "timeout check 3s\n")
                        .check()
                        .connects())
                .isTrue();
    }

    @Test
    void theCookieIsRead() {
        Optional<CookieOptions> cookie = read(
                        true,
                        "BACKEND_STICKY_OPTIONS",
                        "cookie SRV insert indirect nocache httponly maxidle 30m domain a.b")
                .cookie();
        assertThat(cookie)
                .contains(new CookieOptions(
                        "SRV",
                        true,
                        true,
                        true,
                        false,
                        false,
                        List.of("a.b"),
                        Optional.of(Duration.ofMinutes(30)),
                        Optional.empty()));
        assertThat(cookie.orElseThrow().attributes()).isEqualTo("; path=/; domain=a.b; HttpOnly");
        assertThat(remarks).containsExactly("label L_BACKEND_STICKY_OPTIONS: cookie SRV maxidle (not applied)");
        assertThat(CookieOptions.DEFAULT.attributes()).isEqualTo("; path=/");
    }

    @Test
    void tlsToEndpointsIsReadIfNobodyIsToBeVerified() {
        assertThat(read(true, "BACKEND_SERVER_OPTIONS", SERVER + " ssl verify none sni str(a.b)")
                        .tls())
                .contains(BackendTls.UNVERIFIED.withServerName("a.b"));
        refuses(true, "BACKEND_SERVER_OPTIONS", SERVER + " ssl", "server … ssl (expected: verify none beside it");
        refuses(
                false,
                "BACKEND_SERVER_OPTIONS",
                SERVER + " ssl verify none",
                "server … ssl (expected: none in mode tcp, where the proxy speaks no TLS to endpoints; mode http with it)");
    }

    @Test
    void theTemplateThatAsksForTlsIsNamed() {
        refuses(true, "BACKEND_HEAD", HEAD + "default-server ssl", "server … ssl (expected: verify none beside it");
    }

    @Test
    void sessionsAreStickyIfTheServerLineHasACookie() {
        assertThat(read(true, "BACKEND_SERVER_OPTIONS", SERVER).sticky()).isTrue();
        assertThat(read(true, "BACKEND_HEAD", HEAD).sticky()).isTrue();
        assertThat(remarks).isEmpty();
        assertThat(read(true, "BACKEND_SERVER_OPTIONS", "server {serverName} {host_ipv4}:{port}")
                        .sticky())
                .isFalse();
        assertThat(remarks)
                .containsExactly("label L_BACKEND_SERVER_OPTIONS: server … without {cookieOptions} (sessions are not"
                        + " sticky)");
    }

    @Test
    void aFrontendHasNoServers() {
        assertThat(read(true, "FRONTEND_BACKEND_GLUE", "default-server maxconn 5\nuse_backend {backend}")
                        .maxConnections())
                .isEmpty();
        assertThat(remarks)
                .containsExactly("label L_FRONTEND_BACKEND_GLUE: default-server maxconn 5 (not applied: a frontend has"
                        + " no servers)");
    }

    @ParameterizedTest
    @CsvSource({
        "server {serverName} {host_ipv4}:8080, one server line",
        "server {serverName} 10.0.0.1:{port}, one server line",
        "option httplog, one server line",
    })
    void aServerLineSendsRequestsToTheTask(String line, String expected) {
        refuses(true, "BACKEND_SERVER_OPTIONS", line, "(expected: " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "disabled",
                "weight 0",
                "weight 300",
                "send-proxy",
                "redir http://x",
                "crt /a.pem",
                "nonsense",
                "check rise 0",
                "check fall 0",
                "inter",
                "verify required"
            })
    void serverOptionsThatWouldBeMissedAreRefused(String option) {
        refuses(true, "BACKEND_SERVER_OPTIONS", SERVER + " " + option, "server … ");
    }
}
