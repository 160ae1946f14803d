package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.discovery.dns.AddressFamily;
import io.evenkeel.discovery.dns.DnsLookup;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When what is read, over virtual time, of a Mesos-DNS that lists nothing unless a test says so. */
class ReadLoopTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final String CONFIG = "/v1/config";

    private final ManualClock clock = new ManualClock();
    private final CatalogPublisher publisher = new CatalogPublisher();
    private final List<Catalog> catalogs = new ArrayList<>();
    private ScriptedMesosDns mesosDns;
    private MesosDnsConfig config;
    private MesosDnsClient client;
    private DnsLookup lookup;
    private ReadLoop loop;

    @BeforeEach
    void open() throws Exception {
        mesosDns = new ScriptedMesosDns();
        mesosDns.answer("/v1/version", "{}");
        config =
                MesosDnsConfig.builder(mesosDns.uri()).refreshInterval(INTERVAL).build();
        client = new MesosDnsClient(config, new ManualClock());
        lookup = new DnsLookup(List.of(), Duration.ofSeconds(1), 1, true, AddressFamily.IPV4);
        loop = new ReadLoop(config, new ZoneSource(config, client, lookup), clock, clock, () -> 0, publisher);
    }

    @AfterEach
    void close() {
        client.close();
        lookup.close();
        mesosDns.close();
    }

    private void start() {
        publisher.subscribe(catalogs::add);
        clock.execute(loop::round);
        clock.runDue();
    }

    private static String name(int number) {
        return "app" + number + ".marathon.mesos";
    }

    private static String question(int number) {
        return "/v1/services/_app" + number + "._tcp.marathon.mesos.";
    }

    private void answers(int number) {
        mesosDns.service("app" + number, "app" + number + "-hash1-s0", "127.0.1." + number, 31_000);
    }

    private void want(int number) {
        loop.want(WantedName.of(name(number), config).orElseThrow());
    }

    private Catalog newest() {
        return catalogs.get(catalogs.size() - 1);
    }

    @Test
    void aBurstOfNamesIsReadTogetherAndEachOfThemOnce() {
        start();
        long before = mesosDns.requests(CONFIG);
        for (int i = 0; i < 30; i++) {
            answers(i);
            want(i);
            want(i);
        }
        clock.runDue();
        assertThat(newest().snapshots()).hasSize(30);
        assertThat(mesosDns.requests(CONFIG) - before).isEqualTo(1);
        for (int i = 0; i < 30; i++) {
            assertThat(mesosDns.requests(question(i))).as(name(i)).isEqualTo(1);
        }
    }

    @Test
    void aNameThatComesLaterIsReadAloneAndDoesNotPutOffTheNextRound() {
        answers(1);
        answers(2);
        start();
        want(1);
        clock.advance(INTERVAL.minusNanos(1));
        long before = mesosDns.requests(question(1));
        want(2);
        clock.runDue();
        assertThat(newest().find(name(1)).endpoints()).hasSize(1);
        assertThat(newest().find(name(2)).endpoints()).hasSize(1);
        assertThat(mesosDns.requests(question(1))).isEqualTo(before);
        clock.advance(Duration.ofNanos(1));
        assertThat(mesosDns.requests(question(1))).isEqualTo(before + 1);
        assertThat(catalogs).as("the same again is no news").hasSize(3);
    }

    @Test
    void aNameThatIsListedIsNotReadBecauseSomebodyAsksForIt() {
        mesosDns.answer(
                "/v1/enumerate",
                ScriptedMesosDns.enumerated(ScriptedMesosDns.task("app1", "app1.1", "hash1", "127.0.1.1", 31_000)));
        start();
        assertThat(newest().find(name(1))).isNotNull();
        long before = mesosDns.requests(CONFIG);
        want(1);
        clock.runDue();
        assertThat(mesosDns.requests(CONFIG)).isEqualTo(before);
    }

    @Test
    void namesThatAreNotedBeforeTheFirstRoundAreReadByIt() {
        answers(1);
        clock.execute(() -> want(1));
        start();
        assertThat(catalogs)
                .singleElement()
                .satisfies(first -> assertThat(first.find(name(1))).isNotNull());
        assertThat(mesosDns.requests(question(1))).isEqualTo(1);
    }

    @Test
    void aListenerThatThrowsAnErrorIsNotTheEndOfReading() {
        Subscription defective = publisher.subscribe(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                throw new NoClassDefFoundError("a defect of a listener");
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                throw new NoClassDefFoundError("another");
            }
        });
        start();
        assertThat(catalogs).isEmpty();
        defective.close();
        clock.advance(INTERVAL);
        assertThat(newest().isEmpty()).isTrue();
    }
}
