package io.evenkeel.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class ClusterChangesTest {

    private static final Duration WINDOW = Duration.ofMillis(50);

    private final ManualClock clock = new ManualClock();
    private final Cluster cluster = new Cluster("web", new ClusterRuntime(clock, new SplittableRandom(1), clock));
    private final Reader reader = new Reader();

    @Test
    void beginsWithWhatIsAndTellsWhatComesWithinAWindowAsOne() {
        update(1);
        cluster.changes(WINDOW).subscribe(reader);
        reader.subscription.request(Long.MAX_VALUE);
        clock.runDue();
        assertThat(reader.sizes).containsExactly(1);

        update(2);
        clock.advance(Duration.ofMillis(30));
        update(3);
        cluster.bar(cluster.state().active().get(0), Bar.UNHEALTHY);
        clock.advance(Duration.ofMillis(19));
        assertThat(reader.sizes).containsExactly(1);
        clock.advance(Duration.ofMillis(1));

        assertThat(reader.sizes).containsExactly(1, 3);
        assertThat(reader.last.available()).isEqualTo(2);
        assertThat(reader.last.failsOpen()).isFalse();
        assertThat(reader.last.cluster()).isEqualTo("web");
        clock.advance(Duration.ofHours(1));
        assertThat(reader.sizes).hasSize(2);
    }

    @Test
    void keepsOneChangeForWhoeverIsSlowInAStormOfThem() {
        cluster.changes(Duration.ZERO).subscribe(reader);
        reader.subscription.request(1);
        clock.runDue();
        for (int i = 1; i <= 10_000; i++) {
            update(1 + i % 3);
            clock.runDue();
        }
        assertThat(reader.sizes).containsExactly(0);
        assertThat(clock.pending()).isZero();

        reader.subscription.request(1);
        clock.runDue();

        assertThat(reader.sizes).containsExactly(0, 1 + 10_000 % 3);
        reader.subscription.request(1);
        clock.runDue();
        assertThat(reader.sizes).hasSize(2);
    }

    @Test
    void saysNothingAfterItWasCancelled() {
        cluster.changes(WINDOW).subscribe(reader);
        reader.subscription.request(5);
        reader.subscription.cancel();
        reader.subscription.cancel();
        update(1);

        clock.advance(WINDOW);

        assertThat(reader.sizes).isEmpty();
        assertThat(reader.ends).isEmpty();
    }

    @Test
    void endsWithTheClusterAndOnlyOnce() {
        cluster.changes(WINDOW).subscribe(reader);
        cluster.close();
        cluster.close();
        clock.runDue();

        assertThat(reader.ends).containsExactly("complete");
        cluster.changes(WINDOW).subscribe(reader);
        clock.runDue();
        assertThat(reader.ends).containsExactly("complete", "complete");
    }

    @Test
    void endsWithAnErrorForARequestOfNothing() {
        cluster.changes(WINDOW).subscribe(reader);

        reader.subscription.request(0);
        clock.runDue();

        assertThat(reader.ends).containsExactly("request: 0 (expected: > 0)");
    }

    @Test
    void dropsASubscriberThatThrowsAndServesTheOthers() {
        Reader failing = new Reader() {
            @Override
            public void onNext(ClusterChange change) {
                super.onNext(change);
                throw new IllegalStateException("on purpose");
            }
        };
        cluster.changes(WINDOW).subscribe(failing);
        cluster.changes(WINDOW).subscribe(reader);
        failing.subscription.request(Long.MAX_VALUE);
        reader.subscription.request(Long.MAX_VALUE);

        update(1);
        clock.advance(WINDOW);
        update(2);
        clock.advance(WINDOW);

        assertThat(failing.sizes).hasSize(1);
        assertThat(reader.sizes).endsWith(2);
    }

    @Test
    void tellsThatBarsAreIgnored() {
        update(4);
        cluster.bar(cluster.state().active().get(0), Bar.MAINTENANCE);
        cluster.changes(Duration.ZERO).subscribe(reader);
        reader.subscription.request(Long.MAX_VALUE);
        clock.runDue();
        assertThat(reader.last.failsOpen()).isFalse();

        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(4)),
                ClusterConfig.builder().monitors().panicThreshold(1).build());
        clock.runDue();

        assertThat(reader.last.failsOpen()).isTrue();
    }

    @Test
    void tellsNothingBeforeTheSubscriberHasItsSubscription() {
        update(1);
        List<Integer> during = new ArrayList<>();
        cluster.changes(Duration.ZERO).subscribe(new Reader() {
            @Override
            public void onSubscribe(Flow.Subscription newSubscription) {
                newSubscription.request(1);
                clock.runDue();
                during.addAll(sizes);
            }

            @Override
            public void onNext(ClusterChange change) {
                super.onNext(change);
                reader.onNext(change);
            }
        });
        clock.runDue();

        assertThat(during).isEmpty();
        assertThat(reader.sizes).containsExactly(1);
    }

    @Test
    void aWindowIsNotNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cluster.changes(Duration.ofMillis(-1)))
                .withMessage("window: PT-0.001S (expected: 0 or more)");
    }

    private void update(int count) {
        cluster.update(
                Endpoints.snapshot("web", Endpoints.endpoints(count)),
                ClusterConfig.builder().monitors().build());
    }

    private static class Reader implements Flow.Subscriber<ClusterChange> {

        final List<Integer> sizes = new ArrayList<>();
        final List<String> ends = new ArrayList<>();
        ClusterChange last;
        Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
        }

        @Override
        public void onNext(ClusterChange change) {
            sizes.add(change.state().active().size());
            last = change;
        }

        @Override
        public void onError(Throwable problem) {
            ends.add(problem.getMessage());
        }

        @Override
        public void onComplete() {
            ends.add("complete");
        }
    }
}
