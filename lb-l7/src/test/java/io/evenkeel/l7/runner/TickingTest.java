package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TickingTest {

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger ticks = new AtomicInteger();

    @Test
    void whatFailsEndsNeitherTheOthersNorTheTicking() {
        try (Ticking ticking = new Ticking(
                clock,
                () -> {
                    throw new IllegalStateException("on purpose");
                },
                ticks::incrementAndGet)) {
            clock.advance(Duration.ofSeconds(1));
            clock.advance(Duration.ofSeconds(1));
            assertThat(ticks).hasValue(2);
            assertThat(ticking).isNotNull();
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(ticks).hasValue(2);
    }

    @Test
    void itsThreadIsOfItsOwnAndKeepsNoProcessAlive() throws Exception {
        ScheduledExecutorService own = Ticking.newClock();
        try {
            Thread thread = own.submit(Thread::currentThread).get();
            assertThat(thread.getName()).isEqualTo("evenkeel-admin");
            assertThat(thread.isDaemon()).isTrue();
        } finally {
            own.shutdownNow();
        }
    }
}
