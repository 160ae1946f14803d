package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.discovery.DiscoveryException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcosLoginTest {

    private static final PrivateKey KEY = PemKeyTest.rsa();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> logins = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch open = new CountDownLatch(1);
    private final MovingClock clock = new MovingClock();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String answer;
    private volatile boolean slow;
    private volatile Duration lifetime = Duration.ofMinutes(10);
    private DcosLogin login;

    /** A clock that a test moves. */
    private static final class MovingClock extends Clock {

        private volatile Instant now = Instant.parse("2026-11-26T12:00:00Z");

        void advance(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setExecutor(threads);
        server.createContext("/acs/api/v1/auth/login", this::answer);
        server.start();
        login = login(DcosLogin.PATIENCE);
    }

    private DcosLogin login(Duration patience) {
        return new DcosLogin(
                ServiceAccount.parse(account("RS256", PemKeyTest.pem("RSA PRIVATE KEY", PemKeyTest.pkcs1(KEY)))),
                HttpClient.newHttpClient(),
                patience,
                clock,
                new Random(1));
    }

    @AfterEach
    void stop() {
        open.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private String account(String scheme, String key) {
        return JSON.createObjectNode()
                .put("uid", "lb")
                .put("scheme", scheme)
                .put("private_key", key)
                .put("login_endpoint", "http://127.0.0.1:" + server.getAddress().getPort() + "/acs/api/v1/auth/login")
                .toString();
    }

    private void answer(HttpExchange exchange) throws IOException {
        logins.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        try {
            if (slow && !open.await(30, TimeUnit.SECONDS)) {
                throw new IOException("nobody opened");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        String json = answer == null ? "{\"token\": \"" + jwt(logins.size()) + "\"}" : answer;
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        if (json.startsWith("cookie:")) {
            exchange.getResponseHeaders().add("Set-Cookie", "dcos-acs-auth-cookie=" + json.substring(7) + "; Path=/");
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String jwt(int number) {
        String claims = "{\"uid\": \"lb\", \"n\": " + number + ", \"exp\": "
                + clock.instant().plus(lifetime).getEpochSecond() + "}";
        return "h." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".s" + number;
    }

    private String header() {
        return login.header().join();
    }

    @Test
    void signsInWithTheKey() throws Exception {
        assertThat(header()).startsWith("token=h.").endsWith(".s1");
        JsonNode sent = JSON.readTree(logins.get(0));
        assertThat(sent.path("uid").asText()).isEqualTo("lb");
        String[] parts = sent.path("token").asText().split("\\.", -1);
        JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(JSON.readTree(Base64.getUrlDecoder().decode(parts[0]))
                        .path("alg")
                        .asText())
                .isEqualTo("RS256");
        assertThat(claims.path("uid").asText()).isEqualTo("lb");
        assertThat(claims.path("exp").asLong()).isEqualTo(clock.instant().getEpochSecond() + 60);
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) KEY;
        PublicKey known = KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(known);
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void keepsATokenUntilShortlyBeforeItEnds() {
        String first = header();
        clock.advance(Duration.ofSeconds(589));
        assertThat(header()).isEqualTo(first);
        clock.advance(Duration.ofSeconds(1));
        assertThat(header()).isNotEqualTo(first);
        assertThat(logins).hasSize(2);
    }

    @Test
    void aTokenThatSaysItHasEndedIsUsedForAWhileAllTheSame() {
        lifetime = Duration.ofMinutes(-1);
        login.header().join();
        login.header().join();
        assertThat(logins).hasSize(1);
        clock.advance(DcosLogin.YOUNG);
        login.header().join();
        assertThat(logins).hasSize(2);
    }

    @Test
    void everybodySharesOneLogin() {
        slow = true;
        List<CompletableFuture<String>> all =
                IntStream.range(0, 20).mapToObj(i -> login.header()).toList();
        all.get(0).cancel(true); // gives up on its own only
        open.countDown();
        assertThat(all.subList(1, 20).stream().map(CompletableFuture::join).distinct())
                .hasSize(1);
        assertThat(logins).hasSize(1);
    }

    @Test
    void getsAnotherTokenWhenOneIsRefusedButNotWhenItIsNew() {
        String first = header();
        assertThat(login.refused(first)).isFalse();
        clock.advance(DcosLogin.YOUNG);
        assertThat(login.refused(first)).isTrue();
        String second = header();
        assertThat(second).isNotEqualTo(first);
        assertThat(login.refused(first)).isTrue();
        assertThat(header()).isEqualTo(second);
        assertThat(login.refused(second)).isFalse();
        assertThat(logins).hasSize(2);
    }

    @Test
    void aLoginThatFailsIsNotRepeatedAtOnce() {
        status = 401;
        assertThatThrownBy(this::header)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(DiscoveryException.class)
                .hasMessageStartingWith("login of lb at http://127.0.0.1:")
                .hasMessageEndingWith(": status 401 (expected: 200)");
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(this::header).isInstanceOf(CompletionException.class);
        }
        assertThat(logins).hasSize(1);
        status = 200;
        clock.advance(Backoff.START);
        assertThat(header()).startsWith("token=");
    }

    @Test
    void takesTheTokenOfACookie() {
        answer = "cookie:abc.def";
        assertThat(header()).isEqualTo("token=abc.def");
        clock.advance(Duration.ofSeconds(3589));
        assertThat(header()).isEqualTo("token=abc.def");
        assertThat(logins).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        header();
        assertThat(logins).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"'', no token", "{}, no token", "<html>, no token", "'{\"token\": \"a b\"}', no token"})
    void saysWhatIsWrongWithAnAnswer(String body, String message) {
        answer = body;
        assertThatThrownBy(this::header).hasMessageContaining(message);
    }

    @Test
    void anAnswerWithoutEndIsRefused() {
        answer = "x".repeat(BoundedBody.LONGEST + 1);
        assertThatThrownBy(this::header).hasMessageContaining("longer than " + BoundedBody.LONGEST + " bytes");
    }

    @Test
    void anAnswerThatComesDropByDropIsGivenUpAndItsConnectionClosed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        server.removeContext("/acs/api/v1/auth/login");
        server.createContext("/acs/api/v1/auth/login", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (exchange) {
                while (true) {
                    exchange.getResponseBody().write(' ');
                    exchange.getResponseBody().flush();
                }
            } catch (IOException e) {
                closed.countDown();
            }
        });
        assertThatThrownBy(() -> login(Duration.ofMillis(100)).header().join()).hasMessageContaining("login of lb");
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void textsShowNoSecret() {
        header();
        String secret = ((RSAPrivateCrtKey) KEY).getPrivateExponent().toString();
        ServiceAccount account = ServiceAccount.parse(account("", PemKeyTest.pem("PRIVATE KEY", KEY.getEncoded())));
        for (Object shown : List.of(login, account, account.kind(), Credentials.basic("me", secret))) {
            assertThat(shown.toString())
                    .doesNotContain(secret)
                    .doesNotContain("token=")
                    .doesNotContain("PRIVATE");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x | service account: no JSON (expected:
            {} | private_key: missing (expected:
            {"scheme": "HS256"} | scheme: HS256 (expected: RS256)
            {"private_key": "s3cret"} | private_key: no private key (expected:
            """)
    void anAccountThatCannotBeUsedIsRefused(String json, String message) {
        assertThatThrownBy(() -> Credentials.serviceAccount(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageNotContaining("s3cret");
    }
}
