package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.http.RequestHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BasicAuthTest {

    private static final PasswordHash SECRET =
            PasswordHash.parse("$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.");

    private final HttpFixture proxy = new HttpFixture();
    private final Backend backend = Backend.text("in");

    @BeforeEach
    void guard() {
        Guard guard = proxy.engine.guard(new BasicAuth("My Realm", "alice", SECRET));
        proxy.frontend.router(RouteTable.builder()
                .guard("web", PathPrefixes.parse("/private"), guard, false)
                .add("web", PathPrefixes.ANY, new Route.To(proxy.backend))
                .build());
        proxy.endpoints(backend);
    }

    @AfterEach
    void close() {
        proxy.close();
        backend.close();
    }

    @Test
    void whoDoesNotSayWhoItIsIsAsked() throws Exception {
        Wire.Message response = get("/private", "");
        assertThat(response.status()).isEqualTo(401);
        assertThat(response.value("WWW-Authenticate")).isEqualTo("Basic realm=\"My Realm\"");
        assertThat(response.value("Cache-Control")).isEqualTo("no-cache");
        assertThat(backend.requests).isEmpty();
        assertThat(proxy.frontend.stats().denied()).isOne();
    }

    @Test
    void whatIsAnsweredInPlaceOfTheEndpointIsCountedAsSent() throws Exception {
        try (Wire challenged = proxy.connect();
                Wire refused = proxy.connect()) {
            String challenge = challenged.get("/private").rest();
            assertThat(proxy.frontend.traffic().bytesOut()).isEqualTo(challenge.length());
            String page = refused.send("nonsense\r\n\r\n").rest();
            assertThat(proxy.frontend.traffic().bytesOut()).isEqualTo(challenge.length() + page.length());
        }
    }

    @Test
    void whoKnowsThePasswordPassesAndTheEndpointSeesIt() throws Exception {
        for (int i = 0; i < 2; i++) { // found out, then remembered
            assertThat(get("/private", basic("alice:secret")).body()).isEqualTo("in");
            assertThat(backend.requests.get(i).value("Authorization"))
                    .isEqualTo(
                            basic("alice:secret").replace("Authorization: ", "").trim());
        }
        assertThat(proxy.frontend.stats().requests()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice:Secret", "alice:", "alice", "bob:secret", ":secret", "alice:secret:", ""})
    void whoDoesNotKnowItIsAskedAgain(String credentials) throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThat(get("/private", basic(credentials)).status()).isEqualTo(401);
        }
        assertThat(backend.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x", "Basic", "Basic !!!", "Basic YWxpY2U6c2VjcmV", "Digest YWxpY2U6c2VjcmV0", ""})
    void whatIsNoBasicAuthenticationIsNotUnderstood(String value) throws Exception {
        assertThat(get("/private", "Authorization: " + value + "\r\n").status()).isEqualTo(401);
    }

    @Test
    void otherPathsAreOpen() throws Exception {
        assertThat(get("/", "").body()).isEqualTo("in");
    }

    @Test
    void whatFollowsARequestWaitsUntilItIsKnownWhoSentIt() throws Exception {
        try (Wire client = proxy.connect()) {
            String head = "POST /private HTTP/1.1\r\nHost: web\r\nContent-Length: 4\r\n" + basic("alice:secret");
            client.send(head + "\r\nbodyGET / HTTP/1.1\r\nHost: web\r\n\r\n");
            assertThat(client.message().body()).isEqualTo("in");
            assertThat(client.message().body()).isEqualTo("in");
        }
        assertThat(backend.requests).extracting(Wire.Message::body).containsExactly("body", "");
    }

    @Test
    void overHttp2ABodyThatComesBeforeItIsKnownWhoSentItIsStillItsBody() throws Exception {
        SlowGuard guard = new SlowGuard();
        proxy.frontend.router(RouteTable.builder()
                .guard("web", PathPrefixes.ANY, guard, false)
                .add("web", PathPrefixes.ANY, new Route.To(proxy.backend))
                .build());
        try (Http2Wire client = Http2Wire.to(proxy.address())) {
            client.request(1, false, "POST", "/", "content-length: 6")
                    .data(1, false, "abc")
                    .data(1, true, "def")
                    .frame(Http2Wire.PING, 0, 0, new byte[8]);
            Http2Wire.Frame frame = client.next();
            while (frame.type() != Http2Wire.PING) {
                frame = client.next(); // until all that was sent before has been read
            }
            assertThat(backend.requests).isEmpty();
            guard.allow();
            assertThat(client.message(1).body()).isEqualTo("in");
        }
        assertThat(backend.requests).extracting(Wire.Message::body).containsExactly("abcdef");
    }

    /** Thinks until it is told what to think. */
    private static final class SlowGuard implements Guard {

        private final CompletableFuture<Void> thought = new CompletableFuture<>();

        void allow() {
            thought.complete(null);
        }

        @Override
        public Verdict judge(RequestHead request) {
            return thought.isDone() ? Verdict.ALLOWED : Verdict.UNKNOWN;
        }

        @Override
        public CompletionStage<Void> judgeSlowly(RequestHead request) {
            return thought;
        }

        @Override
        public Route denial() {
            return Route.NONE;
        }

        @Override
        public Route pending() {
            return new Route.Pending(this);
        }
    }

    @Test
    void aRealmThatCouldEndItsHeaderIsRefused() {
        assertThatThrownBy(() -> new BasicAuth("a\"b", "alice", SECRET))
                .hasMessageStartingWith("realm: a\"b (expected: ");
        assertThatThrownBy(() -> new BasicAuth("a\r\nb", "alice", SECRET)).hasMessageContaining("(expected: ");
    }

    private static String basic(String credentials) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)) + "\r\n";
    }

    private Wire.Message get(String path, String fields) throws IOException {
        try (Wire client = proxy.connect()) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: web\r\n" + fields + "\r\n")
                    .message();
        }
    }
}
