package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Http2Wire;
import io.evenkeel.l7.Wire;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogReceiver;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The labels that take more than one port, or the machine's own files and place, over real sockets. */
class OwnServicesTest {

    private static final String BUSY = "<h1>Sorry</h1>";

    @TempDir
    private Path dir;

    private OwnLabelFixture fixture;
    private final Backend web = Backend.text("web");
    private final Backend next = Backend.text("next");

    @BeforeEach
    void open() throws IOException {
        Files.writeString(dir.resolve("sorry.html"), BUSY);
        Files.writeString(dir.resolve("slow.json"), "{}");
        fixture = new OwnLabelFixture(builder -> builder.errorPages(Optional.of(dir)));
    }

    @AfterEach
    void close() {
        fixture.close();
        web.close();
        next.close();
    }

    private void reopen() {
        fixture.close();
        fixture = new OwnLabelFixture();
    }

    private String body(String path) {
        try {
            return fixture.get(path).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // Error pages

    @Test
    void aPageOfTheApplicationsOwnTakesThePlaceOfOurs() throws Exception {
        fixture.serve(List.of(web), "LB_0_ERROR_PAGE", "503=sorry.html, 429=slow.json", "LB_0_RATE_LIMIT", "1/h:1");
        assertThat(fixture.get("/").body()).isEqualTo("web");
        Wire.Message limited = fixture.get("/");
        assertThat(limited.head()).startsWith("HTTP/1.1 429 Too Many Requests\r\n");
        assertThat(limited.body()).isEqualTo("{}");
        assertThat(limited.value("Content-Type")).isEqualTo("application/json");
        assertThat(limited.value("Retry-After")).isNotEmpty();
        assertThat(fixture.problems()).isEmpty();
    }

    @Test
    void itIsShownByBothVersionsOfHttpAndNotToHead() throws Exception {
        fixture.serve(List.of(), "LB_0_ERROR_PAGE", "503=sorry.html", "LB_0_KEEP_WHEN_EMPTY", "true");
        Wire.Message response = fixture.get("/");
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.body()).isEqualTo(BUSY);
        assertThat(response.value("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(response.value("Connection")).isEqualTo("close");
        try (Http2Wire client = Http2Wire.to(fixture.service)) {
            Http2Wire.Message answer = client.get(1, "/").message(1);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo(BUSY);
        }
        try (Wire client = fixture.connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: web\r\n\r\n");
            Wire.Message head = new Wire.Message(client.head(), "");
            assertThat(head.value("Content-Length")).isEqualTo(Integer.toString(BUSY.length()));
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void everyAnswerInPlaceOfATaskHasItsPage() throws Exception {
        for (String status : List.of("400", "403", "408", "504")) {
            Files.writeString(dir.resolve(status + ".txt"), "page " + status);
        }
        try (Backend silent = Backend.silent()) {
            fixture.serve(
                    List.of(silent),
                    "LB_0_ERROR_PAGE",
                    "400=400.txt,403=403.txt,408=408.txt,504=504.txt",
                    "LB_0_TIMEOUT_SERVER",
                    "50ms",
                    "LB_0_TIMEOUT_CLIENT",
                    "50ms",
                    "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                    "  http-request deny if { path_beg /private }\n");
            assertThat(body("/private")).isEqualTo("page 403");
            assertThat(body("/")).isEqualTo("page 504");
            try (Wire client = fixture.connect()) {
                client.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\na");
                assertThat(client.message().body()).isEqualTo("page 408");
            }
            try (Wire client = fixture.connect()) {
                client.send("POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
                assertThat(client.message().body()).isEqualTo("page 400");
            }
            try (Http2Wire client = Http2Wire.to(fixture.service)) {
                client.request(1, false, "POST", "/");
                assertThat(client.message(1).body()).isEqualTo("page 408");
            }
        }
    }

    @Test
    void aPageThatChangesIsShownAsItIsThen() throws Exception {
        fixture.serve(List.of(), "LB_0_ERROR_PAGE", "503=sorry.html", "LB_0_KEEP_WHEN_EMPTY", "true");
        assertThat(body("/")).isEqualTo(BUSY);
        Files.writeString(dir.resolve("sorry.html"), "another text");
        fixture.proxy.reload().toCompletableFuture().get(1, TimeUnit.MINUTES);
        assertThat(body("/")).isEqualTo("another text");
        Files.delete(dir.resolve("sorry.html"));
        fixture.proxy.reload().toCompletableFuture().get(1, TimeUnit.MINUTES);
        assertThat(body("/")).isEqualTo("another text");
        assertThat(fixture.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("label LB_0_ERROR_PAGE: error page: " + dir.resolve("sorry.html"))
                        .endsWith("; what was there before is shown"));
    }

    @Test
    void aPageThatIsMissingIsToldAndTakenWhenItIsThere() throws Exception {
        fixture.serve(List.of(), "LB_0_ERROR_PAGE", "503=new.txt", "LB_0_KEEP_WHEN_EMPTY", "true");
        assertThat(body("/")).contains("503 Service Unavailable");
        assertThat(fixture.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .endsWith("(expected: a readable file of at most 65536 bytes); the usual pages are shown"));
        Files.writeString(dir.resolve("new.txt"), "here");
        fixture.proxy.reload().toCompletableFuture().get(1, TimeUnit.MINUTES);
        assertThat(body("/")).isEqualTo("here");
        assertThat(fixture.problems()).isEmpty();
    }

    @Test
    void aPageThatIsTooLargeIsNotShown() throws Exception {
        Files.write(dir.resolve("large.html"), new byte[64 * 1024 + 1]);
        fixture.serve(List.of(), "LB_0_ERROR_PAGE", "503=large.html", "LB_0_KEEP_WHEN_EMPTY", "true");
        assertThat(body("/")).contains("503 Service Unavailable");
        assertThat(fixture.problems()).singleElement().asString().contains("more than 65536 bytes");
    }

    @Test
    void withoutTheFlagTheUsualPageIsShownAndThatIsTold() throws Exception {
        reopen();
        fixture.serve(List.of(), "LB_0_ERROR_PAGE", "503=sorry.html", "LB_0_KEEP_WHEN_EMPTY", "true");
        assertThat(body("/")).contains("503 Service Unavailable");
        assertThat(fixture.problems())
                .containsExactly("label LB_0_ERROR_PAGE: no effect (expected: --error-pages with it)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "503=../sorry.html",
                "503=/etc/passwd",
                "503=a/b.html",
                "503=.hidden.html",
                "503=page.exe",
                "200=sorry.html",
                "sorry.html",
                "503=a.html,503=b.html"
            })
    void whatIsNoPageTakesThePortOut(String value) throws Exception {
        fixture.serve(List.of(web), "LB_0_ERROR_PAGE", value);
        assertThat(fixture.problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem)
                        .startsWith("label LB_0_ERROR_PAGE: " + value + " (expected: STATUS=FILE")
                        .endsWith("; this port is left out"));
    }

    // Without tasks

    @Test
    void anApplicationWithoutTasksKeepsItsPortAndHostsIfItSaysSo() throws Exception {
        fixture.serve(List.of(web), "HAPROXY_0_VHOST", "shop.example", "LB_0_KEEP_WHEN_EMPTY", "true");
        assertThat(vhost().body()).isEqualTo("web");
        fixture.serve(List.of(), "HAPROXY_0_VHOST", "shop.example", "LB_0_KEEP_WHEN_EMPTY", "true");
        Eventually.holds(
                "there is no task",
                () -> fixture.port("/web").cluster().state().active().isEmpty());
        assertThat(vhost().status()).isEqualTo(503);
        assertThat(fixture.get("/").status()).isEqualTo(503);
        assertThat(vhost().body()).contains("No server is available");
        fixture.serve(List.of(web), "HAPROXY_0_VHOST", "shop.example", "LB_0_KEEP_WHEN_EMPTY", "true");
        Eventually.holds("it is back", () -> body("/").equals("web"));
    }

    @Test
    void withoutTheLabelItsPortIsClosed() throws Exception {
        fixture.serve(List.of());
        assertThatThrownBy(() -> fixture.get("/")).isInstanceOf(ConnectException.class);
    }

    private Wire.Message vhost() throws IOException {
        try (Wire client = Wire.to(fixture.proxy.boundAddress(OwnLabelFixture.HTTP))) {
            return client.send("GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").message();
        }
    }

    // Copies

    @Test
    void aMirrorGetsACopyOfEveryRequestAndChangesNoAnswer() throws Exception {
        try (Backend broken = Backend.saying("HTTP/1.1 500 Broken\r\nContent-Length: 6\r\n\r\nbroken")) {
            fixture.publish(
                    fixture.app("/web", List.of(web), "LB_0_MIRROR", "/shop/next 100%"),
                    fixture.app("/shop/next", List.of(broken)));
            try (Wire client = fixture.connect()) {
                client.send("POST /a?b HTTP/1.1\r\nHost: shop\r\nX-Mine: 1\r\nContent-Length: 3\r\n\r\nabc");
                assertThat(client.message().body()).isEqualTo("web");
                client.send("POST /c HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n");
                assertThat(client.message().body()).isEqualTo("web");
                assertThat(client.get("/plain").message().body()).isEqualTo("web");
            }
            Eventually.holds("copies have come", () -> broken.requests.size() == 3);
            Map<String, Wire.Message> copies = new HashMap<>();
            broken.requests.forEach(copy -> copies.put(copy.target(), copy));
            assertThat(copies.get("/a?b").body()).isEqualTo("abc");
            assertThat(copies.get("/a?b").value("X-Mine")).isEqualTo("1");
            assertThat(copies.get("/a?b").value("X-Forwarded-For")).isEqualTo("127.0.0.1");
            assertThat(copies.get("/c").body()).isEqualTo("def");
            assertThat(copies.get("/plain").head()).startsWith("GET /plain HTTP/1.1\r\n");
            assertThat(fixture.port("/web").frontendStats().orElseThrow().responses(5))
                    .isZero();
        }
    }

    @Test
    void aMirrorOfClientsOfHttp2GetsCopies() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next:0 100%"), fixture.app("/next", List.of(next)));
        try (Http2Wire client = Http2Wire.to(fixture.service)) {
            client.request(1, false, "POST", "/a").data(1, false, "ab").data(1, true, "c");
            assertThat(client.message(1).body()).isEqualTo("web");
        }
        Eventually.holds("a copy has come", () -> next.requests.size() == 1);
        assertThat(next.requests.get(0).body()).isEqualTo("abc");
    }

    @Test
    void aMirrorThatDoesNotAnswerHoldsNobodyUp() throws Exception {
        AtomicBoolean answers = new AtomicBoolean();
        List<String> answered = new CopyOnWriteArrayList<>();
        try (Backend silent = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            for (String target = wire.message().target();
                    answers.get();
                    target = wire.message().target()) {
                answered.add(target);
                wire.send("HTTP/1.1 204 No Content\r\n\r\n");
            }
            wire.rest();
        })) {
            fixture.publish(
                    fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 100%"),
                    fixture.app("/next", List.of(silent), "LB_0_TIMEOUT_SERVER", "50ms"));
            try (Wire client = fixture.connect()) {
                for (int i = 0; i < 200; i++) { // more than may be on their way
                    assertThat(client.get("/").message().body()).isEqualTo("web");
                }
            }
            Eventually.holds("it was asked", () -> silent.accepted() > 0);
            Eventually.holds(
                    "all copies are given up",
                    () -> fixture.port("/next").cluster().usage().inFlight() == 0);
            answers.set(true);
            Eventually.holds("there are copies again", () -> {
                assertThat(body("/again")).isEqualTo("web");
                return answered.contains("/again");
            });
        }
    }

    @Test
    void ofACopyThereIsNoCopy() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 100%"),
                fixture.app("/next", List.of(next), "LB_0_MIRROR", "/web 100%"));
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.get("/" + i).message().body()).isEqualTo("web");
            }
        }
        Eventually.holds("all copies have come", () -> next.requests.size() == 20);
        Eventually.holds(
                "all is over", () -> fixture.port("/next").cluster().usage().inFlight() == 0);
        assertThat(fixture.get("/last").body()).isEqualTo("web"); // after copies of copies, if there were any
        Eventually.holds("so is that", () -> next.requests.size() == 21);
        assertThat(web.requests).hasSize(21);
    }

    @Test
    void aCopyEndsWithTheHeadOfItsResponse() throws Exception {
        CountDownLatch cut = new CountDownLatch(3);
        try (Backend endless = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.message();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx");
            if (wire.in().read() < 0) {
                cut.countDown();
            }
        })) {
            fixture.publish(
                    fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 100%"),
                    fixture.app("/next", List.of(endless)));
            for (int i = 0; i < 3; i++) {
                assertThat(fixture.get("/").body()).isEqualTo("web");
            }
            assertThat(cut.await(1, TimeUnit.MINUTES)).isTrue();
            Eventually.holds(
                    "no copy is left",
                    () -> fixture.port("/next").cluster().usage().inFlight() == 0);
        }
    }

    @Test
    void aHeadThatComesByteByByteDoesNotKeepACopyAlive() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        try (Backend trickling = Backend.talking(socket -> {
            Wire wire = new Wire(socket);
            wire.message();
            wire.send("HTTP/1.1 200 OK\r\nX-Long: ");
            try {
                while (true) {
                    wire.send("x");
                    Thread.sleep(20); // its pace: no head is to become too large before it is too slow
                }
            } catch (IOException e) {
                cut.countDown();
            }
        })) {
            fixture.publish(
                    fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 100%"),
                    fixture.app("/next", List.of(trickling), "LB_0_TIMEOUT_SERVER", "500ms"));
            assertThat(fixture.get("/").body()).isEqualTo("web");
            assertThat(cut.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void aBodyThatIsTooLargeIsNotCopied() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 100%"), fixture.app("/next", List.of(next)));
        String large = "x".repeat(70_000);
        try (Wire client = fixture.connect()) {
            client.send("POST /known HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n" + large);
            assertThat(client.message().body()).isEqualTo("web");
            client.send("POST /unknown HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n11170\r\n" + large
                    + "\r\n0\r\n\r\n");
            assertThat(client.message().body()).isEqualTo("web");
            assertThat(client.get("/small").message().body()).isEqualTo("web");
        }
        assertThat(web.requests.get(1).body()).hasSize(70_000);
        Eventually.holds("the small one has come", () -> !next.requests.isEmpty());
        assertThat(next.requests).extracting(Wire.Message::target).containsExactly("/small");
    }

    @Test
    void aMirrorOfAShareGetsThatShare() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 25%"), fixture.app("/next", List.of(next)));
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 100; i++) {
                client.get("/").message();
            }
        }
        Eventually.holds("a quarter has come", () -> next.requests.size() == 25);
        assertThat(web.requests).hasSize(100);
    }

    @Test
    void whatAMirrorsOwnRulesDenyIsNotCopied() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_MIRROR", "/next 100%"),
                fixture.app(
                        "/next",
                        List.of(next),
                        "HAPROXY_0_BACKEND_HTTP_OPTIONS",
                        "  http-request deny if { path_beg /secret }\n"));
        assertThat(fixture.problems()).isEmpty();
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/secret").message().body()).isEqualTo("web");
            }
            assertThat(client.get("/plain").message().body()).isEqualTo("web");
        }
        Eventually.holds(
                "the one that is allowed has come",
                () -> next.requests.stream().anyMatch(copy -> copy.target().equals("/plain")));
        assertThat(next.requests).extracting(Wire.Message::target).containsExactly("/plain");
    }

    // Shares

    @ParameterizedTest
    @CsvSource({"/next, next", "/next@east, elsewhere", "/next@west, web"})
    void aShareIsOfTheSameSourceUnlessItNamesAnother(String name, String answer) throws Exception {
        try (Backend elsewhere = Backend.text("elsewhere")) {
            Service theirs = fixture.app("/next", List.of()).service();
            fixture.publish(
                    fixture.app("/web", List.of(web), "LB_0_SPLIT", name + " 100%"),
                    Apps.of("east", theirs, elsewhere.endpoint()),
                    fixture.app("/next", List.of(next)));
            assertThat(fixture.get("/").body()).isEqualTo(answer);
            assertThat(fixture.problems()).hasSize(answer.equals("web") ? 1 : 0);
        }
    }

    @Test
    void aShareIsNotOfAnotherSourcesApplicationOfThatName() throws Exception {
        Service theirs = fixture.app("/next", List.of()).service();
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next 100%"),
                Apps.of("east", theirs, next.endpoint()));
        assertThat(fixture.get("/").body()).isEqualTo("web");
        assertThat(fixture.problems()).singleElement().asString().startsWith("label LB_0_SPLIT: /next:0 100%");
    }

    @Test
    void whoseItIsIsInTheProblem() throws Exception {
        fixture.publish(Apps.of("east", fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next 100%")));
        assertThat(fixture.proxy.problems()).extracting(Problem::subject).containsExactly("/web@east");
    }

    @Test
    void aCanaryGetsItsShareAndNoMore() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next:0 10%"), fixture.app("/next", List.of(next)));
        Map<String, Integer> seen = new HashMap<>();
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 200; i++) {
                seen.merge(client.get("/").message().body(), 1, Integer::sum);
            }
        }
        assertThat(seen).isEqualTo(Map.of("web", 180, "next", 20));
    }

    private static String cookieOf(Wire.Message response) {
        return "Cookie: " + response.value("Set-Cookie").split(";", 2)[0];
    }

    @Test
    void whoseCookieNamesATaskStaysWithItWhateverTheShares() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next 50%", "HAPROXY_0_STICKY", "true"),
                fixture.app("/next", List.of(next), "HAPROXY_0_STICKY", "true"));
        Map<String, String> cookies = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            Wire.Message first = fixture.get("/");
            cookies.put(first.body(), cookieOf(first));
        }
        assertThat(cookies).containsOnlyKeys("web", "next");
        for (int i = 0; i < 100; i++) {
            for (String who : cookies.keySet()) {
                assertThat(fixture.get("/", cookies.get(who)).body()).isEqualTo(who);
            }
        }
        assertThat(fixture.get("/", "Cookie: mesosphere_server_id=nobodys").status())
                .isEqualTo(200);
    }

    @Test
    void aSharedRequestIsCountedOnceInTheLog() throws Exception {
        fixture.close();
        List<String> lines = new CopyOnWriteArrayList<>();
        AccessLogReceiver receiver = record -> lines.add(record.backend() + " " + record.backendUses());
        try (AccessLog log = AccessLog.to(receiver)) {
            fixture = new OwnLabelFixture(builder -> builder.accessLog(log));
            fixture.publish(
                    fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next 50%"), fixture.app("/next", List.of(next)));
            try (Wire client = fixture.connect()) {
                for (int i = 0; i < 100; i++) {
                    client.get("/").message();
                }
            }
            Eventually.holds("all are told", () -> lines.size() == 100);
            fixture.close();
        }
        assertThat(lines).allMatch(line -> line.endsWith(" 0"));
    }

    @Test
    void aCanaryWithoutATaskGetsNothing() throws Exception {
        fixture.publish(
                fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next 100%"),
                fixture.app("/next", List.of(), "LB_0_KEEP_WHEN_EMPTY", "true"));
        assertThat(fixture.get("/").body()).isEqualTo("web");
    }

    @Test
    void bothPortsMayRefuse() throws Exception {
        Snapshot closed = fixture.app("/next", List.of(next), "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL", "10.0.0.0/8");
        fixture.publish(fixture.app("/web", List.of(web), "LB_0_SPLIT", "/next 100%"), closed);
        assertThat(fixture.get("/").status()).isEqualTo(403);
        assertThat(web.requests).isEmpty();
        assertThat(next.requests).isEmpty();
    }

    @Test
    void aShareOfWhatIsNotServedStaysAndThatIsTold() throws Exception {
        fixture.publish(fixture.app("/web", List.of(web), "LB_0_SPLIT", "/gone 50%", "LB_0_MIRROR", "/web 50%"));
        for (int i = 0; i < 4; i++) {
            assertThat(fixture.get("/").body()).isEqualTo("web");
        }
        assertThat(fixture.problems())
                .containsExactlyInAnyOrder(
                        "label LB_0_SPLIT: /gone:0 50% (expected: another port in mode http that is served; it gets"
                                + " nothing)",
                        "label LB_0_MIRROR: /web:0 50% (expected: another port in mode http that is served; it gets"
                                + " nothing)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SPLIT | web 10% | /APP:INDEX P%, as in /shop/web-next:0 10%, several with commas, 100% together at most",
                "SPLIT | /a 60%, /b 60% | no more than 100% together",
                "MIRROR | /a | /APP:INDEX P%, as in /shop/web-next:0 10%",
                "MIRROR | /a 0% | /APP:INDEX P%, as in /shop/web-next:0 10%",
                "LOCALITY | near | prefer or strict",
                "KEEP_WHEN_EMPTY | yes | true or false",
                "READINESS | yes | true or false",
                "DRAIN_TIMEOUT | 5 | a time of 1ms to 7d: a number with ms, s, m, h or d",
            })
    void whatIsNotUnderstoodTakesThePortOutAndSaysSo(String label, String value, String expected) throws Exception {
        fixture.serve(List.of(web), "LB_0_" + label, value);
        assertThat(fixture.problems())
                .containsExactly(
                        "label LB_0_" + label + ": " + value + " (expected: " + expected + "); this port is left out");
    }

    // Nearness

    private static Endpoint at(Backend backend, Locality place) {
        Endpoint plain = backend.endpoint();
        return new Endpoint(
                plain.id(),
                plain.address(),
                plain.weight(),
                place,
                plain.state(),
                plain.health(),
                plain.ready(),
                plain.labels());
    }

    private List<String> asked(Locality own, String value, Endpoint... endpoints) throws Exception {
        fixture.close();
        fixture = new OwnLabelFixture(builder -> builder.place(own));
        fixture.publish(Apps.with(
                Apps.app("/web", fixture.service.getPort(), "HAPROXY_0_MODE", "http", "LB_0_LOCALITY", value),
                endpoints));
        List<String> answers = new ArrayList<>();
        try (Wire client = fixture.connect()) {
            for (int i = 0; i < 20; i++) {
                answers.add(client.get("/").message().body());
            }
        }
        assertThat(fixture.problems()).isEmpty();
        return answers;
    }

    @Test
    void tasksInTheSameZoneArePreferred() throws Exception {
        assertThat(asked(
                        new Locality("eu", "b", ""),
                        "prefer",
                        at(web, new Locality("eu", "a", "h1")),
                        at(next, new Locality("eu", "b", "h2"))))
                .containsOnly("next");
    }

    @Test
    void strictlyEvenWhereTheyAreFewAndOnTheSameMachineFirst() throws Exception {
        try (Backend third = Backend.text("third")) {
            Endpoint[] endpoints = {
                at(web, new Locality("eu", "a", "h1")),
                at(third, new Locality("eu", "b", "h2")),
                at(next, new Locality("eu", "b", "h3"))
            };
            assertThat(asked(new Locality("eu", "a", ""), "strict", endpoints)).containsOnly("web");
            assertThat(asked(new Locality("eu", "b", "h3"), "strict", endpoints))
                    .containsOnly("next");
            assertThat(asked(new Locality("us", "b", "h3"), "strict", endpoints))
                    .contains("web", "next", "third");
        }
    }

    @Test
    void whoDoesNotKnowItsPlaceSaysSo() throws Exception {
        fixture.serve(List.of(web), "LB_0_LOCALITY", "prefer");
        assertThat(fixture.get("/").body()).isEqualTo("web");
        assertThat(fixture.problems()).containsExactly("label LB_0_LOCALITY: no effect (expected: --locality with it)");
    }
}
