package io.evenkeel.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.HostPort;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BalancedHttpClientTest {

    private static final byte[] LOOPBACK_V6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private HttpEndpoint a;
    private HttpEndpoint b;
    private LoadBalancer lb;

    @BeforeEach
    void open() throws IOException {
        a = new HttpEndpoint("a");
        b = new HttpEndpoint("b");
    }

    @AfterEach
    void close() {
        if (lb != null) {
            lb.close();
        }
        a.close();
        b.close();
    }

    private HttpClient over(Endpoint... endpoints) {
        lb = Lone.over(endpoints);
        return BalancedHttpClient.of(lb);
    }

    private static HttpRequest get(String uri) {
        return HttpRequest.newBuilder(URI.create(uri)).build();
    }

    @Test
    void balancesEachRequestAndKeepsPathAndQueryAsTheyAre() throws Exception {
        HttpClient client = over(a.endpoint(), b.endpoint());
        List<String> answers = new ArrayList<>();

        for (int i = 0; i < 4; i++) {
            answers.add(client.send(get("http://web/x%2Fy?q=%20z"), BodyHandlers.ofString())
                    .body());
        }

        assertThat(answers)
                .containsExactlyInAnyOrder("a /x%2Fy?q=%20z", "a /x%2Fy?q=%20z", "b /x%2Fy?q=%20z", "b /x%2Fy?q=%20z");
        assertThat(Lone.count(lb, a.endpoint(), Outcome.SUCCESS)).isEqualTo(2);
        assertThat(Lone.inFlight(lb)).isZero();
    }

    @Test
    void sendsToAServiceThatIsNamedExplicitly() throws Exception {
        lb = Lone.over(a.endpoint());
        BalancedHttpClient client = BalancedHttpClient.of(lb);
        HttpRequest request = get("http://whatever.invalid/x");

        assertThat(client.send("web", request, BodyHandlers.ofString()).body()).isEqualTo("a /x");
        assertThat(client.sendAsync("web", request, BodyHandlers.ofString())
                        .get()
                        .body())
                .isEqualTo("a /x");
    }

    @Test
    void tellsTheEndpointInTheResponseAndInTheHostField() throws Exception {
        HttpResponse<Void> response = over(a.endpoint()).send(get("http://web:81/"), BodyHandlers.discarding());

        InetSocketAddress address = a.endpoint().address();
        assertThat(response.uri()).hasHost("127.0.0.1").hasPort(address.getPort());
        assertThat(a.headers().get(0).getFirst("Host")).isEqualTo("127.0.0.1:" + address.getPort());
    }

    @Test
    void keepsTheHostFieldOnlyWhereTheJdkLetsIt() {
        lb = Lone.over(a.endpoint());
        BalancedHttpClient client = BalancedHttpClient.of(lb);

        assertThatThrownBy(client::keepingHost)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("-Djdk.httpclient.allowRestrictedHeaders=host");
    }

    @Test
    void keepsTheHostFieldInAProcessThatIsStartedForIt() throws Exception {
        ChildJvm.run(
                "-Djdk.httpclient.allowRestrictedHeaders=host",
                KeepHost.class,
                "127.0.0.1:" + a.endpoint().address().getPort());

        assertThat(a.headers()).hasSize(2);
        assertThat(a.headers().get(0).get("Host")).containsExactly("web:81");
        assertThat(a.headers().get(1).get("Host")).containsExactly("web");
    }

    /** Asks twice with the host kept. */
    static final class KeepHost {

        public static void main(String[] args) throws Exception {
            HttpClient client = BalancedHttpClient.of(Lone.over(Endpoint.of(HostPort.parse("endpoint", args[0]))))
                    .keepingHost();
            client.send(get("http://web:81/"), BodyHandlers.discarding());
            client.send(get("http://web/"), BodyHandlers.discarding());
        }
    }

    @Test
    void countsServerErrorsAgainstTheEndpointAndOthersNot() throws Exception {
        HttpClient client = over(a.endpoint());

        assertThat(client.send(get("http://web/status/503"), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(503);
        client.send(get("http://web/status/404"), BodyHandlers.ofString());
        client.send(get("http://web/status/204"), BodyHandlers.ofString());
        client.send(
                HttpRequest.newBuilder(URI.create("http://web/"))
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.discarding());

        assertThat(Lone.count(lb, a.endpoint(), Outcome.FAILURE)).isEqualTo(1);
        assertThat(Lone.count(lb, a.endpoint(), Outcome.SUCCESS)).isEqualTo(3);
        assertThat(Lone.inFlight(lb)).isZero();
    }

    @Test
    void goesToAnotherEndpointWhenOneCannotBeReached() throws Exception {
        Endpoint dead = Lone.refusing();
        HttpClient client = over(dead, a.endpoint());
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://web/post"))
                .POST(BodyPublishers.ofString("the body"))
                .build();

        for (int i = 0; i < 4; i++) {
            assertThat(client.send(post, BodyHandlers.ofString()).body()).isEqualTo("a /post");
            assertThat(client.sendAsync(post, BodyHandlers.ofString()).get().body())
                    .isEqualTo("a /post");
        }

        assertThat(a.bodies()).hasSize(8).allMatch("the body"::equals);
        assertThat(Lone.count(lb, dead, Outcome.CONNECT_FAILED)).isPositive();
        assertThat(Lone.count(lb, dead, Outcome.SUCCESS)).isZero();
        assertThat(Lone.inFlight(lb)).isZero();
    }

    @Test
    void givesUpWhenEveryEndpointWasTriedOrTheLimitIsReached() throws Exception {
        Endpoint[] dead = {Lone.refusing(), Lone.refusing(), Lone.refusing()};
        lb = Lone.over(dead);
        BalancedHttpClient client = BalancedHttpClient.of(lb);

        assertThatThrownBy(() -> client.send(get("http://web/"), BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
        assertThat(failures(dead)).isEqualTo(3);
        assertThatThrownBy(() -> client.attempts(2).send(get("http://web/"), BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class);
        assertThat(failures(dead)).isEqualTo(5);
        assertThatThrownBy(() -> client.attempts(9)
                        .sendAsync(get("http://web/"), BodyHandlers.ofString())
                        .get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(ConnectException.class);
        assertThat(failures(dead)).isEqualTo(8);
        assertThat(Lone.inFlight(lb)).isZero();
        assertThatThrownBy(() -> client.attempts(0)).hasMessage("attempts: 0 (expected: >= 1)");
    }

    private long failures(Endpoint... endpoints) {
        return List.of(endpoints).stream()
                .mapToLong(one -> Lone.count(lb, one, Outcome.CONNECT_FAILED))
                .sum();
    }

    @Test
    void failsToConnectWhenThereIsNoEndpoint() {
        HttpClient client = over();

        assertThatThrownBy(() -> client.send(get("http://web/"), BodyHandlers.ofString()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("web: no endpoint takes work");
        assertThat(client.sendAsync(get("http://web/"), BodyHandlers.ofString()))
                .isCompletedExceptionally();
    }

    @Test
    void doesNotRepeatARequestOfWhichSomethingMayHaveBeenSent() throws Exception {
        try (ServerSocket breaking = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CountDownLatch accepted = new CountDownLatch(1);
            Thread server = new Thread(() -> {
                try (Socket socket = breaking.accept()) {
                    accepted.countDown();
                    socket.getInputStream().read();
                } catch (IOException e) {
                    // the test is over
                }
            });
            server.start();
            Endpoint endpoint = Endpoint.of((InetSocketAddress) breaking.getLocalSocketAddress());
            HttpClient client = over(endpoint);
            HttpRequest post = HttpRequest.newBuilder(URI.create("http://web/"))
                    .POST(BodyPublishers.ofString("x"))
                    .build();

            assertThatThrownBy(() -> client.send(post, BodyHandlers.ofString())).isInstanceOf(IOException.class);

            assertThat(accepted.getCount()).isZero();
            assertThat(Lone.count(lb, endpoint, Outcome.RESET)).isEqualTo(1);
            assertThat(Lone.count(lb, endpoint, Outcome.CONNECT_FAILED)).isZero();
            server.join();
        }
    }

    @Test
    void tellsTimeouts() {
        HttpClient client = over(a.endpoint());
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://web/never"))
                .timeout(Duration.ofMillis(50))
                .build();

        assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(Lone.count(lb, a.endpoint(), Outcome.TIMEOUT)).isEqualTo(1);
        assertThat(client.sendAsync(request, BodyHandlers.ofString()))
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .withCauseInstanceOf(HttpTimeoutException.class);
        assertThat(Lone.count(lb, a.endpoint(), Outcome.TIMEOUT)).isEqualTo(2);
        assertThat(Lone.inFlight(lb)).isZero();
    }

    @Test
    void countsWhatTheCallerCancelsAgainstNobody() throws Exception {
        HttpClient client = over(a.endpoint());
        CompletableFuture<HttpResponse<String>> response =
                client.sendAsync(get("http://web/never"), BodyHandlers.ofString());
        a.awaitRequest();

        assertThat(response.cancel(true)).isTrue();

        assertThatThrownBy(response::get).isInstanceOf(CancellationException.class);
        Eventually.holds("the lease ends", () -> Lone.inFlight(lb) == 0);
        assertThat(Lone.count(lb, a.endpoint(), Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void keepsTheLeaseUntilTheBodyHasEnded() throws Exception {
        HttpClient client = over(a.endpoint());
        InputStream body = client.send(get("http://web/half"), BodyHandlers.ofInputStream())
                .body();

        assertThat(body.readNBytes(5)).hasSize(5);
        assertThat(Lone.inFlight(lb)).isEqualTo(1);
        a.release();
        assertThatThrownBy(body::read).isInstanceOf(IOException.class);

        assertThat(Lone.inFlight(lb)).isZero();
        assertThat(Lone.count(lb, a.endpoint(), Outcome.RESET)).isEqualTo(1);
    }

    @Test
    void endsTheLeaseWithABodyThatIsClosedEarly() throws Exception {
        HttpClient client = over(a.endpoint());
        InputStream body = client.send(get("http://web/half"), BodyHandlers.ofInputStream())
                .body();

        body.close();

        Eventually.holds("the lease ends", () -> Lone.inFlight(lb) == 0);
        assertThat(Lone.count(lb, a.endpoint(), Outcome.CANCELLED)).isEqualTo(1);
    }

    @Test
    void endsTheLeaseWhenTheHandlerFails() {
        HttpClient client = over(a.endpoint());

        assertThatThrownBy(() -> client.send(get("http://web/"), info -> {
                    throw new IllegalStateException("no body wanted");
                }))
                .hasStackTraceContaining("no body wanted");

        assertThat(Lone.inFlight(lb)).isZero();
    }

    @Test
    void leavesOtherHostsToTheClientUnlessItIsToldNotTo() throws Exception {
        lb = Lone.over(Lone.refusing());
        int port = b.endpoint().address().getPort();
        HttpRequest direct = get("http://127.0.0.1:" + port + "/direct");
        ServiceHosts hosts = ServiceHosts.of(lb);
        HttpClient plain = HttpClient.newHttpClient();

        assertThat(BalancedHttpClient.of(hosts, plain)
                        .send(direct, BodyHandlers.ofString())
                        .body())
                .isEqualTo("b /direct");
        BalancedHttpClient strict = BalancedHttpClient.of(hosts.exclusively(), plain);
        assertThatThrownBy(() -> strict.send(direct, BodyHandlers.ofString())).isInstanceOf(UnknownHostException.class);
        assertThat(strict.sendAsync(direct, BodyHandlers.ofString())).isCompletedExceptionally();
    }

    @Test
    void writesAddressesOfEveryKindIntoUris() throws Exception {
        InetSocketAddress v6 = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK_V6), 81);
        InetSocketAddress named = InetSocketAddress.createUnresolved("node-1", 82);

        assertThat(HttpAttempt.at(URI.create("https://web"), v6)).hasToString("https://[0:0:0:0:0:0:0:1]:81");
        assertThat(HttpAttempt.at(URI.create("http://web:1?q"), named)).hasToString("http://node-1:82?q");
    }

    @Test
    void showsTheOtherClientsSettings() {
        HttpClient plain = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(7))
                .followRedirects(HttpClient.Redirect.NORMAL)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        lb = Lone.over();
        HttpClient client = BalancedHttpClient.of(ServiceHosts.of(lb), plain);

        assertThat(client.connectTimeout()).contains(Duration.ofSeconds(7));
        assertThat(client.followRedirects()).isEqualTo(HttpClient.Redirect.NORMAL);
        assertThat(client.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(client.sslContext()).isSameAs(plain.sslContext());
        assertThat(client.proxy()).isEmpty();
        assertThat(client.authenticator()).isEmpty();
        assertThat(client.cookieHandler()).isEmpty();
        assertThat(client.executor()).isEqualTo(plain.executor());
    }
}
