package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CatalogReaderTest {

    @RegisterExtension
    final MarathonSimulatorExtension extension =
            new MarathonSimulatorExtension(settings -> settings.instantly().realTasks(false));

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    private CatalogReader reader(Duration patience) {
        MarathonConfig config = MarathonConfig.builder(extension.simulator().uri())
                .namespace("ns")
                .incrementalAbove(0)
                .responseTimeout(patience)
                .build();
        MarathonClient client = new MarathonClient(
                HttpClient.newHttpClient(), config, new HttpTarget(config, null), new HostRing(config.hosts()), timers);
        Ticker ticker = Ticker.system();
        ReadinessMemory readiness = new ReadinessMemory(ticker);
        HostResolver hosts = new HostResolver(HostLookup.system(), Runnable::run, timers, ticker, false, () -> {});
        return new CatalogReader(
                client,
                config,
                new FrameworkName(client, config.namespace(), ticker),
                new Inventory(hosts, new HealthMemory(), readiness, new Absences(ticker), false),
                readiness,
                new Publication(new CatalogPublisher(), null, config, ticker),
                Runnable::run,
                ticker);
    }

    @Test
    void aHangingMarathonIsNotAskedForOneAppAfterTheOther() {
        extension.simulator().faults().hang(true);
        ControlLoop.Result result = reader(Duration.ofSeconds(1)).read(Change.of(Set.of("/a", "/b", "/c")));
        assertThat(result.kind()).isEqualTo(ControlLoop.Result.Kind.FAILED);
        assertThat(extension.simulator().requests()).hasSize(1);
    }

    @Test
    void pagesThatAreNotThereAreOneAppsMatter() {
        ControlLoop.Result result = reader(Duration.ofSeconds(30)).read(Change.of(Set.of("/a", "/b", "/c")));
        assertThat(result.kind()).isEqualTo(ControlLoop.Result.Kind.UNCLEAR);
        assertThat(extension.simulator().requests()).hasSize(3);
    }
}
