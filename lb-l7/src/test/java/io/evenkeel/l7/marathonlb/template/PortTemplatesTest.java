package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.l7.BackendTls;
import io.evenkeel.l7.rule.Captures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortTemplatesTest {

    private static final String HEAD = "backend {backend}\n  balance {balance}\n  mode {mode}\n";
    private static final String SERVER = "server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}"
            + "{healthCheckOptions}{otherOptions}";

    private final List<String> remarks = new ArrayList<>();

    @Test
    void withoutTemplatesNothingIsAskedFor() {
        assertThat(read(true)).isSameAs(TemplateEffects.NONE);
        assertThat(read(true, "SOMETHING_ELSE", "nonsense")).isSameAs(TemplateEffects.NONE);
    }

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request auth realm x",
                "http-request deny if { nbsrv(x) lt 1 }",
                "http-request deny if { src -f /list }",
                "http-request set-header Content-Length 0",
                "http-request set-header X-A",
                "http-request set-header X-A %[env(HOME)]",
                "http-request set-header X-A %[res.hdr(a)]",
                "http-request set-header X-A b c",
                "http-request frobnicate",
                "http-request track-sc0 src",
                "http-response set-header X-A %[path]",
                "http-response deny if { status 500 }",
                "tcp-request content track-sc0 src",
                "reqirep ^a b",
                "filter spoe engine x",
                "redirect nowhere",
                "redirect location /x code 200",
                "mode tcp",
                "use_backend other",
                "bind *:81",
                "frontend x",
                "http-request deny deny_status 418",
                "acl a",
                "timeout server",
            })
    void whatWouldBeMissedIsRefused(String line) {
        refuses(true, "BACKEND_HEAD", HEAD + line.replace("{", "{{").replace("}", "}}"), "(expected: ");
    }

    private static final String[] PLACES = {"HTTP_FRONTEND_ACL", "BACKEND_HEAD", "FRONTEND_BACKEND_GLUE"};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request set-log-level silent if { path /x }",
                "http-request capture req.hdr(User-Agent) id 0",
                "http-request set-nice 5",
                "http-request set-tos 8",
                "http-request set-mark 1 unless { src 10.0.0.0/8 }",
                "http-response set-log-level silent",
                "http-response set-nice 5",
                "stick-table type ip size 1m",
            })
    void whatAnApplicationWorksWithoutIsToldWhereverItStands(String line) {
        for (String place : PLACES) {
            remarks.clear();
            assertThat(read(true, place, at(place, line)).rules()).isNotNull();
            assertThat(remarks).containsExactly("label L_" + place + ": " + line + " (not applied)");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request set-uri /x",
                "http-request auth realm x",
                "http-response deny",
                "http-request frobnicate",
                "http-response frobnicate",
                "frobnicate",
            })
    void whatItDoesNotWorkWithoutIsRefusedWhereverItStands(String line) {
        for (String place : PLACES) {
            refuses(true, place, at(place, line), line + " (expected: ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            http-request replace-header X-A (a b ; (a (expected: a regular expression without look-around
            http-request replace-header X-A a \\1 ; \\1 (expected: no \\1, since the expression has 0 groups)
            http-request replace-header X-A a %[src] ; %[src] (expected: text and groups like \\1, and %% for a percent sign)
            http-request replace-header X-A a ; http-request replace-header X-A a (expected: an argument after it)
            http-request replace-header Host a b ; header Host (expected: another than Host and Cookie to be replaced)
            http-request set-path %[path,regsub(^/a)] ; regsub(^/a) (expected: regsub(EXPRESSION,TEXT), perhaps with
            http-request set-path %[path,regsub((a,b)] ; (a (expected: a regular expression without look-around
            http-request deny if { path,regsub(a,b) /x } ; path,regsub(a,b) (expected: no regsub in a condition)
            http-request replace-path (?=a) b ; (?=a) (expected: a regular expression without look-around
            reqrep ^([^\\ :]*)\\ /a GET\\ /b ; reqrep ^([^ :]*) /a GET /b (expected: an expression and a text for the path
            reqrep /a /b ; reqrep /a /b (expected: an expression and a text for the path
            reqrep ^Host:.* Host:\\ \\0 ; Host: \\0 (expected: Host: NAME)
            rsprep ^HTTP/1.1\\ 404 x ; rsprep ^HTTP/1.1 404 (expected: an expression for one header
            rsprep ^(X-A):\\ b \\1:\\ c ; rsprep ^(X-A): b (expected: an expression for one header
            rsprep ^X-A:\\ (b) \\1:\\ c ; \\1: c (expected: NAME: VALUE, the name without groups)
            http-request set-header X %[capture.req.hdr(0)] ; capture.req.hdr(0) (expected: something of a request)
            capture request header Origin len x ; len x (expected: a number of bytes)
            """)
    void whatIsWrongInAReplacementIsTold(String line, String message) {
        refuses(true, "BACKEND_HEAD", HEAD + line.replace("{", "{{").replace("}", "}}"), message);
        assertThat(read(true, "BACKEND_HEAD", HEAD).rules().paths().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            http-request deny if { path_beg /x } ; path
            http-request set-header X-P %[path] ; path
            redirect prefix / if { src 10.0.0.1 } ; url
            """)
    void nothingAsksForAPathThatHasBeenChanged(String line, String what) {
        String lines = "http-request set-path /x\n" + line.replace("{", "{{").replace("}", "}}");
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + lines,
                what + " (expected: nothing of a path that an earlier line has changed)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request deny if {{ hdr(X-A) b }}",
                "http-request set-header X-B %[hdr(X-A)]",
                "http-request replace-path a b if {{ hdr(X-A) b }}"
            })
    void nothingAsksForAFieldThatHasBeenReplaced(String line) {
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + "http-request replace-header X-A a b\n" + line,
                "header(X-A) (expected: a field that no earlier line has changed)");
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + "http-request set-header X-A b\nhttp-request replace-header X-A a b",
                "X-A (expected: a field that no earlier line has changed)");
    }

    @Test
    void aPathIsChangedInOneWayOnly() {
        Map<String, String> labels = Map.of("BACKEND_HEAD", HEAD + "http-request set-path /x");
        assertThatThrownBy(() -> PortTemplates.read(templates(labels), facts(true, true), remarks::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("HTTP_BACKEND_PROXYPASS_PATH");
    }

    @Test
    void expressionsOfReplacementsCountAmongTheOthers() {
        String line = "http-request replace-path " + "a".repeat(450) + " b\n";
        assertThat(read(true, "BACKEND_HEAD", HEAD + line.repeat(4))
                        .rules()
                        .paths()
                        .size())
                .isEqualTo(4);
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + line.repeat(5),
                "regular expressions of 2250 characters (expected: at most");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request set-header X-A",
                "http-response set-header X-A",
                "http-request set-path",
                "http-request redirect location"
            })
    void andSoDoThoseOfValues(String line) {
        String value = " %[src,regsub(" + "a".repeat(400) + ",b)]\n";
        assertThat(read(true, "BACKEND_HEAD", HEAD + (line + value).repeat(5)).rules())
                .isNotNull();
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + (line + value).repeat(6),
                "regular expressions of 2400 characters (expected: at most");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request capture ssl_fc_cipher len 32",
                "http-request capture path,field(1,/) len 32",
                "http-request set-header X-Id 1\nhttp-request capture req.hdr(X-Id) len 64",
                "http-request replace-path /a /b\nhttp-request set-var(txn.path) path",
            })
    void whatCannotBeKeptIsMissedOnlyWhereItIsAskedFor(String lines) {
        assertThat(read(true, "BACKEND_HEAD", HEAD + lines).rules().captures()).isSameAs(Captures.NONE);
        assertThat(remarks).singleElement().asString().contains(" (not applied: ");
        String asking = lines.contains("set-var") ? "var(txn.path)" : "capture.req.hdr(0)";
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + lines + "\nhttp-response set-header X-A %[" + asking + "]",
                "label L_BACKEND_HEAD: ");
    }

    @Test
    void nothingIsKeptThatNobodyAsksFor() {
        String lines = "http-request set-var(txn.a) path\n".repeat(20);
        assertThat(read(true, "BACKEND_HEAD", HEAD + lines).rules().captures()).isSameAs(Captures.NONE);
        refuses(
                true,
                "BACKEND_HEAD",
                HEAD + lines + "http-response set-header X-A %[var(txn.a)]",
                "captures: 20 (expected: at most 16)");
    }

    @Test
    void whatIsNeverFoundIsTold() {
        read(
                true,
                "BACKEND_HEAD",
                HEAD + "http-request set-var(txn.a) hdr(X-A)\nhttp-response set-header X-A %[var(txn.a)]\n"
                        + "http-response set-header X-B %[var(txn.b)] if {{ capture.req.hdr(1) -m found }}\n");
        assertThat(remarks)
                .containsExactly(
                        "label L_BACKEND_HEAD: capture.req.hdr(1) is never found (expected: capture request header NAME len"
                                + " N in a template of the same port)",
                        "label L_BACKEND_HEAD: var(txn.b) is never found (expected: http-request set-var(txn.b) in a"
                                + " template of the same port)");
    }

    private static String at(String place, String line) {
        String text = line.replace("{", "{{").replace("}", "}}");
        return switch (place) {
            case "BACKEND_HEAD" -> HEAD + text;
            case "HTTP_FRONTEND_ACL" -> text + "\nuse_backend {backend} if {{ hdr(host) {hostname} }}";
            default -> text + "\nuse_backend {backend}";
        };
    }

    @Test
    void anAclThatNobodyAsksRestrictsNobody() {
        assertThat(read(true, "BACKEND_HEAD", HEAD + "acl unused nbsrv(x) lt 1").limits())
                .isEqualTo(TemplateEffects.NONE.limits());
    }

    @Test
    void thereIsABoundOnTheRegularExpressionsOfAPort() {
        String one = "http-request deny if {{ path_reg ^/" + "a".repeat(390) + " }}\n";
        assertThat(read(true, "BACKEND_HEAD", HEAD + one.repeat(5)).rules()).isNotNull();
        refuses(true, "BACKEND_HEAD", HEAD + one.repeat(6), "regular expressions of ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP_BACKEND_PROXYPASS_GLUE",
                "HTTP_BACKEND_REVPROXY_GLUE",
                "HTTP_FRONTEND_APPID_ACL",
            })
    void otherTextsForWhatIsDoneInOneWayOnlyAreRefused(String name) {
        String own = ONE_WAY.get(name);
        for (String text : List.of("something", "", own + "  http-request deny\n", own.replaceFirst("\\{", "x{"))) {
            refusesWherePasswordsAndPathsAre(name, text, text.trim().replaceAll("\\s+", " ") + " (expected: ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "USERLIST_HEAD",
                "HTTP_FRONTEND_ACL_WITH_AUTH",
                "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
                "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
                "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
                "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
                "HTTPS_FRONTEND_ACL_WITH_AUTH",
                "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
            })
    void otherTextsForPasswordsAreRefusedAndNotShown(String name) {
        String own = ONE_WAY.get(name);
        for (String text : List.of("something", "", own + "  http-request deny\n", own.replaceFirst("\\{", "x{"))) {
            refusesWherePasswordsAndPathsAre(
                    name, text, "a text (expected: marathon-lb's own, where passwords are asked for)");
        }
        assertThat(read(true, name, "something").rules()).isNotNull(); // nobody asks for one here
    }

    @Test
    void nobodyIsAllowedPastThePassword() {
        Map<String, String> labels =
                Map.of("HTTPS_FRONTEND_ACL_ONLY_WITH_PATH", "http-request allow if {{ path /open }}");
        assertThatThrownBy(() -> PortTemplates.read(
                        templates(labels), facts(true, true, "w.example", "/x", false), remarks::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("label L_HTTPS_FRONTEND_ACL_ONLY_WITH_PATH: http-request allow if { path /open } (expected:"
                        + " none where passwords are asked for)");
    }

    /* As marathon-lb chooses them. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            w     ;    ; false ; false ; HTTP_FRONTEND_ACL, HTTPS_FRONTEND_ACL
            w     ;    ; true  ; false ; HTTP_FRONTEND_ACL, BACKEND_REDIRECT_HTTP_TO_HTTPS, HTTPS_FRONTEND_ACL
            w     ; /x ; false ; false ; HTTP_FRONTEND_ACL_WITH_PATH, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH,\
            HTTPS_FRONTEND_ACL_WITH_PATH
            w     ; /x ; true  ; true  ; HTTP_FRONTEND_ACL_ONLY, HTTP_FRONTEND_ACL_ONLY_WITH_PATH,\
            BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            w     ;    ; false ; true  ;
            w     ;    ; true  ; true  ; HTTP_FRONTEND_ACL, BACKEND_REDIRECT_HTTP_TO_HTTPS
            w     ; /x ; false ; true  ; HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            w,v   ;    ; false ; false ; HTTP_FRONTEND_ACL_ONLY, HTTP_FRONTEND_ROUTING_ONLY, HTTPS_FRONTEND_ACL
            w,v   ;    ; false ; true  ; HTTP_FRONTEND_ACL_ONLY
            w,v   ; /x ; false ; true  ; HTTP_FRONTEND_ACL_ONLY, HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            w,v   ; /x ; true  ; true  ; HTTP_FRONTEND_ACL_ONLY, BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH,\
            HTTPS_FRONTEND_ACL_ONLY_WITH_PATH
            """)
    void whatMarathonLbDoesNotUseIsTold(String hosts, String path, boolean redirect, boolean passwords, String used) {
        PortFacts facts = facts(true, passwords, hosts, path == null ? "" : path, redirect);
        for (String name : Templates.OF_PORTS) {
            if (name.matches("HTTPS?_FRONTEND_(?!APPID).*|BACKEND_REDIRECT_.*") && !name.contains("AUTH")) {
                remarks.clear();
                // of no consequence, but another text than marathon-lb's own
                Map<String, String> labels =
                        Map.of(name, "acl host_{cleanedUpHostname} hdr(host) -i x\nacl path_{backend} path_beg /x");
                PortTemplates.read(templates(labels), facts, remarks::add);
                boolean isUsed =
                        used != null && List.of(used.trim().split(",\\s*", -1)).contains(name);
                assertThat(remarks).as(name).hasSize(isUsed ? 0 : 1);
            }
        }
    }

    private void refusesWherePasswordsAndPathsAre(String name, String text, String message) {
        Map<String, String> labels = Map.of(name, text);
        assertThatThrownBy(() -> PortTemplates.read(templates(labels), facts(true, true), remarks::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label L_" + name + ": " + message);
    }

    @Test
    void marathonLbsOwnTextsForWhatIsDoneInOneWayOnlyChangeNothing() {
        TemplateEffects effects = PortTemplates.read(templates(ONE_WAY), facts(true, true), remarks::add);
        assertThat(effects.rules().edits().isEmpty()).isFalse(); // the headers of marathon-lb's own options
        assertThat(effects.plain()).isEmpty();
        assertThat(effects.secure()).isEmpty();
        assertThat(remarks).isEmpty();
    }

    /* As marathon-lb's source has them. */
    private static final Map<String, String> ONE_WAY = Map.ofEntries(
            Map.entry("USERLIST_HEAD", "\nuserlist user_{backend}\n  user {user} password {passwd}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_WITH_AUTH",
                    "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                            + "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH",
                    "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH",
                    "  acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                            + "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  acl path_{backend} path_beg {path}\n"
                            + "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname} path_{backend}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname} path_{backend}\n"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH",
                    "  acl path_{backend} path_beg {path}\n"
                            + "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"),
            Map.entry(
                    "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH",
                    "  http-request auth realm \"{realm}\" if host_{cleanedUpHostname} path_{backend}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if host_{cleanedUpHostname} path_{backend}\n"),
            Map.entry(
                    "HTTPS_FRONTEND_ACL_WITH_AUTH",
                    "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if {{ ssl_fc_sni {hostname} }}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if {{ ssl_fc_sni {hostname} }}\n"),
            Map.entry(
                    "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH",
                    "  acl auth_{cleanedUpHostname} http_auth(user_{backend})\n"
                            + "  http-request auth realm \"{realm}\" if {{ ssl_fc_sni {hostname} }} path_{backend}"
                            + " !auth_{cleanedUpHostname}\n"
                            + "  use_backend {backend} if {{ ssl_fc_sni {hostname} }} path_{backend}\n"),
            Map.entry(
                    "HTTP_BACKEND_PROXYPASS_GLUE",
                    "  http-request set-header Host {hostname}\n"
                            + "  reqirep  \"^([^ :]*)\\ {proxypath}/?(.*)\" \"\\1\\ /\\2\"\n"),
            Map.entry(
                    "HTTP_BACKEND_REVPROXY_GLUE",
                    "  acl hdr_location res.hdr(Location) -m found\n"
                            + "  rspirep \"^Location: (https?://{hostname}(:[0-9]+)?)?(/.*)\" \"Location:   {rootpath}\""
                            + " if hdr_location\n"),
            Map.entry(
                    "HTTP_FRONTEND_APPID_ACL",
                    "  acl app_{cleanedUpAppId} hdr(x-marathon-app-id) -i {appId}\n"
                            + "  use_backend {backend} if app_{cleanedUpAppId}\n"));

    @Test
    void inModeTcpRulesOverHttpDoNothingAndAreTold() {
        TemplateEffects effects = read(false, "BACKEND_HEAD", HEAD + "http-request deny\nreqadd X-A:\\ b\n");
        assertThat(effects.rules().edits().isEmpty()).isTrue();
        assertThat(remarks)
                .containsExactly(
                        "label L_BACKEND_HEAD: http-request deny (not applied in mode tcp)",
                        "label L_BACKEND_HEAD: reqadd X-A: b (not applied in mode tcp)");
        refuses(
                false,
                "FRONTEND_BACKEND_GLUE",
                "tcp-request content reject if {{ path /x }}",
                "path (expected: something of a connection, in mode tcp)");
    }

    private void refuses(boolean http, String name, String text, String message) {
        assertThatThrownBy(() -> read(http, name, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label L_" + name + ": ")
                .hasMessageContaining(message);
    }

    private TemplateEffects read(boolean http, String... namesAndTexts) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            labels.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return PortTemplates.read(templates(labels), facts(http, false), remarks::add);
    }

    private static Templates templates(Map<String, String> labels) {
        return Templates.of(labels::get, name -> "L_" + name, Map.of());
    }

    private static PortFacts facts(boolean http, boolean withPasswordsAndPaths) {
        return facts(http, withPasswordsAndPaths, http ? "w.example" : "", "", false);
    }

    private static PortFacts facts(
            boolean http, boolean withPasswordsAndPaths, String vhost, String path, boolean redirect) {
        return new PortFacts(
                "/shop/web",
                "shop_web_10000",
                http,
                "leastconn",
                "*",
                10000,
                vhost,
                path,
                redirect,
                false,
                true,
                withPasswordsAndPaths,
                "",
                List.of(withPasswordsAndPaths, withPasswordsAndPaths),
                "",
                Optional.of(
                        new DeclaredCheck("HTTP", "/health", 0, 0, Duration.ofSeconds(5), Duration.ofSeconds(2), 3)),
                false);
    }
}
