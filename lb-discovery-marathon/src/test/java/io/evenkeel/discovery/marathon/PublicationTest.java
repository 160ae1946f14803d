package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.CatalogPublisher;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.testing.Endpoints;
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
    private final List<DiscoveryException> failures = new ArrayList<>();

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
        publisher.subscribe(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                heard.add(catalog);
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                failures.add(problem);
            }
        });
        return new Publication(publisher, file(), config.build(), clock);
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

    private static final Snapshot OTHER =
            new Snapshot(Service.named("/other"), List.of(task("o", EndpointState.RUNNING)));

    private static Endpoint task(String id, EndpointState state) {
        return Endpoints.endpoint(id, 1).withState(state);
    }

    private static SavedState state(Endpoint... tasks) {
        Snapshot web = new Snapshot(Service.named("/web"), List.of(tasks));
        Snapshot second = new Snapshot(Service.named("/web:1"), List.of(tasks));
        return new SavedState("eu", Catalog.of(List.of(web, second, OTHER)), Set.of());
    }

    private void assertStates(EndpointState... states) {
        Catalog newest = heard.get(heard.size() - 1);
        assertThat(newest.find("/web").endpoints()).extracting(Endpoint::state).containsExactly(states);
        assertThat(newest.find("/web:1").endpoints())
                .extracting(Endpoint::state)
                .containsExactly(states);
        assertThat(newest.find("/other")).isSameAs(OTHER);
    }

    @Test
    void aTaskThatEndsGetsNothingNewWhileAnswersListItAsRunning() {
        Publication publication = publication(config());
        SavedState both = state(task("t", EndpointState.RUNNING), task("u", EndpointState.UNSPECIFIED));
        publication.publish(both, true);
        publication.leaving(Set.of("t", "u"));
        assertStates(EndpointState.STOPPING, EndpointState.STOPPING);
        clock.advance(Departures.HOLD.minusNanos(1));
        publication.publish(both, true);
        publication.leaving(Set.of());
        assertThat(heard).hasSize(2);
        clock.advance(Duration.ofNanos(1));
        publication.leaving(Set.of());
        assertStates(EndpointState.RUNNING, EndpointState.UNSPECIFIED);
        assertThat(heard).hasSize(3);
    }

    @Test
    void anAnswerAlsoEndsWhatHasBeenHeldForTooLong() {
        Publication publication = publication(config());
        publication.publish(state(task("t", EndpointState.RUNNING)), true);
        publication.leaving(Set.of("t"));
        clock.advance(Departures.HOLD);
        publication.publish(state(task("t", EndpointState.RUNNING)), true);
        assertStates(EndpointState.RUNNING);
    }

    @Test
    void anAnswerThatTellsOfTheEndDecides() {
        Publication publication = publication(config());
        publication.publish(state(task("t", EndpointState.RUNNING), task("u", EndpointState.RUNNING)), true);
        publication.leaving(Set.of("t", "u"));
        publication.publish(state(task("t", EndpointState.LOST), task("u", EndpointState.RUNNING)), false);
        assertStates(EndpointState.LOST, EndpointState.STOPPING);
        publication.publish(state(task("t", EndpointState.LOST)), false);
        assertStates(EndpointState.LOST);
    }

    @Test
    void tasksOfStrangersAreNobodysBusiness() {
        Publication publication = publication(config());
        publication.leaving(Set.of("t"));
        assertThat(heard).isEmpty();
        publication.publish(state(task("t", EndpointState.RUNNING)), true);
        assertStates(EndpointState.RUNNING); // when it was said that it ends, nobody knew it
        for (int i = 0; i < Departures.MOST + 1; i++) {
            publication.leaving(Set.of("stranger" + i));
        }
        assertThat(heard).hasSize(1);
        publication.leaving(Set.of("t"));
        assertStates(EndpointState.STOPPING); // there was still room for it
    }

    @Test
    void aTaskEndsWhileMarathonIsAwayAndTheFailureStands() {
        Publication publication = publication(config());
        publication.publish(state(task("t", EndpointState.RUNNING)), true);
        publication.fail(new DiscoveryException("away"));
        publication.leaving(Set.of("t"));
        assertStates(EndpointState.STOPPING);
        assertThat(failures).hasSize(2);
        clock.advance(Departures.HOLD);
        publication.publish(state(task("t", EndpointState.RUNNING)), true);
        assertStates(EndpointState.RUNNING);
        assertThat(failures).hasSize(2);
    }

    @Test
    void whatIsOnDiskIsWhatMarathonSaid() {
        Publication publication = publication(config());
        publication.publish(state(task("t", EndpointState.RUNNING)), true);
        publication.leaving(Set.of("t"));
        publication.publish(state(task("t", EndpointState.RUNNING), task("u", EndpointState.RUNNING)), true);
        clock.runDue();
        assertThat(file().load().catalog().find("/web").endpoints())
                .extracting(Endpoint::state)
                .containsExactly(EndpointState.RUNNING, EndpointState.RUNNING);
    }
}
