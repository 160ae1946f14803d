package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.l4.testing.TestServer;
import io.netty.channel.ConnectTimeoutException;
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
            assertThat(ask(server.endpoint()).get(1, TimeUnit.MINUTES)).isEqualTo(new Verdict(Finding.L4OK, 0));

            assertThat(closed.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    @Test
    void failsWhereNobodyListens() {
        assertThatThrownBy(() -> ask(Endpoint.of(TestServer.refusing())).get(1, TimeUnit.MINUTES))
                .hasRootCauseInstanceOf(ConnectException.class)
                .satisfies(e -> assertThat(((CheckFailedException) e.getCause()).finding())
                        .isEqualTo(Finding.L4CON));
    }

    @Test
    void tellsAConnectionThatTakesTooLongFromOneThatIsRefused() {
        assertThat(TcpHealthCheck.noConnection(new ConnectTimeoutException("after 3 s"))
                        .finding())
                .isEqualTo(Finding.L4TOUT);
    }

    private CompletableFuture<Verdict> ask(Endpoint endpoint) {
        return check.check(endpoint, TIMEOUT).toCompletableFuture();
    }
}
