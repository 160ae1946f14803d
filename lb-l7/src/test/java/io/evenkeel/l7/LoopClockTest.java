package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopClockTest {

    /* Its loop runs what is scheduled only when told to: the ticks are the test's own. */
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final ManualClock time = new ManualClock();
    private final LoopClock clock = new LoopClock(channel.eventLoop(), time);
    private final List<String> expired = new ArrayList<>();

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aDeadlineExpiresOnceAndNotBeforeItsTime() {
        clock.deadline(timed("a"), 1000);
        ticks(4);
        assertThat(expired).isEmpty();
        ticks(10);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void aDeadlineThatFailsDoesNotKeepTheOthersFromExpiring() {
        LoopClock.Timed last = timed("last");
        LoopClock.Timed broken = new LoopClock.Timed() {
            @Override
            void expired() {
                expired.add("broken");
                throw new IllegalStateException("on purpose");
            }
        };
        clock.register(broken);
        LoopClock.Timed first = timed("first");
        clock.deadline(first, 0);
        clock.deadline(broken, 0);
        clock.deadline(last, 0);
        ticks(1);
        assertThat(expired).containsExactly("first", "broken", "last");
        clock.deadline(first, 0);
        ticks(1);
        assertThat(expired).endsWith("first");
    }

    @Test
    void timeStandsStillUntilItIsReadOrATickPasses() {
        long begun = clock.nanos();
        time.advance(Duration.ofMillis(3));
        assertThat(clock.nanos()).isEqualTo(begun);
        clock.mark();
        assertThat(clock.nanos()).isEqualTo(begun + 3_000_000);
        time.advance(Duration.ofMillis(4));
        ticks(1);
        assertThat(clock.nanos()).isEqualTo(begun + 7_000_000);
    }

    private LoopClock.Timed timed(String name) {
        LoopClock.Timed timed = new LoopClock.Timed() {
            @Override
            void expired() {
                expired.add(name);
            }
        };
        clock.register(timed);
        return timed;
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            clock.run();
        }
    }
}
