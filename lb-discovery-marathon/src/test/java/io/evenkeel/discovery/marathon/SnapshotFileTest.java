package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotFileTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();

    private Path file() {
        return directory.resolve("state.json");
    }

    private SnapshotFile at(Instant now) {
        return new SnapshotFile(file(), Duration.ofHours(1), clock, Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Catalog catalog(int port) throws IOException {
        Endpoint endpoint = new Endpoint(
                "task.1",
                new InetSocketAddress(InetAddress.getByAddress("agent.example", new byte[] {10, 0, 0, 1}), port),
                3,
                new Locality("r", "z", "n"),
                EndpointState.RUNNING,
                Health.HEALTHY,
                false,
                Map.of("a", "b\nc"));
        Endpoint six = Endpoint.of(new InetSocketAddress(InetAddress.getByName("fd00::1"), 80));
        DeclaredCheck check = new DeclaredCheck("HTTP", "/h", 1, 0, Duration.ofSeconds(5), Duration.ofSeconds(2), 3);
        Service service = new Service(
                "/a:1",
                "/a",
                "ns",
                1,
                "http",
                10000,
                Protocol.UDP,
                Map.of("l", "1"),
                Map.of("VIP_0", "/a:1"),
                List.of(check),
                new Scale(3, NOW));
        return Catalog.of(List.of(
                new Snapshot(service, List.of(endpoint, six)), new Snapshot(Service.named("/empty"), List.of())));
    }

    @Test
    void givesBackWhatWasSaved() throws IOException {
        SnapshotFile saved = at(NOW);
        saved.save(new SavedState("ns", catalog(31000), Set.of("/p")));
        clock.runDue();
        SavedState loaded = at(NOW.plusSeconds(3600)).load();
        assertThat(loaded.namespace()).isEqualTo("ns");
        assertThat(loaded.pods()).containsExactly("/p");
        assertThat(loaded.catalog().snapshots()).isEqualTo(catalog(31000).snapshots());
        assertThat(loaded.catalog().find("/a:1").endpoints().get(0).address().getHostString())
                .isEqualTo("agent.example");
        assertThat(directory.toFile().list()).containsExactly("state.json");
    }

    @Test
    void writesTheNewestAndNotTooOften() throws IOException {
        SnapshotFile saved = at(NOW);
        saved.save(new SavedState("ns", catalog(1), Set.of("/p")));
        clock.runDue();
        saved.save(new SavedState("ns", catalog(2), Set.of("/p")));
        saved.save(new SavedState("ns", catalog(3), Set.of("/p")));
        clock.advance(SnapshotFile.PAUSE.minusMillis(1));
        assertThat(at(NOW).load().catalog()).hasToString(catalog(1).toString());
        assertThat(at(NOW).load().catalog().snapshots()).isEqualTo(catalog(1).snapshots());
        clock.advance(Duration.ofMillis(1));
        assertThat(at(NOW).load().catalog().snapshots()).isEqualTo(catalog(3).snapshots());
    }

    @Test
    void whatIsTooOldIsNotUsed() throws IOException {
        at(NOW).save(new SavedState("ns", catalog(1), Set.of("/p")));
        clock.runDue();
        assertThat(at(NOW.plusSeconds(3601)).load()).isNull();
    }

    @Test
    void whatIsNotThereIsNotUsed() {
        assertThat(at(NOW).load()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{}",
                "{\"format\": 2}",
                "{\"format\": 1, \"saved\": \"yesterday\"}",
                "{\"format\": 1, \"saved\": \"2026-11-26T12:00:00Z\", \"services\": [{\"name\": null}]}",
                "{\"format\": 1, \"saved\": \"2026-11-26T12:00:00Z\", \"services\": [",
                "{\"format\": 1, \"saved\": \"2026-11-26T12:00:00Z\""
            })
    void whatCannotBeReadIsNotUsed(String content) throws IOException {
        Files.writeString(file(), content);
        assertThat(at(NOW).load()).isNull();
    }

    @Test
    void aDirectoryThatIsNotThereCostsTheSavingOnly() throws IOException {
        SnapshotFile nowhere = new SnapshotFile(
                directory.resolve("no/state.json"), Duration.ofHours(1), clock, Clock.fixed(NOW, ZoneOffset.UTC));
        nowhere.save(new SavedState("ns", catalog(1), Set.of("/p")));
        clock.runDue();
        Files.createDirectory(directory.resolve("no"));
        clock.advance(SnapshotFile.PAUSE);
        assertThat(nowhere.load()).isNotNull();
    }

    @Test
    void aStateIsToBeSaidAgainAfterAQuarterOfItsLife() throws IOException {
        SnapshotFile saved = at(NOW);
        assertThat(saved.isAging()).isTrue();
        saved.save(new SavedState("ns", catalog(1), Set.of("/p")));
        assertThat(saved.isAging()).isFalse();
    }
}
