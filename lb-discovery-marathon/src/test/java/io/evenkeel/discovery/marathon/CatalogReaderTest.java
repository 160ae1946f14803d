package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CatalogReaderTest {

    @RegisterExtension
    final MarathonSimulatorExtension extension =
            new MarathonSimulatorExtension(settings -> settings.instantly().realTasks(false));

    private final CatalogPublisher publisher = new CatalogPublisher();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    private CatalogReader reader(Duration patience) {
        return reader(patience, Runnable::run);
    }

    private CatalogReader reader(Duration patience, Executor telling) {
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
                new Publication(publisher, null, config, ticker),
                telling,
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
    void tasksThatEndWhileOthersAreToBeToldOfAreToldOfWithThem() {
        extension.simulator().createApp("""
                {"id": "/web", "instances": 3, "portDefinitions": [{"port": 10000}]}""");
        List<String> tasks = extension.simulator().awaitTasks("/web", 3, Duration.ofSeconds(30)).stream()
                .map(SimulatedTask::id)
                .toList();
        Queue<Runnable> jobs = new ArrayDeque<>();
        CatalogReader reader = reader(Duration.ofSeconds(30), jobs::add);
        List<Catalog> heard = new ArrayList<>();
        publisher.subscribe(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                heard.add(catalog);
            }

            @Override
            public void onFailure(DiscoveryException problem) {}
        });
        reader.read(Change.ALL);
        reader.leaving(Set.of(tasks.get(0)));
        reader.leaving(Set.of(tasks.get(1)));
        reader.leaving(Set.of());
        assertThat(jobs).hasSize(1);
        jobs.remove().run();
        assertThat(heard).hasSize(2);
        assertThat(heard.get(1).snapshots().get(0).endpoints())
                .filteredOn(endpoint -> endpoint.state() == EndpointState.STOPPING)
                .extracting(Endpoint::id)
                .containsExactlyInAnyOrder(tasks.get(0), tasks.get(1));
        reader.leaving(Set.of(tasks.get(2)));
        assertThat(jobs).hasSize(1);
    }

    @Test
    void pagesThatAreNotThereAreOneAppsMatter() {
        ControlLoop.Result result = reader(Duration.ofSeconds(30)).read(Change.of(Set.of("/a", "/b", "/c")));
        assertThat(result.kind()).isEqualTo(ControlLoop.Result.Kind.UNCLEAR);
        assertThat(extension.simulator().requests()).hasSize(3);
    }
}
