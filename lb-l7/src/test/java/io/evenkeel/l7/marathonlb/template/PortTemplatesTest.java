package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lines are read, told and refused, whatever template they stand in. */
class PortTemplatesTest extends PortTemplatesFixture {

    @Test
    void withoutTemplatesNothingIsAskedFor() {
        assertThat(read(true)).isSameAs(TemplateEffects.NONE);
        assertThat(read(true, "SOMETHING_ELSE", "nonsense")).isSameAs(TemplateEffects.NONE);
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http-request set-header X-Request-Start t=%[date()]",
                "http-request set-header X-Name %[hdr(host),field(1,:),lower]",
                "http-request deny if { base_beg w.example/private }",
                "http-request deny if { date(-60) gt 1700000000 }",
                "filter compression",
            })
    void whatOnlyInformsIsInterpreted(String line) {
        assertThat(read(true, "BACKEND_HEAD", HEAD + line.replace("{", "{{").replace("}", "}}")))
                .isNotNull();
        assertThat(remarks).isEmpty();
    }

    @Test
    void uniqueIdIsEmptyAndTold() {
        read(true, "BACKEND_HEAD", HEAD + "http-request set-header X-Req %[unique-id]");
        assertThat(remarks)
                .singleElement()
                .asString()
                .endsWith("%[unique-id] (unique-id is empty, since no unique-id-format is applied)");
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
}
