package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class CursorTest {

    @Test
    void countsStrictlyForOneThreadAndWraps() {
        Cursor cursor = new Cursor(Integer.MAX_VALUE - 1);

        assertThat(cursor.next()).isEqualTo(Integer.MAX_VALUE - 1);
        assertThat(cursor.next()).isEqualTo(Integer.MAX_VALUE);
        assertThat(cursor.next()).isEqualTo(Integer.MIN_VALUE);
    }

    /* Whether it splits or not on this machine: every stripe goes round all endpoints. */
    @Test
    void staysFairWhenManyThreadsCollide() throws Exception {
        List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(10));
        Picker picker = Strategy.roundRobin().newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));
        AtomicIntegerArray counts = new AtomicIntegerArray(10);

        Threads.race(8, thread -> {
            for (int i = 0; i < 100_000; i++) {
                counts.incrementAndGet(endpoints.indexOf(picker.pick(PickContext.none(), 0, 0)));
            }
        });

        for (int i = 0; i < 10; i++) {
            assertThat(counts.get(i)).isBetween(80_000 - Stripes.COUNT - 1, 80_000 + Stripes.COUNT + 1);
        }
    }
}
