package io.evenkeel.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import org.junit.jupiter.api.Test;

class EndpointStatsConcurrencyTest {

    private static final int THREADS = 8;
    private static final int USES = 30_000; // of each thread, a multiple of the number of outcomes

    @Test
    void losesNoUseAndNoByte() throws Exception {
        EndpointStats stats = new EndpointStats(Endpoints.endpoint("a", 1));
        Outcome[] outcomes = Outcome.values();

        Threads.race(THREADS, thread -> {
            for (int i = 0; i < USES; i++) {
                stats.tryStart(0);
                assertThat(stats.inFlight()).isBetween(1, THREADS);
                stats.addBytesSent(3);
                stats.addBytesReceived(2);
                stats.complete(outcomes[i % outcomes.length]);
            }
        });

        assertThat(stats.inFlight()).isZero();
        assertThat(stats.started()).isEqualTo((long) THREADS * USES);
        assertThat(outcomes)
                .allSatisfy(
                        outcome -> assertThat(stats.count(outcome)).isEqualTo((long) THREADS * USES / outcomes.length));
        assertThat(stats.bytesSent()).isEqualTo(3L * THREADS * USES);
        assertThat(stats.bytesReceived()).isEqualTo(2L * THREADS * USES);
        assertThat(stats.maxInFlight()).isBetween(1, THREADS);
    }
}
