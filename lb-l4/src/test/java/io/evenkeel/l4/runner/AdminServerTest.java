package io.evenkeel.l4.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.Transport;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminServerTest {

    private final Transport transport = Transport.open(1);
    private final HttpClient client = HttpClient.newHttpClient();
    private AdminServer server;

    @BeforeEach
    void open() {
        server = AdminServer.builder()
                .route("/page", request -> AdminResponse.text(200, "page " + request.query()))
                .route("/below/", request -> AdminResponse.json("\"" + request.path() + "\""))
                .route("/post", Set.of("POST"), request -> AdminResponse.text(200, "got " + request.body()))
                .route("/broken", request -> {
                    throw new IllegalStateException("on purpose");
                })
                .fallback(request -> AdminResponse.text(503, "nothing here"))
                .open(transport, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() {
        server.close();
        transport.close();
    }

    @Test
    void answersItsPaths() throws Exception {
        HttpResponse<String> page = send("GET", "/page?x=1", "");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("page x=1");
        assertThat(page.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(send("GET", "/below/a/b", "").body()).isEqualTo("\"/below/a/b\"");
        assertThat(send("POST", "/post", "it").body()).isEqualTo("got it");
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        HttpResponse<String> head = send("HEAD", "/page", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains("5");
        assertThat(head.body()).isEmpty();
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        HttpResponse<String> response = send("DELETE", "/page", "");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).contains("GET, HEAD");
    }

    @Test
    void otherPathsFallBackAndBrokenOnesSaySo() throws Exception {
        assertThat(send("GET", "/elsewhere", "").statusCode()).isEqualTo(503);
        assertThat(send("GET", "/broken", "").statusCode()).isEqualTo(500);
    }

    @Test
    void rubbishIsABadRequest() throws Exception {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("\0\1 rubbish\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void escapeThatIsNoneIsABadRequest() throws Exception {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write("GET /%zz HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(socket.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void takenPortIsServedAsSoonAsItIsFree() throws Exception {
        server.close();
        ManualClock clock = new ManualClock();
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server = AdminServer.builder()
                    .route("/page", request -> AdminResponse.text(200, "at last"))
                    .open(transport, (InetSocketAddress) holder.getLocalSocketAddress(), clock);
            assertThat(server.address()).isNull();
            clock.advance(Duration.ofSeconds(1));
            Eventually.holds("the second attempt has failed", () -> clock.pending() == 1);
            assertThat(server.address()).isNull();
        }
        clock.advance(Duration.ofSeconds(2));
        Eventually.holds("the port is served", () -> server.address() != null);
        assertThat(send("GET", "/page", "").body()).isEqualTo("at last");
    }

    @Test
    void clientThatSendsAByteNowAndThenIsLeft() throws Exception {
        limited(Duration.ofMillis(300), 10);
        try (Socket socket = connect()) {
            socket.setSoTimeout(20); // the pace of its bytes
            socket.getOutputStream().write("GET /page HTTP/1.1\r\nX: ".getBytes(StandardCharsets.ISO_8859_1));
            int bytes = 0;
            while (!isClosed(socket) && bytes < 1500) {
                bytes++;
            }
            assertThat(bytes).isPositive().isLessThan(1500);
        }
    }

    @Test
    void connectionsBeyondTheMostAreClosedUntilOthersEnd() throws Exception {
        limited(Duration.ofSeconds(30), 2);
        try (Socket first = connect()) {
            try (Socket second = connect()) {
                assertThat(isAnswered(first)).isTrue();
                assertThat(isAnswered(second)).isTrue();
                try (Socket third = connect()) {
                    assertThat(isAnswered(third)).isFalse();
                }
            }
            Eventually.holds("there is room again", () -> {
                try (Socket fourth = connect()) {
                    return isAnswered(fourth);
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    private void limited(Duration request, int connections) {
        server.close();
        server = AdminServer.builder()
                .route("/page", asked -> AdminResponse.text(200, "page "))
                .limits(request, connections)
                .open(transport, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static boolean isAnswered(Socket socket) {
        try {
            socket.getOutputStream().write("GET /page HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            return socket.getInputStream().read() == 'H';
        } catch (IOException e) {
            return false; // it was reset
        }
    }

    /** Sends one byte more, and waits for the end of the connection as long as the socket's timeout. */
    private static boolean isClosed(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
