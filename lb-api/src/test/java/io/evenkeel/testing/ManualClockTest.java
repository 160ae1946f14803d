package io.evenkeel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    private final ManualClock clock = new ManualClock();
    private final List<String> ran = new ArrayList<>();

    @Test
    void runsWhatIsDueInOrderAndAtItsOwnTime() {
        clock.schedule(() -> ran.add("b" + clock.nanos()), 20, TimeUnit.NANOSECONDS);
        clock.schedule(() -> ran.add("a" + clock.nanos()), 10, TimeUnit.NANOSECONDS);
        clock.schedule(() -> ran.add("c" + clock.nanos()), 21, TimeUnit.NANOSECONDS);
        clock.execute(() -> ran.add("now" + clock.nanos()));
        clock.advance(Duration.ofNanos(20));
        assertThat(ran).containsExactly("now0", "a10", "b20");
        assertThat(clock.pending()).isEqualTo(1);
    }

    @Test
    void repeatsUntilCancelled() {
        ScheduledFuture<?> task = clock.scheduleAtFixedRate(() -> ran.add("x"), 1, 2, TimeUnit.SECONDS);
        clock.advance(Duration.ofSeconds(5));
        assertThat(ran).hasSize(3);
        task.cancel(false);
        clock.advance(Duration.ofSeconds(5));
        assertThat(ran).hasSize(3);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void runsWhatATaskSchedulesWhenItIsDueInTheSameStep() {
        clock.schedule(
                () -> clock.schedule(() -> ran.add("at " + clock.nanos()), 5, TimeUnit.NANOSECONDS),
                5,
                TimeUnit.NANOSECONDS);
        clock.advance(Duration.ofNanos(100));
        assertThat(ran).containsExactly("at 10");
    }
}
