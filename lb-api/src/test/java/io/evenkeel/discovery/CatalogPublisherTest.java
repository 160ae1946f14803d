package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CatalogPublisherTest {

    private static final Catalog FIRST = Catalog.of(List.of(Endpoints.snapshot("first")));
    private static final Catalog SECOND = Catalog.of(List.of(Endpoints.snapshot("second")));

    private final CatalogPublisher publisher = new CatalogPublisher();

    @Test
    void deliversInTheOrderOfPublishing() {
        List<Catalog> heard = new ArrayList<>();
        publisher.subscribe(heard::add);

        publisher.publish(FIRST);
        publisher.publish(SECOND);
        publisher.publish(FIRST);

        assertThat(heard).containsExactly(FIRST, SECOND, FIRST);
    }

    @Test
    void givesALateSubscriberTheNewestOnly() {
        publisher.publish(FIRST);
        publisher.publish(SECOND);
        List<Catalog> heard = new ArrayList<>();

        publisher.subscribe(heard::add);

        assertThat(heard).containsExactly(SECOND);
        assertThat(publisher.newest()).isSameAs(SECOND);
    }

    @Test
    void tellsAnEarlySubscriberNothingUntilThereIsSomething() {
        List<Catalog> heard = new ArrayList<>();

        publisher.subscribe(heard::add);

        assertThat(heard).isEmpty();
        assertThat(publisher.newest()).isNull();
    }

    @Test
    void servesTheOthersWhenAListenerThrows() {
        Recorder heard = new Recorder();
        publisher.subscribe(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                throw new IllegalStateException("on purpose");
            }
        });
        publisher.subscribe(heard);
        DiscoveryException problem = new DiscoveryException("away");

        publisher.publish(FIRST);
        publisher.fail(problem);

        assertThat(heard.events).containsExactly(FIRST, problem);
        assertThat(publisher.newest()).isSameAs(FIRST);
    }

    @Test
    void tellsNothingAfterASubscriptionIsClosed() {
        Recorder heard = new Recorder();
        Subscription subscription = publisher.subscribe(heard);

        subscription.close();
        publisher.publish(FIRST);
        publisher.fail(new DiscoveryException("away"));

        assertThat(heard.events).isEmpty();
    }

    @Test
    void tellsNothingToAListenerThatAnotherOneRemovedDuringTheDelivery() {
        AtomicReference<Subscription> second = new AtomicReference<>();
        Recorder heard = new Recorder();
        publisher.subscribe(catalog -> second.get().close());
        second.set(publisher.subscribe(heard));

        publisher.publish(FIRST);

        assertThat(heard.events).isEmpty();
    }

    @Test
    void keepsTheOtherSubscriptionOfAListenerWhenOneIsClosedTwice() {
        Recorder heard = new Recorder();
        Subscription first = publisher.subscribe(heard);
        publisher.subscribe(heard);

        first.close();
        first.close();
        publisher.publish(FIRST);

        assertThat(heard.events).containsExactly(FIRST);
    }

    @Test
    void neverDeliversAnOlderCatalogAfterANewerOneThatAListenerPublished() {
        AtomicBoolean once = new AtomicBoolean();
        publisher.subscribe(catalog -> {
            if (once.compareAndSet(false, true)) {
                publisher.publish(SECOND);
            }
        });
        Recorder heard = new Recorder();
        publisher.subscribe(heard);

        publisher.publish(FIRST);

        assertThat(heard.events).containsExactly(SECOND);
    }

    @Test
    void isSilentOnceClosed() {
        Recorder early = new Recorder();
        Recorder late = new Recorder();
        publisher.subscribe(early);
        publisher.publish(FIRST);

        publisher.close();
        publisher.close();
        publisher.publish(SECOND);
        publisher.fail(new DiscoveryException("away"));
        publisher.subscribe(late).close();

        assertThat(early.events).containsExactly(FIRST);
        assertThat(late.events).isEmpty();
    }

    @Test
    void deliversOneAtATimeAndEndsEveryoneOnTheNewest() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicReference<Catalog> last = new AtomicReference<>();
        publisher.subscribe(catalog -> {
            overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
            last.set(catalog);
            inside.decrementAndGet();
        });

        Threads.race(4, thread -> {
            for (int i = 0; i < 1_000; i++) {
                publisher.publish(i % 2 == 0 ? FIRST : SECOND);
            }
        });

        assertThat(overlapped).isFalse();
        assertThat(last.get()).isSameAs(publisher.newest());
    }

    private static final class Recorder implements CatalogListener {

        private final List<Object> events = new ArrayList<>();

        @Override
        public void onCatalog(Catalog catalog) {
            events.add(catalog);
        }

        @Override
        public void onFailure(DiscoveryException problem) {
            events.add(problem);
        }
    }
}
