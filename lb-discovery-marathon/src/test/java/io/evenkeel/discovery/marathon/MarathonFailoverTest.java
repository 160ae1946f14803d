package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Health;
import io.evenkeel.testing.marathon.Fault;
import io.evenkeel.testing.marathon.FormerLeader;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.StandbyServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A Marathon that goes and comes back costs nobody an endpoint. */
class MarathonFailoverTest {

    private static final int APPS = 3;
    private static final int TASKS = 4;

    @RegisterExtension
    final MarathonSimulatorExtension extension = new MarathonSimulatorExtension(
            settings -> settings.instantly().realTasks(false).heartbeat(Duration.ofMillis(200)));

    private final Watching watching = new Watching();
    private final AtomicInteger lost = new AtomicInteger();
    private StandbyServer standby;
    private MarathonDiscovery discovery;

    private MarathonSimulator marathon() {
        return extension.simulator();
    }

    @BeforeEach
    void start() throws InterruptedException {
        for (int i = 0; i < APPS; i++) {
            marathon()
                    .createApp("{\"id\": \"/a" + i + "\", \"instances\": " + TASKS
                            + ", \"cmd\": \"x\", \"portDefinitions\": [{\"port\": 0}], \"healthChecks\": [{}]}");
        }
        standby = marathon().standby();
        discovery = MarathonDiscovery.of(MarathonConfig.builder(marathon().uri(), standby.uri())
                .responseTimeout(Duration.ofMillis(500))
                .pollInterval(Duration.ofMillis(200))
                .reconcileInterval(Duration.ofMillis(300))
                .idleTimeout(Duration.ofSeconds(1))
                .build());
        discovery.watch(watching);
        watching.await(MarathonFailoverTest::whole);
        discovery.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                if (!whole(catalog)) {
                    lost.incrementAndGet();
                }
            }
        });
    }

    @AfterEach
    void close() {
        discovery.close();
    }

    private static boolean whole(Catalog catalog) {
        for (int i = 0; i < APPS; i++) {
            List<Endpoint> endpoints = Watching.endpoints(catalog, "/a" + i);
            if (endpoints.size() < TASKS
                    || endpoints.stream().anyMatch(endpoint -> endpoint.health() != Health.HEALTHY)) {
                return false;
            }
        }
        return true;
    }

    private void awaitFetches(int count) {
        long before = discovery.status().fetches();
        while (discovery.status().fetches() < before + count) {
            Thread.onSpinWait();
        }
    }

    private void awaitNews() throws InterruptedException {
        marathon()
                .createApp(
                        "{\"id\": \"/news\", \"instances\": 1, \"cmd\": \"x\", \"portDefinitions\": [{\"port\": 0}]}");
        watching.awaitEndpoints("/news", 1);
    }

    @Test
    void aLeaderThatDiesTakesNobodyAlong() throws InterruptedException {
        marathon().failover(Duration.ofMillis(700), Duration.ofMillis(1500), Duration.ofMillis(800));
        watching.awaitFailure();
        watching.await(catalog -> true); // it is over; the gap is not
        awaitNews();
        assertThat(whole(watching.newest())).isTrue();
        assertThat(lost).hasValue(0);
    }

    @Test
    void aFormerLeaderThatTellsOldNewsIsBelievedNoLongerThanItLives() throws InterruptedException {
        FormerLeader former = marathon().elect(standby);
        marathon().app("/a0").scale(TASKS + 2);
        marathon().createApp("{\"id\": \"/a9\", \"cmd\": \"x\", \"portDefinitions\": [{\"port\": 0}]}");
        marathon().awaitTasks("/a0", TASKS + 2, Duration.ofSeconds(30));
        awaitFetches(3);
        assertThat(whole(watching.newest())).isTrue();
        former.close();
        watching.await(catalog -> Watching.endpoints(catalog, "/a9").size() == 1
                && Watching.endpoints(catalog, "/a0").size() == TASKS + 2);
        awaitNews();
        assertThat(whole(watching.newest())).isTrue();
        assertThat(lost).hasValue(0);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"HANG", "ERROR_500", "HTML_502", "GARBAGE", "TRUNCATED"})
    void aFormerLeaderThatAnswersNoMoreIsLeftWhileItLives(Fault fault) throws InterruptedException {
        FormerLeader former = marathon().elect(standby);
        former.faults().set(fault, true);
        awaitNews();
        assertThat(whole(watching.newest())).isTrue();
        assertThat(lost).hasValue(0);
        assertThat(former.faults().active()).containsExactly(fault);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"DOWN", "ERROR_500", "HTML_502", "HANG", "EMPTY_LIST", "GARBAGE", "TRUNCATED"})
    void awayForAWhileItLosesNothing(Fault fault) throws InterruptedException {
        marathon().faults().set(fault, true);
        marathon().cutStreams();
        awaitFetches(3);
        marathon().faults().clear();
        awaitNews();
        assertThat(lost).hasValue(0);
    }
}
