package io.evenkeel.discovery.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileDiscoveryTest {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final List<Catalog> catalogs = new ArrayList<>();
    private final List<DiscoveryException> failures = new ArrayList<>();
    private Path file;
    private FileDiscovery discovery;

    @BeforeEach
    void watch() {
        file = directory.resolve("shop.json");
        discovery = FileDiscovery.of(file, clock, INTERVAL);
        discovery.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                catalogs.add(catalog);
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                failures.add(problem);
            }
        });
    }

    @AfterEach
    void close() {
        discovery.close();
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
    }

    private void poll() {
        clock.advance(INTERVAL);
    }

    private Catalog newest() {
        return catalogs.get(catalogs.size() - 1);
    }

    private static String targets(int port) {
        return "[{\"targets\": [\"127.0.0.1:" + port + "\"], \"labels\": {\"service\": \"web\"}}]";
    }

    @Test
    void readsServicesWeightsAndLabels() throws IOException {
        write("""
                [{"targets": ["127.0.0.1:1", "[::1]:2"], "labels": {"service": "web", "weight": "3", "zone": "z1",
                  "VIP_0": "/web:80"}},
                 {"targets": ["127.0.0.1:3"], "labels": {"service": "web", "track": "canary"}},
                 {"targets": ["127.0.0.1:4"], "labels": {"job": "batch"}},
                 {"targets": ["127.0.0.1:5"]}]
                """);
        poll();
        assertThat(newest().problems()).isEmpty();
        assertThat(newest().snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactly("web", "batch", "shop");
        Snapshot web = newest().find("web");
        assertThat(web.service().labels()).containsEntry("VIP_0", "/web:80").containsEntry("track", "canary");
        assertThat(web.endpoints()).extracting(Endpoint::weight).containsExactly(3, 3, 1);
        assertThat(web.endpoints().get(0).locality().zone()).isEqualTo("z1");
        assertThat(web.endpoints().get(2).labels()).containsOnlyKeys("track");
    }

    @Test
    void aBadEntryCostsItselfOnly() throws IOException {
        write("""
                [{"labels": {}}, 7, {"targets": ["127.0.0.1:1", "nonsense", null, "127.0.0.1:0", "no.such.name.invalid:1"]},
                 {"targets": ["127.0.0.1:2"], "labels": {"weight": "-1"}}]
                """);
        poll();
        assertThat(newest().find("shop").endpoints()).hasSize(1);
        assertThat(newest().problems())
                .extracting(problem -> problem.subject())
                .containsExactly("entry 0", "entry 1", "entry 2", "entry 2", "entry 2", "entry 2", "entry 3");
    }

    @Test
    void waitsForAFileAndSaysSo() throws IOException {
        poll();
        assertThat(failures).isNotEmpty();
        assertThat(failures.get(0)).hasMessage(file + ": no such file");
        write(targets(1));
        poll();
        assertThat(newest().find("web").endpoints()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[{\"targets\": [\"127.0.0.1", "{}", "null", "<html>"})
    void aFileThatIsNotWholeChangesNothing(String content) throws IOException {
        write(targets(1));
        poll();
        write(content);
        poll();
        assertThat(catalogs).hasSize(1);
        assertThat(failures).isNotEmpty();
        write(targets(1));
        poll();
        assertThat(catalogs).as("says that the failure is over").hasSize(2);
        poll();
        poll();
        assertThat(catalogs).hasSize(2);
    }

    @Test
    void anEmptyListMustBeReadTwice() throws IOException {
        write(targets(1));
        poll();
        write("[]");
        poll();
        assertThat(catalogs).hasSize(1);
        poll();
        assertThat(newest().isEmpty()).isTrue();
    }

    @Test
    void seesAChangeThatLeavesLengthAndTimeAlike() throws IOException {
        write(targets(1));
        FileTime time = Files.getLastModifiedTime(file);
        clock.runDue();
        write(targets(2));
        Files.setLastModifiedTime(file, time);
        poll();
        assertThat(newest().find("web").endpoints().get(0).address().getPort()).isEqualTo(2);
    }

    @Test
    void aListenerThatThrowsErrorsIsNotTheEndOfThePolls() throws IOException {
        Subscription defective = discovery.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                throw new NoClassDefFoundError("a defect of a listener");
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                throw new NoClassDefFoundError("another");
            }
        });
        write(targets(1));
        poll();
        defective.close();
        write(targets(22));
        poll();
        assertThat(newest().find("web").endpoints().get(0).address().getPort()).isEqualTo(22);
    }

    @Test
    void publishesNothingWhileNothingChanges() throws IOException {
        write(targets(1));
        for (int i = 0; i < 10; i++) {
            poll();
        }
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));
        poll();
        assertThat(catalogs).hasSize(1);
    }

    @Test
    void closingStopsThePolls() throws IOException {
        discovery.close();
        write(targets(1));
        poll();
        assertThat(catalogs).isEmpty();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void isFoundByItsScheme() {
        try (Discovery absolute = Discovery.of(file.toUri());
                Discovery relative = Discovery.of(URI.create("file:targets.json"))) {
            assertThat(absolute).hasToString("FileDiscovery[" + file + "]");
            assertThat(relative).hasToString("FileDiscovery[targets.json]");
        }
        assertThatThrownBy(() -> Discovery.of(URI.create("file://host/x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: file:///");
    }
}
