package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.rule.Captures;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What templates replace, and what they keep of a request for its response. */
class ReplacementTemplatesTest extends PortTemplatesFixture {

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
}
