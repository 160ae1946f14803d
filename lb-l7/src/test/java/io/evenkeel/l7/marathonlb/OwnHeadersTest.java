package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.Backend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The labels that change messages, over real sockets. */
class OwnHeadersTest {

    private final OwnLabelFixture fixture = new OwnLabelFixture();
    private final Backend web = Backend.saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n"
            + "Server: tomcat\r\nX-A: old\r\n\r\nabc");

    @AfterEach
    void close() {
        fixture.close();
        web.close();
    }

    @Test
    void headersOfRequestsAreEdited() throws Exception {
        fixture.serve(
                List.of(web),
                "LB_0_REQUEST_HEADERS",
                "set X-A: b c;add X-B: \"x; \\\"y\\\"\" ; del X-C; set Host: inner.example");
        fixture.get("/", "X-A: 1", "x-a: 2", "X-B: mine", "X-C: gone");
        Wire.Message request = web.requests.get(0);
        assertThat(request.values("X-A")).containsExactly("b c");
        assertThat(request.values("X-B")).containsExactly("mine", "x; \"y\"");
        assertThat(request.values("X-C")).isEmpty();
        assertThat(request.values("Host")).containsExactly("inner.example");
    }

    @Test
    void headersOfResponsesAreEdited() throws Exception {
        fixture.serve(List.of(web), "LB_0_RESPONSE_HEADERS", "del Server; set X-A: new; add X-B: 1");
        Wire.Message response = fixture.get("/");
        assertThat(response.values("Server")).isEmpty();
        assertThat(response.values("X-A")).containsExactly("new");
        assertThat(response.values("X-B")).containsExactly("1");
        assertThat(response.body()).isEqualTo("abc");
    }

    @Test
    void theyComeAfterThoseOfTemplates() throws Exception {
        fixture.serve(
                List.of(web),
                "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                "  http-request set-header X-A template\n  http-request set-header X-T template\n",
                "LB_0_REQUEST_HEADERS",
                "set X-A: label");
        fixture.get("/");
        assertThat(web.requests.get(0).values("X-A")).containsExactly("label");
        assertThat(web.requests.get(0).values("X-T")).containsExactly("template");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "set Content-Length: 5 | header Content-Length (expected: the name of a field that does not frame messages)",
                "del Connection | header Connection (expected: the name of a field that does not frame messages)",
                "add X Y: 1 | header X Y (expected: the name of a field that does not frame messages)",
                "set X | set X (expected: set NAME: VALUE, add NAME: VALUE or del NAME)",
                "put X: 1 | put X: … (expected: set NAME: VALUE, add NAME: VALUE or del NAME)",
                "set X: \"a | set X: … (expected: a quote at the end)",
                "set \"X: \"a\\ | set \"X: … (expected: a quote at the end)",
            })
    void whatIsNoEditTakesThePortOutAndSaysSo(String value, String problem) throws Exception {
        fixture.serve(List.of(web), "LB_0_REQUEST_HEADERS", value);
        assertThat(fixture.problems())
                .containsExactly("label LB_0_REQUEST_HEADERS: " + problem + "; this port is left out");
    }

    @Test
    void aValueThatWouldEndItsLineTakesThePortOut() throws Exception {
        fixture.serve(List.of(web), "LB_0_RESPONSE_HEADERS", "set X: a\r\nInjected: 1");
        assertThat(fixture.problems())
                .containsExactly("label LB_0_RESPONSE_HEADERS: set X: … (expected: a value without control characters);"
                        + " this port is left out");
    }

    @Test
    void thereIsALimitToTheirNumber() throws Exception {
        fixture.serve(List.of(web), "LB_0_REQUEST_HEADERS", "set X: 1;".repeat(33));
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_REQUEST_HEADERS: more than 32 edits (expected: at most); this port is left out");
    }

    @ParameterizedTest
    @CsvSource({"gzip, true", "gzip text/html, false", "'gzip text/html, text/', true", "GZIP  text/plain, true"})
    void responsesAreCompressed(String value, boolean compressed) throws Exception {
        fixture.serve(List.of(web), "LB_0_COMPRESSION", value);
        assertThat(fixture.get("/", "Accept-Encoding: gzip").values("Content-Encoding"))
                .isEqualTo(compressed ? List.of("gzip") : List.of());
        assertThat(fixture.get("/").body()).isEqualTo("abc");
        for (HttpStats stats : List.of(
                fixture.port("/web").backend().orElseThrow().stats(),
                fixture.port("/web").frontendStats().orElseThrow())) {
            Eventually.holds("it is counted", () -> stats.compressedResponses() == (compressed ? 1 : 0));
            assertThat(stats.bytesToCompress()).isEqualTo(compressed ? 3 : 0);
            assertThat(stats.compressedBytes() > 0).isEqualTo(compressed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip html", "gzip ,", "true"})
    void whatIsNoCompressionTakesThePortOutAndSaysSo(String value) throws Exception {
        fixture.serve(List.of(web), "LB_0_COMPRESSION", value);
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_COMPRESSION: " + value
                                + " (expected: gzip, perhaps with a list of content types, with commas); this port is left out");
    }
}
