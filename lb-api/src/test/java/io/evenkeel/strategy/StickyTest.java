package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.testing.Endpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StickyTest {

    private static final Strategy STRATEGY = Strategy.sticky(Strategy.roundRobin(), Duration.ofMinutes(5), 1_000);

    private final List<EndpointStats> endpoints = new ArrayList<>(Endpoints.stats(Endpoints.endpoints(10)));
    private final PickContext alice = PickContext.create().key("alice");
    private Picker picker = next(null);

    @Test
    void staysWithTheEndpointThatTheKeyWasSentToFirst() {
        EndpointStats first = picker.pick(alice, 0, 0);

        for (int i = 0; i < 100; i++) {
            assertThat(picker.pick(alice, 0, 0)).isSameAs(first);
        }
    }

    @Test
    void placesDifferentKeysAsItsDelegateDoesAndThoseWithoutAKeyToo() {
        Set<EndpointStats> seen = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            seen.add(picker.pick(PickContext.create().key("user-" + i), 0, 0));
        }
        assertThat(seen).hasSize(10);
        assertThat(picker.pick(PickContext.none(), 0, 0)).isNotSameAs(picker.pick(PickContext.none(), 0, 0));
    }

    @Test
    void remembersOverUpdatesAndMovesOnceWhenTheEndpointIsGone() {
        EndpointStats first = picker.pick(alice, 0, 0);
        picker = next(picker);
        assertThat(picker.pick(alice, 0, 0)).isSameAs(first);

        endpoints.remove(first);
        picker = next(picker);
        EndpointStats second = picker.pick(alice, 0, 0);
        assertThat(second).isNotSameAs(first);
        assertThat(picker.pick(alice, 0, 0)).isSameAs(second);
    }

    @Test
    void movesAwayFromABarredOrTriedEndpointAndStaysThere() {
        EndpointStats first = picker.pick(alice, 0, 0);
        first.bar(Bar.EJECTED);
        EndpointStats second = picker.pick(alice, 0, 0);
        assertThat(second).isNotSameAs(first);
        first.unbar(Bar.EJECTED);
        assertThat(picker.pick(alice, 0, 0)).isSameAs(second);

        PickContext retry = PickContext.create().key("alice").exclude(second);
        EndpointStats third = picker.pick(retry, 0, 0);
        assertThat(third).isNotSameAs(second);
        assertThat(picker.pick(alice, 0, 0)).isSameAs(third);
    }

    @Test
    void namesWhatIsWrongWithItsSettings() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strategy.sticky(Strategy.random(), Duration.ZERO, 1))
                .withMessage("idle: PT0S (expected: > 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Strategy.sticky(Strategy.random(), Duration.ofSeconds(1), 0))
                .withMessage("maxKeys: 0 (expected: >= 1)");
    }

    @Test
    void firstFillsOneEndpointBeforeTheNext() {
        endpoints.forEach(one -> one.setLimit(2));
        Picker first = Strategy.first().newPicker(Candidates.of(endpoints, null, new SplittableRandom(1)));
        List<EndpointStats> picked = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            EndpointStats one = first.pick(PickContext.none(), 0, 0);
            one.tryStart(0);
            picked.add(one);
        }

        assertThat(picked)
                .containsExactly(
                        endpoints.get(0), endpoints.get(0), endpoints.get(1), endpoints.get(1), endpoints.get(2));
        assertThat(first.pick(PickContext.none(), 0, 1)).isSameAs(endpoints.get(3));
    }

    private Picker next(Picker previous) {
        return STRATEGY.newPicker(Candidates.of(endpoints, previous, new SplittableRandom(1)));
    }
}
