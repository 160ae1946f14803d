package io.evenkeel.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The rules about time and failure, over virtual time. */
class FollowerTest {

    private static final String WEB = "_http._tcp.web.test";
    private static final RandomGenerator NO_JITTER = () -> 0;

    private final ScriptedNames names = new ScriptedNames();
    private final ManualClock clock = new ManualClock();
    private final CatalogPublisher publisher = new CatalogPublisher();
    private final List<Catalog> catalogs = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private Follower follower;

    private void follow(DnsConfig.Builder config, RandomGenerator random) {
        publisher.subscribe(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                catalogs.add(catalog);
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                failures.add(problem.getMessage());
            }
        });
        DnsConfig built = config.build();
        follower = new Follower(built, names, clock, clock, random, publisher);
        built.services().forEach(follower::follow);
        clock.runDue();
    }

    private void follow() {
        follow(DnsConfig.builder().srv(WEB), NO_JITTER);
    }

    private void web(long ttl, int... ports) {
        SrvTarget[] targets = new SrvTarget[ports.length];
        for (int i = 0; i < ports.length; i++) {
            targets[i] = new SrvTarget(0, 0, ports[i], "node.test");
        }
        names.srv(WEB, ttl, targets);
        names.host("node.test", ttl, "127.0.0.1");
    }

    private Catalog newest() {
        return catalogs.get(catalogs.size() - 1);
    }

    private List<Endpoint> endpoints() {
        return newest().find(WEB).endpoints();
    }

    private long reads() {
        return names.asked.stream().filter(WEB::equals).count();
    }

    @Test
    void readsAgainWhenTheShortestTtlIsOver() {
        names.srv(WEB, 20, new SrvTarget(0, 0, 80, "node.test"));
        names.host("node.test", 7, "127.0.0.1");
        follow();
        clock.advance(Duration.ofMillis(6999));
        assertThat(reads()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(reads()).isEqualTo(2);
        assertThat(catalogs).as("the same again is no news").hasSize(1);
    }

    @Test
    void boundsWhatTtlsSay() {
        web(0, 80);
        follow();
        clock.advance(Duration.ofSeconds(1));
        assertThat(reads()).as("the floor").isEqualTo(2);
        web(86_400, 80);
        clock.advance(Duration.ofSeconds(1));
        assertThat(reads()).isEqualTo(3);
        clock.advance(Duration.ofSeconds(30));
        assertThat(reads()).as("the ceiling").isEqualTo(4);
    }

    @Test
    void comesUpToATenthEarlier() {
        web(10, 80);
        RandomGenerator most = new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public long nextLong(long bound) {
                return bound - 1;
            }
        };
        follow(DnsConfig.builder().srv(WEB), most);
        clock.advance(Duration.ofMillis(8999));
        assertThat(reads()).isEqualTo(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(reads()).isEqualTo(2);
    }

    @Test
    void neverComesBeforeTheFloorAndNeverAfterTheTtl() {
        web(5, 80);
        follow(DnsConfig.builder().srv(WEB), new SplittableRandom(7));
        for (int i = 0; i < 100; i++) {
            long before = reads();
            clock.advance(Duration.ofMillis(999));
            assertThat(reads() - before).isLessThanOrEqualTo(1);
        }
        assertThat(reads()).isBetween(20L, 23L);
    }

    @Test
    void aNameThatCannotBeReadKeepsWhatItHadAndSaysSoOnce() {
        web(1, 80, 81);
        follow();
        names.breaks(WEB, "SERVFAIL");
        clock.advance(Duration.ofMinutes(10));
        assertThat(endpoints()).hasSize(2);
        assertThat(catalogs).hasSize(1);
        assertThat(failures).containsExactly(WEB + ": SERVFAIL");
        names.mends(WEB);
        clock.advance(Duration.ofSeconds(30));
        assertThat(catalogs).as("says that the failure is over").hasSize(2);
        names.breaks(WEB, "REFUSED");
        clock.advance(Duration.ofMinutes(1));
        assertThat(failures).hasSize(2);
    }

    @Test
    void asksAFailingNameLessAndLessOftenAndNeverGivesUp() {
        names.breaks(WEB, "SERVFAIL");
        follow();
        clock.advance(Duration.ofSeconds(1 + 2 + 4 + 8 + 16));
        assertThat(reads()).isEqualTo(6);
        clock.advance(Duration.ofMinutes(50));
        assertThat(reads()).isEqualTo(106);
        web(1, 80);
        names.mends(WEB);
        clock.advance(Duration.ofSeconds(30));
        assertThat(endpoints()).hasSize(1);
    }

    @Test
    void believesThatANameIsEmptyOnlyWhenItIsStillSoAfterAWhile() {
        web(1, 80);
        follow();
        names.remove(WEB);
        clock.advance(Duration.ofSeconds(1));
        assertThat(reads()).isEqualTo(2);
        assertThat(endpoints()).hasSize(1);
        clock.advance(Duration.ofMillis(4999));
        assertThat(endpoints()).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(endpoints()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void anEmptyAnswerInBetweenIsForgotten() {
        web(1, 80);
        follow();
        names.remove(WEB);
        clock.advance(Duration.ofSeconds(1));
        web(1, 80);
        clock.advance(Duration.ofSeconds(5));
        names.remove(WEB);
        clock.advance(Duration.ofSeconds(5));
        assertThat(endpoints()).as("doubted anew").hasSize(1);
        assertThat(catalogs).hasSize(1);
    }

    @Test
    void anEmptyAnswerBeforeAnOutageDoesNotCountAfterIt() {
        web(1, 80);
        follow();
        names.remove(WEB);
        clock.advance(Duration.ofSeconds(1));
        names.breaks(WEB, "SERVFAIL");
        clock.advance(Duration.ofMinutes(5));
        names.mends(WEB); // and has not loaded its zone yet
        for (long before = reads(); reads() == before; ) {
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(endpoints()).as("doubted anew").hasSize(1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(endpoints()).isEmpty();
    }

    @Test
    void aListenerThatThrowsAnErrorIsNotTheEndOfItsName() {
        web(1, 80);
        Subscription defective = publisher.subscribe(catalog -> {
            throw new NoClassDefFoundError("a defect of a listener");
        });
        follow();
        defective.close();
        assertThat(catalogs).isEmpty();
        clock.advance(Duration.ofSeconds(30));
        assertThat(endpoints()).hasSize(1);
        web(1, 80, 81);
        clock.advance(Duration.ofSeconds(1));
        assertThat(endpoints()).hasSize(2);
    }

    @Test
    void aListenerThatThrowsAnErrorAtAFailureIsNotTheEndOfTheName() {
        names.breaks(WEB, "SERVFAIL");
        Subscription defective = publisher.subscribe(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {}

            @Override
            public void onFailure(DiscoveryException problem) {
                throw new NoClassDefFoundError("a defect of a listener");
            }
        });
        follow();
        defective.close();
        names.mends(WEB);
        web(1, 80);
        clock.advance(Duration.ofSeconds(30));
        assertThat(endpoints()).hasSize(1);
    }

    @Test
    void aSourceThatThrowsIsNotTheEndOfTheName() {
        web(1, 80);
        names.defect(new NoClassDefFoundError("a defect of the source"));
        follow();
        assertThat(failures).containsExactly("a defect of the source");
        names.defect(null);
        clock.advance(Duration.ofSeconds(1));
        assertThat(endpoints()).hasSize(1);
    }

    @Test
    void whatANameNeverHadItCannotLose() {
        follow();
        assertThat(newest().find(WEB).endpoints()).isEmpty();
        web(1, 80);
        clock.advance(Duration.ofSeconds(1));
        assertThat(endpoints()).hasSize(1);
    }

    @Test
    void oneNameDoesNotHoldUpAnother() {
        web(1, 80);
        names.breaks("other.test", "timeout");
        follow(DnsConfig.builder().srv("other.test", WEB), NO_JITTER);
        assertThat(endpoints()).hasSize(1);
        assertThat(newest().find("other.test")).as("not known yet").isNull();
        names.mends("other.test");
        clock.advance(Duration.ofSeconds(30));
        assertThat(newest().find("other.test").endpoints()).isEmpty();
    }

    @Test
    void aTargetWhoseAddressCannotBeReadKeepsItsLast() {
        names.srv(WEB, 1, new SrvTarget(0, 0, 80, "a.test"), new SrvTarget(0, 0, 80, "b.test"));
        names.host("a.test", 1, "127.0.0.1");
        names.host("b.test", 1, "127.0.0.2");
        follow();
        assertThat(endpoints()).hasSize(2);
        names.breaks("b.test", "SERVFAIL");
        clock.advance(Duration.ofSeconds(5));
        assertThat(endpoints()).hasSize(2);
        assertThat(newest().problems()).isEmpty();
    }

    @Test
    void aTargetWithoutAnAddressIsAProblemOfItsOwn() {
        names.srv(
                WEB,
                1,
                new SrvTarget(0, 0, 80, "a.test"),
                new SrvTarget(0, 0, 80, "none.test"),
                new SrvTarget(0, 0, 80, "broken.test"),
                new SrvTarget(0, 0, 0, "a.test"));
        names.host("a.test", 1, "127.0.0.1");
        names.breaks("broken.test", "SERVFAIL");
        follow();
        assertThat(endpoints()).extracting(Endpoint::id).containsExactly("a.test:80");
        assertThat(newest().problems())
                .containsExactlyInAnyOrder(
                        new Problem(WEB, "target none.test: has no address (expected: one at least)"),
                        new Problem(WEB, "target broken.test: broken.test: SERVFAIL"),
                        new Problem(WEB, "target a.test: port 0 (expected: 1 to 65535)"));
    }

    @Test
    void allTargetsWithoutAnAddressAreAnEmptyAnswerAndDoubted() {
        web(1, 80);
        follow();
        names.remove("node.test");
        clock.advance(Duration.ofSeconds(1));
        assertThat(endpoints()).hasSize(1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(endpoints()).isEmpty();
        assertThat(newest().problems()).hasSize(1);
    }

    @Test
    void readsWeightsAsRfc2782MeansThem() {
        names.host("a.test", 1, "127.0.0.1");
        names.host("b.test", 1, "127.0.0.2");
        names.host("c.test", 1, "127.0.0.3");
        names.srv(
                WEB,
                1,
                new SrvTarget(0, 65_535, 80, "a.test"),
                new SrvTarget(0, 0, 80, "b.test"),
                new SrvTarget(0, 10, 80, "c.test"));
        follow();
        assertThat(endpoints()).extracting(Endpoint::weight).containsExactly(65_535, 1, 10);
        names.srv(WEB, 1, new SrvTarget(0, 0, 80, "a.test"), new SrvTarget(0, 0, 80, "b.test"));
        clock.advance(Duration.ofSeconds(1));
        assertThat(endpoints()).extracting(Endpoint::weight).containsExactly(1, 1);
    }

    private void priorities() {
        names.host("a.test", 1, "127.0.0.1");
        names.host("b.test", 1, "127.0.0.2");
        names.host("c.test", 1, "127.0.0.3");
        names.srv(
                WEB,
                1,
                new SrvTarget(20, 5, 80, "b.test"),
                new SrvTarget(10, 0, 80, "a.test"),
                new SrvTarget(500, 0, 80, "c.test"));
    }

    @Test
    void servesTheLowestPriorityThatHasAnAddress() {
        priorities();
        follow();
        assertThat(endpoints()).extracting(Endpoint::id).containsExactly("a.test:80");
        names.remove("a.test");
        clock.advance(Duration.ofSeconds(1));
        assertThat(endpoints()).extracting(Endpoint::id).containsExactly("b.test:80");
        assertThat(endpoints().get(0).labels()).isEmpty();
    }

    @Test
    void labelsAllPrioritiesByRankIfToldTo() {
        priorities();
        follow(DnsConfig.builder().srv(WEB).labelPriorities(true), NO_JITTER);
        assertThat(endpoints())
                .extracting(endpoint -> endpoint.id() + " " + endpoint.labels().get("LB_PRIORITY"))
                .containsExactly("a.test:80 0", "b.test:80 1", "c.test:80 2");
    }

    @Test
    void aTargetOfSeveralAddressesIsSeveralEndpoints() {
        names.srv(WEB, 1, new SrvTarget(0, 3, 80, "node.test"));
        names.host("node.test", 1, "127.0.0.2", "127.0.0.1", "::1");
        follow();
        assertThat(endpoints())
                .extracting(Endpoint::id)
                .containsExactlyInAnyOrder("127.0.0.1:80", "127.0.0.2:80", "[0:0:0:0:0:0:0:1]:80");
        assertThat(endpoints()).extracting(Endpoint::weight).containsOnly(3);
    }

    @Test
    void theRootAsTargetSaysThatTheServiceIsNotOffered() {
        names.srv(WEB, 1, new SrvTarget(0, 0, 80, ""));
        follow();
        assertThat(endpoints()).isEmpty();
        assertThat(newest().problems()).isEmpty();
    }

    @Test
    void usesSoManyEndpointsAndNoMore() {
        web(1, 1, 2, 3, 4, 5);
        follow(DnsConfig.builder().srv(WEB).maxEndpoints(3), NO_JITTER);
        assertThat(endpoints()).hasSize(3);
        assertThat(newest().problems()).singleElement().asString().contains("5 (expected: 3 at most");
    }

    @Test
    void theOrderOfAnswersIsNoNews() {
        names.host("headless.test", 1, "127.0.0.1", "127.0.0.2");
        follow(DnsConfig.builder().addresses("headless.test", 80), NO_JITTER);
        names.host("headless.test", 1, "127.0.0.2", "127.0.0.1");
        clock.advance(Duration.ofSeconds(3));
        assertThat(catalogs).hasSize(1);
        assertThat(newest().find("headless.test:80").endpoints())
                .extracting(Endpoint::id)
                .containsExactly("127.0.0.1:80", "127.0.0.2:80");
    }

    @Test
    void nothingToFollowIsAnEmptyCatalog() {
        follow(DnsConfig.builder(), NO_JITTER);
        follower.startWithNothing();
        clock.runDue();
        assertThat(newest().isEmpty()).isTrue();
    }
}
