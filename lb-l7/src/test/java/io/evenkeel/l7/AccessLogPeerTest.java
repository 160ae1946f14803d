package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same conversations with a real HAProxy and with us leave the same lines in the log. */
@EnabledIf("io.evenkeel.l7.HaproxyPeer#isThere")
class AccessLogPeerTest {

    private static final String CONFIG = """
            global
              log stdout format raw local0 debug
              maxconn 200
            defaults
              mode http
              log global
              option httplog
              option dontlognull
              option http-server-close
              retries 0
              timeout connect 2s
              timeout client 5s
              timeout server 500ms
              timeout http-request 500ms
              timeout http-keep-alive 5s
            frontend in
              bind 127.0.0.1:PORT
              http-request deny if { path /denied }
              http-request redirect location /elsewhere code 301 if { path /moved }
              use_backend none if { path /none }
              use_backend dead if { path /dead }
              use_backend sticky if { path /sticky }
              use_backend web if !{ path /nowhere }
            frontend h2
              bind 127.0.0.1:SECOND proto h2
              default_backend web
            backend none
            backend dead
              server s 127.0.0.1:1
            backend sticky
              cookie at insert indirect nocache
              server s 127.0.0.1:SERVER cookie v1
            backend web
              server s 127.0.0.1:SERVER
            """;

    private static final String UPGRADE =
            "GET /ws HTTP/1.1\r\nHost: web\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZXZlbmtlZWwtaHR0cDItIQ==\r\n\r\n";

    private static Backend server;
    private static HttpFixture ours;
    private static AccessLines lines;
    private static HaproxyPeer peer;
    private static InetSocketAddress peerAddress;
    private static InetSocketAddress peerHttp2;

    @FunctionalInterface
    private interface Conversation {
        void with(Wire client) throws Exception;
    }

    private record Scenario(String name, Conversation conversation) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start(@TempDir Path dir) throws Exception {
        server = Backend.of(AccessLogPeerTest::answer);
        lines = new AccessLines(dir);
        HttpConfig limits = HttpConfig.defaults()
                .withRetries(0, Duration.ofMillis(1))
                .withServerTimeout(Duration.ofMillis(500))
                .withHeadTimeout(Duration.ofMillis(500));
        ours = new HttpFixture(limits, null, lines.log);
        ours.discovery.set(List.of(
                new Snapshot(Service.named("web"), List.of(server.endpoint())),
                new Snapshot(Service.named("dead"), List.of(Endpoint.of("127.0.0.1", 1)))));
        Route web = new Route.To(new HttpBackend("web", ours.loadBalancer.cluster("web")));
        HttpBackend sticky = new HttpBackend("sticky", ours.loadBalancer.cluster("web"));
        sticky.options(BackendOptions.builder()
                .sticky(new StickyCookie("at", "; path=/", false, endpoint -> "v1"))
                .build());
        Map<String, Route> routes = Map.of(
                "/none", new Route.To(new HttpBackend("none", ours.loadBalancer.cluster("none"))),
                "/dead", new Route.To(new HttpBackend("dead", ours.loadBalancer.cluster("dead"))),
                "/sticky", new Route.To(sticky),
                "/denied", new Route.Answer(new Verdict.Deny(403)),
                "/moved", new Route.Answer(new Verdict.Redirect(301, Format.of("/elsewhere"), "")),
                "/nowhere", Route.NONE);
        ours.frontend.router((request, client) -> routes.getOrDefault(request.path(), web));
        int port = HaproxyPeer.freePort();
        int second = HaproxyPeer.freePort();
        String config = CONFIG.replace("PORT", Integer.toString(port))
                .replace("SECOND", Integer.toString(second))
                .replace("SERVER", Integer.toString(server.address().getPort()));
        peer = HaproxyPeer.start(dir, config, port);
        peerAddress = HaproxyPeer.at(port);
        peerHttp2 = HaproxyPeer.at(second);
    }

    @AfterAll
    static void stop() {
        peer.close();
        ours.close();
        lines.close();
        server.close();
    }

