package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogConfig;
import io.evenkeel.l7.log.AccessLogFormat;
import io.evenkeel.l7.log.AccessRecord;
import io.evenkeel.testing.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the access log says of requests over real sockets, beyond what {@link AccessLogPeerTest} finds HAProxy to say. */
class AccessLogTest {

    @TempDir
    private Path dir;

    private AccessLines lines() {
        return new AccessLines(dir);
    }

    private static HttpFixture fixture(AccessLines lines) {
        return new HttpFixture(HttpFixture.QUICK, null, lines.log);
    }

    @Test
    void everyRequestOfAConnectionIsALineWithItsBytes() throws Exception {
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("hello");
                Wire client = fixture.endpoints(web).connect()) {
            for (int i = 0; i < 3; i++) {
                Wire.Message response = client.get("/" + i).message();
                int bytes = response.head().length() + 5;
                assertThat(lines.nextNormal())
                        .isEqualTo("in web/s T/T/T/T/T 200 " + bytes + " - - ---- 1/1/0/0/0 0/0 \"GET /" + i
                                + " HTTP/1.1\"");
            }
        }
    }

    @Test
    void pipelinedRequestsAreLinesInTheirOrder() throws Exception {
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("hello");
                Wire client = fixture.endpoints(web).connect()) {
            client.get("/1").get("/2").get("/3");
            for (int i = 1; i <= 3; i++) {
                client.message();
                assertThat(lines.nextNormal()).endsWith(" \"GET /" + i + " HTTP/1.1\"");
            }
        }
    }

    @Test
    void http2OverTlsIsToldWithTheWholeAddress() throws Exception {
        Certificates certificates = Certificates.load(List.of(TestCertificates.forHosts(dir.resolve("pem"), "web")));
        try (AccessLines lines = lines();
                HttpFixture fixture = new HttpFixture(HttpFixture.QUICK, certificates, lines.log);
                Backend web = Backend.text("hello")) {
            fixture.endpoints(web);
            try (SSLSocket socket = Http2TlsTest.socket(fixture.address(), "web", "h2");
                    Http2Wire client = Http2Wire.client(socket)) {
                client.headers(1, true, ":method: GET", ":scheme: https", ":path: /a?b", ":authority: web:443");
                client.message(1);
                assertThat(lines.nextNormal())
                        .startsWith("in~ web/s T/T/T/T/T 200 ")
                        .endsWith(" - - ---- 1/1/0/0/0 0/0 \"GET https://web:443/a?b HTTP/2.0\"");
            }
            try (SSLSocket socket = Http2TlsTest.socket(fixture.address(), "web", "http/1.1");
                    Wire client = new Wire(socket)) {
                client.get("/").message();
                assertThat(lines.nextNormal())
                        .startsWith("in~ web/s T/T/T/T/T 200 ")
                        .endsWith(" \"GET / HTTP/1.1\"");
            }
        }
    }

    @Test
    void http2StreamThatTheClientResetsIsBrokenOffByIt() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.of((wire, request) -> {
                    asked.countDown();
                    over.await();
                    return false;
                });
                Http2Wire client = fixture.endpoints(web) == null ? null : Http2Wire.to(fixture.address())) {
            client.get(1, "/");
            asked.await();
            client.reset(1, 8);
            assertThat(lines.nextNormal())
                    .isEqualTo("in web/s T/T/T/-1/T -1 0 - - CH-- 1/1/0/0/0 0/0 \"GET http://web/ HTTP/2.0\"");
            over.countDown();
        }
    }

    @Test
    void clientThatGoesBeforeTheServerAnswersHasBrokenItOff() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.of((wire, request) -> {
                    asked.countDown();
                    over.await();
                    return false;
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.get("/slow");
            asked.await();
            client.reset();
            assertThat(lines.nextNormal())
                    .startsWith("in web/s T/T/T/-1/T -1 0 - - CH-- ")
                    .endsWith("0/0/0 0/0 \"GET /slow HTTP/1.1\"");
            over.countDown();
        }
    }

    @Test
    void triesElsewhereAreCountedAndMarked() throws Exception {
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web")) {
            fixture.endpoints(Endpoint.of("127.0.0.1", 1), web.endpoint());
            fixture.get("/");
            fixture.get("/");
            assertThat(List.of(retries(lines.nextNormal()), retries(lines.nextNormal())))
                    .contains("+1")
                    .isSubsetOf("0", "+1"); // the try elsewhere moves the turn
        }
    }

    private static String retries(String line) {
        return line.split(" ", -1)[8].split("/", -1)[4];
    }

    @Test
    void refusalsOfTheBackendNameIt() throws Exception {
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            fixture.backend.options(BackendOptions.builder()
                    .allowed(AllowedNetworks.parse("10.0.0.0/8"))
                    .build());
            int bytes = length(fixture.get("/"));
            assertThat(lines.nextNormal())
                    .isEqualTo(
                            "in web/<NOSRV> T/-1/-1/-1/T 403 " + bytes + " - - PR-- 1/1/0/0/0 0/0 \"GET / HTTP/1.1\"");
        }
    }

    private static int length(Wire.Message message) {
        return message.head().length() + message.body().length();
    }

    @Test
    void requestThatAGuardThinksAboutIsOneLine() throws Exception {
        PasswordHash secret = PasswordHash.parse("$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.");
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            fixture.frontend.router(RouteTable.builder()
                    .guard(
                            "web",
                            PathPrefixes.ANY,
                            fixture.engine.guard(new BasicAuth("realm", "alice", secret)),
                            false)
                    .add("web", PathPrefixes.ANY, new Route.To(fixture.backend))
                    .build());
            try (Wire client = fixture.connect()) {
                client.send("GET /1 HTTP/1.1\r\nHost: web\r\nAuthorization: Basic YWxpY2U6c2VjcmV0\r\n\r\n");
                assertThat(client.message().status()).isEqualTo(200);
                assertThat(lines.nextNormal())
                        .startsWith("in web/s T/T/T/T/T 200 ")
                        .endsWith(" ---- 1/1/0/0/0 0/0 \"GET /1 HTTP/1.1\"");
                client.get("/2").message();
                assertThat(lines.nextNormal())
                        .startsWith("in in/<NOSRV> T/-1/-1/-1/T 401 ")
                        .endsWith(" LR-- 1/1/0/0/0 0/0 \"GET /2 HTTP/1.1\"");
            }
            try (Http2Wire client = Http2Wire.to(fixture.address())) {
                client.request(1, true, "GET", "/3", "authorization: Basic YWxpY2U6V3Jvbmc=");
                assertThat(client.message(1).status()).isEqualTo(401);
                assertThat(lines.nextNormal())
                        .startsWith("in in/<NOSRV> T/-1/-1/-1/T 401 ")
                        .endsWith(" LR-- 1/1/0/0/0 0/0 \"GET http://web/3 HTTP/2.0\"");
            }
        }
    }

    @Test
    void bodyThatTurnsOutToBeNoneIsTheProxysToEnd() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    asked.countDown();
                    wire.rest();
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n");
            asked.await();
            client.send("nonsense\r\n");
            assertThat(client.message().status()).isEqualTo(400);
            assertThat(lines.nextNormal()).contains("in web/s T/T/T/-1/T 400 ", " PH-- ");
        }
    }

    @Test
    void clientThatOwesItsBodyForTooLongHasTimedOut() throws Exception {
        HttpConfig impatient = HttpFixture.QUICK.withClientTimeout(Duration.ofMillis(1));
        try (AccessLines lines = lines();
                HttpFixture fixture = new HttpFixture(impatient, null, lines.log);
                Backend web = Backend.silent();
                Wire client = fixture.endpoints(web).connect()) {
            client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 1\r\n\r\n");
            assertThat(client.message().status()).isEqualTo(408);
            assertThat(lines.nextNormal()).contains("in web/s T/T/T/-1/T 408 ", " cH-- ");
        }
    }

    @Test
    void connectionsThatBringNothingAreNotTold() throws Exception {
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            fixture.connect().close();
            fixture.get("/first");
            assertThat(lines.nextNormal()).endsWith(" \"GET /first HTTP/1.1\"");
        }
    }

    @Test
    void combinedFormatNamesRefererAndUserAgentAndEscapesThem() throws Exception {
        AccessLogConfig config =
                AccessLogConfig.to(dir.resolve("combined.log").toString()).withFormat(AccessLogFormat.COMBINED);
        try (AccessLines lines = new AccessLines(config);
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            client.send(
                    "GET /a\"b HTTP/1.1\r\nHost: web\r\nReferer: http://x/\\\"\u00e9\r\nUser-Agent: curl/1 \"x\"\r\n\r\n");
            int bytes = length(client.message());
            assertThat(lines.next())
                    .matches("127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [-+]\\d{4}\\] .*")
                    .endsWith("] \"GET /a\\\"b HTTP/1.1\" 200 " + bytes
                            + " \"http://x/\\\\\\\"\\xE9\" \"curl/1 \\\"x\\\"\"");
            client.get("/").message();
            assertThat(lines.next()).endsWith(" \"-\" \"-\"");
        }
    }

    @Test
    void ofFieldsThatComeTwiceTheFirstIsTold() throws Exception {
        AccessLogConfig config =
                AccessLogConfig.to(dir.resolve("twice.log").toString()).withFormat(AccessLogFormat.JSON);
        try (AccessLines lines = new AccessLines(config);
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: web\r\nUser-Agent: a\r\nReferer: b\r\nUser-Agent: c\r\nReferer: d\r\n\r\n");
            client.message();
            assertThat(lines.next()).contains("\"referer\":\"b\",\"user_agent\":\"a\",");
        }
    }

    @Test
    void jsonIsOneObjectALine() throws Exception {
        AccessLogConfig config = AccessLogConfig.to(dir.resolve("json.log").toString())
                .withFormat(AccessLogFormat.JSON)
                .withServerNames(server -> "s\"1");
        try (AccessLines lines = new AccessLines(config);
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            Instant before = Instant.now();
            client.send("GET /a\"b HTTP/1.1\r\nHost: web\r\nUser-Agent: a\tb\u0085\r\n\r\n");
            int bytes = length(client.message());
            String line = lines.next();
            assertThat(line)
                    .matches(
                            "\\{\"time\":\"[^\"]+Z\",\"mode\":\"http\",\"client\":\"127\\.0\\.0\\.1\",\"client_port\":\\d+,.*")
                    .contains("\"frontend\":\"in\",\"tls\":false,\"backend\":\"web\",\"server\":\"s\\\"1\"")
                    .contains("\"method\":\"GET\",\"target\":\"/a\\\"b\",\"version\":\"HTTP/1.1\",\"host\":\"web\"")
                    .contains("\"user_agent\":\"a\\u0009b\\u0085\",\"status\":200,\"bytes\":" + bytes + ",")
                    .endsWith("\"termination\":\"----\",\"retries\":0,\"redispatched\":false,\"connections\":1,"
                            + "\"frontend_connections\":1,\"backend_uses\":0,\"server_uses\":0,\"backend_queue\":0}");
            Instant time = Instant.parse(line.substring(9, 33));
            assertThat(time).isBetween(before.minusSeconds(5), Instant.now().plusSeconds(5));
        }
    }

    @Test
    void longTextsAreCut() throws Exception {
        AccessLogConfig config =
                AccessLogConfig.to(dir.resolve("cut.log").toString()).withLimits(16, 10);
        try (AccessLines lines = new AccessLines(config);
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web");
                Wire client = fixture.endpoints(web).connect()) {
            client.get("/0123456789").message();
            assertThat(lines.next()).endsWith(" \"GET /012345678 HTTP/1.1\"");
        }
    }

    @Test
    void movedFileIsLeftAloneOnceAnotherOneIsBegun() throws Exception {
        Path file = dir.resolve("access.log");
        Path old = dir.resolve("access.log.1");
        try (AccessLines lines = lines();
                HttpFixture fixture = fixture(lines);
                Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            fixture.get("/1");
            lines.next();
            Files.move(file, old);
            fixture.get("/2");
            Eventually.holds("the old file goes on", () -> count(old) == 2);
            lines.log.reopen();
            fixture.get("/3");
            Eventually.holds("a new file is begun", () -> count(file) == 1);
            assertThat(Files.readString(file)).contains("\"GET /3 HTTP/1.1\"");
            assertThat(count(old)).isEqualTo(2);
        }
    }

    private static long count(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void whoeverEmbedsItGetsRecords() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (AccessLog log = AccessLog.to(record -> seen.add(record.text(AccessRecord.TARGET) + " " + record.status()
                        + " " + record.backend() + " " + record.text(AccessRecord.HOST) + " "
                        + (record.totalMillis() >= record.responseMillis())));
                HttpFixture fixture = new HttpFixture(HttpFixture.QUICK, null, log);
                Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            fixture.get("/a");
            Eventually.holds("a record is shown", () -> !seen.isEmpty());
            assertThat(seen).containsExactly("/a 200 web web true");
        }
    }
}
