package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.testing.Threads;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RoundsTest {

    private final Queue<Runnable> script = new ArrayDeque<>();
    private final AtomicInteger done = new AtomicInteger();
    private final Rounds rounds = new Rounds(() -> {
        Runnable next = script.poll();
        if (next != null) {
            next.run();
        }
        done.incrementAndGet();
    });

    @Test
    void worksOncePerRequestWhenNobodyIsInTheWay() {
        rounds.ask();
        rounds.ask();

        assertThat(done).hasValue(2);
    }

    @Test
    void servesAllRequestsOfOneRoundWithTheNext() {
        AtomicInteger doneInside = new AtomicInteger(-1);
        script.add(() -> {
            rounds.ask();
            rounds.ask();
            rounds.ask();
            doneInside.set(done.get());
        });

        rounds.ask();

        assertThat(doneInside).hasValue(0);
        assertThat(done).hasValue(2);
    }

    @Test
    void servesWhoAskedDuringARoundThatThrew() {
        IllegalStateException first = new IllegalStateException("on purpose");
        script.add(() -> {
            rounds.ask();
            throw first;
        });

        assertThatThrownBy(rounds::ask).isSameAs(first);

        assertThat(done).hasValue(1);
        rounds.ask();
        assertThat(done).hasValue(2);
    }

    @Test
    void survivesAnError() {
        script.add(() -> {
            throw new AssertionError("on purpose");
        });

        assertThatThrownBy(rounds::ask).isInstanceOf(AssertionError.class);

        rounds.ask();
        assertThat(done).hasValue(1);
    }

    @Test
    void isNeverInTwoRoundsAndEndsWithOneThatSawEverything() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        int[] written = new int[4 * 16]; // one cell per thread, plain on purpose
        AtomicReference<Integer> seen = new AtomicReference<>(0);
        Rounds raced = new Rounds(() -> {
            overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
            int sum = 0;
            for (int thread = 0; thread < 4; thread++) {
                sum += written[thread * 16];
            }
            seen.set(sum);
            inside.decrementAndGet();
        });

        Threads.race(4, thread -> {
            for (int i = 0; i < 20_000; i++) {
                written[thread * 16]++;
                raced.ask();
            }
        });

        assertThat(overlapped).isFalse();
        assertThat(seen.get()).isEqualTo(80_000);
    }
}