    private static boolean answer(Wire wire, Wire.Message request) throws IOException {
        switch (request.target()) {
            case "/500" -> wire.send("HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno");
            case "/chunked" -> wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
            case "/head" -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            case "/closes" -> {
                return false;
            }
            case "/resets" -> {
                wire.reset();
                return false;
            }
            case "/garbage" -> wire.send("nonsense\r\n\r\n");
            case "/cut" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                return false;
            }
            case "/silent" -> wire.rest();
            case "/stalls" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                wire.rest();
            }
            case "/ws" -> {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: a\r\n\r\nhi");
                return false;
            }
            case "/ws-stays" -> {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: a\r\n\r\nhi");
                wire.rest();
                return false;
            }
            case "/endless" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                String part = "x".repeat(100_000);
                try {
                    while (true) {
                        wire.send(part);
                    }
                } catch (IOException e) {
                    return false;
                }
            }
            default -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        }
        return true;
    }

    static Stream<Scenario> scenarios() {
        return Stream.of(
                asking("success", "GET /ok?a=b HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n"),
                asking("an error of the server's", get("/500")),
                asking("chunks", get("/chunked")),
                asking("HEAD", "HEAD /head HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n"),
                asking("HTTP/1.0", "GET /ok HTTP/1.0\r\n\r\n"),
                asking("an absolute target", get("http://web/ok")),
                asking("a quote in the target", get("/a\"b\\c{d}|e^f`g~h<i>[j]")),
                asking("no rule for it", get("/nowhere")),
                asking("no server", get("/none")),
                asking("a refusing server", get("/dead")),
                asking("a denied request", get("/denied")),
                asking("a redirected request", get("/moved")),
                asking("a silent server", get("/silent")),
                asking("a server that stalls", get("/stalls")),
                asking("a server that closes", get("/closes")),
                asking("a server that resets", get("/resets")),
                asking("a server that talks nonsense", get("/garbage")),
                asking("a server that cuts", get("/cut")),
                asking("a client without a cookie", get("/sticky")),
                asking("a client with a cookie", sticky("v1")),
                asking("a client with a cookie of nobody's", sticky("v2")),
                asking("a web socket that the server ends", UPGRADE),
                asking("nonsense", "nonsense\r\n\r\n"),
                asking("a length that is none", "POST /ok HTTP/1.1\r\nHost: web\r\nContent-Length: x\r\n\r\n"),
                asking("a head that never ends", "GET /ok HTTP/1.1\r\nHost: we"),
                new Scenario("a web socket that the client ends", client -> {
                    client.send(UPGRADE.replace("/ws", "/ws-stays")).head();
                    client.text(2);
                    client.reset();
                }),
                new Scenario("a client that goes in the middle of a head", client -> {
                    client.send("GET /ok HTTP/1.1\r\nHost: we");
                    client.reset();
                }),
                new Scenario("a client that goes in the middle of the response", client -> {
                    client.get("/endless").text(100_000);
                    client.reset();
                }));
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n";
    }

    private static String sticky(String cookie) {
        return "GET /sticky HTTP/1.1\r\nHost: web\r\nCookie: at=" + cookie + "\r\nConnection: close\r\n\r\n";
    }

    private static Scenario asking(String name, String request) {
        return new Scenario(name, client -> {
            client.send(request);
            try {
                client.rest();
            } catch (IOException e) {
                // a reset is an end, too
            }
        });
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void saysTheSame(Scenario scenario) throws Exception {
        try (Wire client = Wire.to(peerAddress)) {
            scenario.conversation().with(client);
        }
        String theirs = peer.nextNormal();
        try (Wire client = ours.connect()) {
            scenario.conversation().with(client);
        }
        assertThat(withoutBytes(lines.nextNormal())).isEqualTo(withoutBytes(theirs));
    }

    @ParameterizedTest
    @MethodSource
    void saysTheSameOfHttp2(String path) throws Exception {
        try (Http2Wire client = Http2Wire.to(peerHttp2)) {
            client.get(1, path).message(1);
        }
        String theirs = peer.nextNormal();
        try (Http2Wire client = Http2Wire.to(ours.address())) {
            client.get(1, path).message(1);
        }
        assertThat(withoutBytes(lines.nextNormal()))
                .isEqualTo(withoutBytes(theirs).replace("h2 ", "in "));
    }

    static Stream<String> saysTheSameOfHttp2() {
        return Stream.of("/ok?a=b", "/500", "/garbage", "/silent");
    }

    /* Heads are not written with the same bytes, and HAProxy may not have heard yet that somebody before is gone. */
    private static String withoutBytes(String line) {
        return line.replaceFirst("^(\\S+ \\S+ \\S+ \\S+) \\d+ ", "$1 B ")
                .replaceFirst(" \\d+(/\\d+/\\d+/\\d+/\\d+ )", " N$1");
    }
}
