package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.testing.TestServer;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TcpHealthCheckTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Transport transport = Transport.open(1);
    private final TcpHealthCheck check = new TcpHealthCheck(transport);

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void isContentWithAConnectionAndClosesIt() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (TestServer server = TestServer.of(socket -> {
            try {
                socket.getInputStream().read();
            } finally {
                closed.countDown();
            }
        })) {
            ask(server.endpoint()).get(1, TimeUnit.MINUTES);

            assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void failsWhereNobodyListens() {
        assertThatThrownBy(() -> ask(Endpoint.of(TestServer.refusing())).get(1, TimeUnit.MINUTES))
                .hasCauseInstanceOf(ConnectException.class);
    }

    private CompletableFuture<Void> ask(Endpoint endpoint) {
        return check.check(endpoint, TIMEOUT).toCompletableFuture();
    }
}
