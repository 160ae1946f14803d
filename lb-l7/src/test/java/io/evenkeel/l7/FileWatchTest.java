package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FileWatchTest {

    private final ManualClock clock = new ManualClock();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void looksEveryFiveSecondsUntilItIsClosed() {
        FileWatch watch = FileWatch.start(clock, looks::incrementAndGet);
        clock.advance(Duration.ofSeconds(4));
        assertThat(looks).hasValue(0);
        clock.advance(Duration.ofSeconds(1));
        assertThat(looks).hasValue(1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(looks).hasValue(2);

        watch.close();
        clock.advance(Duration.ofMinutes(1));
        assertThat(looks).hasValue(2);
    }

    @Test
    void goesOnAfterALookThatFails() {
        try (FileWatch watch = FileWatch.start(clock, () -> {
            if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("the first one fails");
            }
        })) {
            CompletableFuture<Void> failing = watch.now();
            clock.runDue();
            assertThat(failing).isCompletedExceptionally();
            clock.advance(Duration.ofSeconds(5));
            assertThat(looks).hasValue(2);
        }
    }

    @Test
    void looksAtOnceIfItIsTold() {
        try (FileWatch watch = FileWatch.start(clock, looks::incrementAndGet)) {
            CompletableFuture<Void> done = watch.now();
            clock.runDue();
            assertThat(done).isCompleted();
            assertThat(looks).hasValue(1);
        }
    }

    @Test
    void saysThatASchedulerIsGone() {
        ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
        FileWatch watch = FileWatch.start(scheduler, looks::incrementAndGet);
        scheduler.shutdown();
        assertThat(watch.now()).isCompletedExceptionally();
        watch.close();
        assertThat(watch.now()).isCompleted();
        assertThat(looks).hasValue(0);
    }
}
