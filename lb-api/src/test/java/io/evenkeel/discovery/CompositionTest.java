package io.evenkeel.discovery;

import static io.evenkeel.testing.Endpoints.endpoint;
import static io.evenkeel.testing.Endpoints.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.endpoint.Eligibility;
import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CompositionTest {

    private final FakeDiscovery first = new FakeDiscovery();
    private final FakeDiscovery second = new FakeDiscovery();
    private final Discovery both = Discovery.union(first, second);
    private final Recorder heard = new Recorder();

    @Test
    void watchesItsSourcesOnceAndNotBeforeItIsWatched() {
        both.request("web");
        assertThat(first.watchers()).isZero();

        both.watch(heard);
        both.watch(new Recorder());

        assertThat(first.watchers()).isEqualTo(1);
        assertThat(second.watchers()).isEqualTo(1);
    }

    @Test
    void asksAllSourcesForAService() {
        both.request("web");

        assertThat(first.requests()).containsExactly("web");
        assertThat(second.requests()).containsExactly("web");
    }

    @Test
    void closesAllSourcesOnce() {
        both.close();
        both.close();

        assertThat(first.closes()).isEqualTo(1);
        assertThat(second.closes()).isEqualTo(1);
    }

    @Test
    void closesTheOthersWhenOneCannotBeClosed() {
        IllegalStateException broken = new IllegalStateException("on purpose");
        Discovery unclosable = new Forwarding(first) {
            @Override
            public void close() {
                throw broken;
            }
        };
        Discovery all = Discovery.union(unclosable, second);

        assertThatThrownBy(all::close).isSameAs(broken);

        assertThat(second.closes()).isEqualTo(1);
    }

    @Test
    void saysNothingWhileNobodyHasAnswered() {
        both.watch(heard);

        assertThat(heard.events).isEmpty();
    }

    @Test
    void holdsNobodyBackForASourceThatHasNotAnswered() {
        both.watch(heard);

        first.publish(snapshot("a"));
        second.publish(snapshot("b"));

        assertThat(heard.services()).containsExactly(List.of("a"), List.of("a", "b"));
    }

    @Test
    void beginsWithEverythingThatIsKnownAtOnce() {
        first.publish(snapshot("a"));
        second.publish(snapshot("b"));

        both.watch(heard);

        assertThat(heard.services()).containsExactly(List.of("a", "b"));
    }

    @Test
    void publishesOnlyWhatDiffers() {
        both.watch(heard);

        first.publish(snapshot("a", endpoint("x", 1)));
        first.publish(snapshot("a", endpoint("x", 1)));
        second.publish();
        first.publish(snapshot("a", endpoint("x", 2)));

        assertThat(heard.events).hasSize(2);
    }

    @Test
    void unitesProblems() {
        Problem a = new Problem("/a", "bad");
        Problem b = new Problem("/b", "bad");
        both.watch(heard);

        first.publish(Catalog.of(List.of(), List.of(a, b)));
        second.publish(Catalog.of(List.of(), List.of(b)));
        second.publish(Catalog.of(List.of(), List.of(new Problem("/c", "bad"))));

        assertThat(heard.catalog(0).problems()).containsExactly(a, b);
        assertThat(heard.catalog(1).problems()).containsExactly(a, b, new Problem("/c", "bad"));
    }

    @Test
    void reportsAFailureAndServesWhatIsKnown() {
        both.watch(heard);
        first.publish(snapshot("a"));
        DiscoveryException away = first.fail("away");
        second.publish(snapshot("b"));

        assertThat(heard.events.get(1)).isSameAs(away);
        assertThat(heard.services()).containsExactly(List.of("a"), List.of("a", "b"));
        assertThat(heard.events.get(3)).isSameAs(away); // the catalog of the other source has not ended it
        assertThat(heard.events).hasSize(4);
    }

    @Test
    void tellsOfTheEndOfAFailureEvenIfNothingElseIsNew() {
        both.watch(heard);
        first.publish(snapshot("a"));
        DiscoveryException firstAway = first.fail("first is away");
        DiscoveryException secondAway = second.fail("second is away");

        first.publish(snapshot("a"));
        first.publish(snapshot("a"));

        assertThat(heard.events).hasSize(5);
        assertThat(heard.events.subList(1, 3)).containsExactly(firstAway, secondAway);
        assertThat(heard.services()).containsExactly(List.of("a"), List.of("a"));
        assertThat(heard.events.get(4)).isSameAs(secondAway);
    }

    @Test
    void reportsASourceThatCannotBeWatched() {
        Discovery broken = new Forwarding(second) {
            @Override
            public Subscription watch(CatalogListener listener) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public String toString() {
                return "broken";
            }
        };
        first.publish(snapshot("a"));

        Discovery.union(broken, first).watch(heard);

        assertThat(heard.services()).containsExactly(List.of("a"));
        assertThat((DiscoveryException) heard.events.get(1)).hasMessage("broken: cannot be watched: on purpose");
    }

    @Test
    void reportsAFilterThatThrowsAndRecovers() {
        AtomicBoolean broken = new AtomicBoolean(true);
        EndpointFilter filter = endpoint -> {
            if (broken.get()) {
                throw new IllegalStateException("on purpose");
            }
            return Eligibility.ACTIVE;
        };
        Discovery.failover(List.of(first), filter).watch(heard);

        first.publish(snapshot("a", endpoint("x", 1)));
        assertThat((DiscoveryException) heard.events.get(0)).hasMessageEndingWith("cannot be merged: on purpose");

        broken.set(false);
        first.publish(snapshot("a", endpoint("x", 1)));
        broken.set(true);
        first.publish(snapshot("a", endpoint("x", 1)));
        broken.set(false);
        first.publish(snapshot("a", endpoint("x", 1)));
        assertThat(heard.services()).containsExactly(List.of("a"), List.of("a"));
        assertThat(heard.events).hasSize(4);
    }

    @Test
    void keepsTheOrderWhenAListenerMakesASourcePublish() {
        Recorder late = new Recorder();
        both.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                if (catalog.find("b") == null) {
                    second.publish(snapshot("b"));
                }
            }
        });
        both.watch(late);

        first.publish(snapshot("a"));

        assertThat(late.services()).containsExactly(List.of("a"), List.of("a", "b"));
    }

    @Test
    void tellsNothingToAListenerThatAnotherOneRemovedDuringTheDelivery() {
        AtomicReference<Subscription> later = new AtomicReference<>();
        both.watch(catalog -> later.get().close());
        later.set(both.watch(heard));

        first.publish(snapshot("a"));

        assertThat(heard.events).isEmpty();
    }

    @Test
    void tellsNothingOnceAListenerHasClosedIt() {
        both.watch(catalog -> both.close());
        both.watch(heard);

        first.publish(snapshot("a"));
        first.fail("away");

        assertThat(heard.events).isEmpty();
        assertThat(second.closes()).isEqualTo(1);
    }

    @Test
    void aWatcherThatComesDuringADeliveryIsServedAfterIt() {
        AtomicBoolean once = new AtomicBoolean();
        both.watch(catalog -> {
            if (once.compareAndSet(false, true)) {
                both.watch(heard);
                heard.events.add("watching");
            }
        });

        first.publish(snapshot("a"));

        assertThat(heard.events.get(0)).isEqualTo("watching");
        assertThat(heard.services()).containsExactly(List.of("a"));
    }

    /* With a lock held during delivery the second source's thread could not come through, and nobody would go on. */
    @Test
    void letsASourceReportWhileAListenerIsBeingCalled() {
        AtomicBoolean once = new AtomicBoolean();
        both.watch(catalog -> {
            if (once.compareAndSet(false, true)) {
                CompletableFuture.runAsync(() -> {
                            second.publish(snapshot("b"));
                            both.watch(heard);
                        })
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join();
            }
        });
        Recorder calm = new Recorder();
        both.watch(calm);

        first.publish(snapshot("a"));

        assertThat(calm.services()).containsExactly(List.of("a"), List.of("a", "b"));
        assertThat(heard.services()).containsExactly(List.of("a", "b"));
    }

    @Test
    void deliversOneAtATimeAndEndsEveryoneOnTheNewest() throws Exception {
        List<FakeDiscovery> sources = List.of(first, second, new FakeDiscovery(), new FakeDiscovery());
        WeightedDiscovery all = Discovery.weighted(sources, 1, 1, 1, 1);
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean();
        AtomicReference<Catalog> last = new AtomicReference<>();
        all.watch(catalog -> {
            overlapped.compareAndSet(false, inside.incrementAndGet() > 1);
            last.set(catalog);
            inside.decrementAndGet();
        });

        Threads.race(5, thread -> {
            for (int i = 1; i <= 500; i++) {
                if (thread == 4) {
                    all.weights(i, 1, 1, 1);
                    all.watch(catalog -> {}).close();
                } else if (i % 7 == 0) {
                    sources.get(thread).fail("away");
                } else {
                    sources.get(thread).publish(snapshot("s" + thread, endpoint("e", i)));
                }
            }
        });

        assertThat(overlapped).isFalse();
        for (int thread = 0; thread < 4; thread++) {
            assertThat(last.get().find("s" + thread).endpoints()).containsExactly(endpoint("e", 500));
        }
    }

    @Test
    void nests() {
        FakeDiscovery third = new FakeDiscovery();
        Discovery nested = Discovery.union(Discovery.failover(first, second), third);
        nested.watch(heard);

        second.publish(snapshot("a", endpoint("x", 2)));
        third.publish(snapshot("b"));
        first.publish(snapshot("a", endpoint("x", 1)));
        nested.close();

        assertThat(heard.services()).containsExactly(List.of("a"), List.of("a", "b"), List.of("a", "b"));
        assertThat(heard.catalog(2).find("a").endpoints()).containsExactly(endpoint("x", 1));
        assertThat(List.of(first.closes(), second.closes(), third.closes())).containsExactly(1, 1, 1);
    }

    @Test
    void refusesNoSourcesAndTheSameOneTwice() {
        assertThatIllegalArgumentException()
                .isThrownBy(Discovery::union)
                .withMessage("sources: [] (expected: at least one)");
        Discovery here = named("here");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Discovery.failover(first, here, here))
                .withMessage("source: here (expected: once)");
    }

    @Test
    void saysWhatItIsMadeOf() {
        assertThat(Discovery.union(named("here"), Discovery.failover(named("there"))))
                .hasToString("union[here, failover[there]]");
        assertThat(Discovery.weighted(List.of(named("here")), 1)).hasToString("weighted[here]");
    }

    private Discovery named(String name) {
        return new Forwarding(first) {
            @Override
            public String toString() {
                return name;
            }
        };
    }

    @Test
    void readsAgainWhateverCanBeReadAgain() {
        FakeDiscovery a = new FakeDiscovery();
        FakeDiscovery b = new FakeDiscovery();
        Discovery fixed = StaticDiscovery.of();
        assertThat(Discovery.union(fixed, a, b).readAgain()).isTrue();
        assertThat(a.readings()).isOne();
        assertThat(b.readings()).isOne();
        assertThat(Discovery.weighted(List.of(a, fixed), 1, 1).readAgain()).isTrue();
        assertThat(a.readings()).isEqualTo(2);
        assertThat(Discovery.failover(fixed).readAgain()).isFalse();
    }

    private static class Forwarding implements Discovery {

        private final Discovery other;

        Forwarding(Discovery other) {
            this.other = other;
        }

        @Override
        public Subscription watch(CatalogListener listener) {
            return other.watch(listener);
        }

        @Override
        public void close() {
            other.close();
        }
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

        Catalog catalog(int i) {
            return (Catalog) events.get(i);
        }

        /** The names of the services in each catalog. */
        List<List<String>> services() {
            return events.stream()
                    .filter(Catalog.class::isInstance)
                    .map(event -> ((Catalog) event)
                            .snapshots().stream()
                                    .map(snapshot -> snapshot.service().name())
                                    .toList())
                    .toList();
        }
    }
}
