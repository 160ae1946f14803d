package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {
    private static final String APP = "{\"id\":\"/app\",\"instances\":0}";

    @RegisterExtension
    final MarathonSimulatorExtension marathon =
            new MarathonSimulatorExtension(settings -> settings.instantly().maxBody(1000));

    private String exchange(String request) throws IOException {
        return Rest.exchange(marathon.simulator().uri(), request);
    }

    @Test
    void bodyIsAskedForWhenTheClientWaits() throws IOException {
        String head = "POST /v2/apps HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: " + APP.length()
                + "\r\n\r\n";
        try (Socket socket = Rest.send(marathon.simulator().uri(), head)) {
            assertThat(Rest.readUntil(socket, "\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            socket.getOutputStream().write(APP.getBytes(StandardCharsets.US_ASCII));
            assertThat(Rest.readUntil(socket, "\r\n\r\n")).startsWith("HTTP/1.1 201 Created");
        }
    }

    @Test
    void chunkedBodyIsTaken() throws IOException {
        String body = Integer.toHexString(5) + ";x=y\r\n" + APP.substring(0, 5) + "\r\n"
                + Integer.toHexString(APP.length() - 5) + "\r\n" + APP.substring(5) + "\r\n0\r\n\r\n";
        String head = "POST /v2/apps HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        assertThat(exchange(head + body)).startsWith("HTTP/1.1 201 Created");
    }

    @Test
    void connectionIsKeptUntilToldOtherwise() throws IOException {
        String get = "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n";
        String last = "HEAD /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        String answers = exchange(get + get + last);
        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(4);
        assertThat(answers).endsWith("Connection: close\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense, 400",
        "GET /ping HTTP/2.0, 400",
        "GET ping HTTP/1.1, 400",
        "GET /ping HTTP/1.1~: no name, 400",
        "POST /v2/apps HTTP/1.1~Content-Length: x, 400",
        "POST /v2/apps HTTP/1.1~Content-Length: -1, 400",
        "POST /v2/apps HTTP/1.1~Content-Length: 1001, 413",
        "POST /v2/apps HTTP/1.1~Transfer-Encoding: chunked~~fff, 413"
    })
    void malformedRequestIsRefusedAndDoesNoHarm(String request, int status) throws IOException {
        assertThat(exchange(request.replace("~", "\r\n") + "\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
        assertThat(new Rest(marathon.simulator().uri()).get("/ping").body()).isEqualTo("pong");
    }

    @Test
    void endlessHeadIsRefused() throws IOException {
        try (Socket socket = Rest.send(marathon.simulator().uri(), "GET /" + "x".repeat(65 * 1024))) {
            assertThat(Rest.readUntil(socket, "\r\n")).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void answerIsPackedForThoseWhoUnpack() throws IOException {
        String answer =
                exchange("GET /v2/info HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n");
        assertThat(answer).contains("Content-Encoding: gzip\r\n");
        byte[] body = answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.ISO_8859_1);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes())
                .startsWith("{\"name\"".getBytes(StandardCharsets.US_ASCII));
    }
}
