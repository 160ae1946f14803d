package io.evenkeel.samples.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l4.testing.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProbeTest {

    @Test
    void taskIsReadFromTheAnswer() throws Exception {
        assertThat(http("HTTP/1.1 200 OK\r\nx-TASK: web.1 \r\n\r\nX")).isEqualTo("web.1");
        assertThat(redis("$20\r\n# Server\r\ntask_id:redis.1\r\n")).isEqualTo("redis.1");
    }

    @Test
    void answerWithoutATaskComesFromNobodyKnown() throws Exception {
        assertThat(http("HTTP/1.1 200 OK\r\n\r\n")).isEqualTo("?");
    }

    @Test
    void everythingButAProperAnswerIsAFailure() {
        assertThatThrownBy(() -> http("HTTP/1.1 503 Service Unavailable\r\n\r\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("status: HTTP/1.1 503 Service Unavailable (expected: 200)");
        assertThatThrownBy(() -> http("")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> redis("-ERR unknown command\r\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("the connection ended (expected: an answer to INFO)");
        assertThatThrownBy(() -> Probe.http(TestServer::refusing).ask()).isInstanceOf(IOException.class);
    }

    private static String http(String answer) throws IOException {
        try (TestServer server = answering(answer)) {
            return Probe.http(server::address).ask();
        }
    }

    private static String redis(String answer) throws IOException {
        try (TestServer server = answering(answer)) {
            return Probe.redis(server::address).ask();
        }
    }

    /** Waits for the client to close, so that nothing of the answer is lost. */
    private static TestServer answering(String text) {
        return TestServer.of(socket -> {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        });
    }
}
