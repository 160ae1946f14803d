package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.testing.ManualClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final List<Catalog> heard = new ArrayList<>();

    @BeforeEach
    void save() {
        file().save(new SavedState("eu", catalog("/shop/web", "/other/web"), Set.of("/shop/web")));
        clock.runDue();
    }

    private SnapshotFile file() {
        return new SnapshotFile(
                directory.resolve("state.json"),
                Duration.ofHours(1),
                clock,
                Clock.fixed(Instant.parse("2026-11-26T12:00:00Z"), ZoneOffset.UTC));
    }

    private Publication publication(MarathonConfig.Builder config) {
        CatalogPublisher publisher = new CatalogPublisher();
        publisher.subscribe(heard::add);
        return new Publication(publisher, file(), config.build());
    }

    private static MarathonConfig.Builder config() {
        return MarathonConfig.builder(URI.create("http://m1:8080"));
    }

    private static Catalog catalog(String... names) {
        return Catalog.of(Stream.of(names)
                .map(name -> new Snapshot(Service.named(name), List.of()))
                .toList());
    }

    @Test
    void whatWasSavedIsPublishedAtAFailureUnlessSomethingIsKnown() {
        Publication publication = publication(config());
        assertThat(publication.lookAtDisk().pods()).containsExactly("/shop/web");
        assertThat(heard).isEmpty();
        publication.fail(new DiscoveryException("away"));
        publication.fail(new DiscoveryException("away"));
        assertThat(heard).hasSize(1);
        publication.publish(new SavedState("eu", catalog("/new"), Set.of()), true);
        publication.fail(new DiscoveryException("away"));
        assertThat(heard).hasSize(2);
        assertThat(heard.get(1).find("/new")).isNotNull();
    }

    @Test
    void ofWhatWasSavedOnlyWhatThisSourceIsAboutIsPublished() {
        Publication publication = publication(config().group("/shop"));
        assertThat(publication.lookAtDisk()).isNotNull();
        publication.publishSaved();
        assertThat(heard.get(0).snapshots()).hasSize(1);
        assertThat(heard.get(0).find("/shop/web")).isNotNull();
        Publication labelled = publication(config().labelSelector("a==b"));
        assertThat(labelled.lookAtDisk().catalog().snapshots()).isEmpty();
    }

    @Test
    void whatWasSavedUnderAnotherNamespaceIsNotUsed() {
        assertThat(publication(config().namespace("us")).lookAtDisk()).isNull();
        assertThat(publication(config().namespace("eu")).lookAtDisk()).isNotNull();
    }

    @Test
    void whatIsKnownIsNotPublishedAgainUnlessAFailureWasReported() {
        Publication publication = publication(config());
        publication.publish(new SavedState("eu", catalog("/a"), Set.of()), true);
        publication.publish(new SavedState("eu", catalog("/a"), Set.of()), true);
        assertThat(heard).hasSize(1);
        publication.fail(new DiscoveryException("away"));
        publication.publish(new SavedState("eu", catalog("/a"), Set.of()), true);
        assertThat(heard).hasSize(2);
        assertThat(publication.generation()).isEqualTo(2);
    }
}
