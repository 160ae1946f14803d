package io.evenkeel.discovery.mesosdns;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When what has vanished from an answer is believed. */
class FrameworkGuardTest {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final FrameworkGuard guard = new FrameworkGuard(Duration.ofMinutes(1));

    /** An application with so many tasks of two ports, under its name and its Marathon id. */
    private static List<Snapshot> app(String framework, String app, int tasks) {
        String name = app + "." + framework + ".mesos";
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            endpoints.add(new Endpoint(
                    app + "-" + i,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 31_000 + i),
                    1,
                    Locality.UNKNOWN,
                    EndpointState.UNSPECIFIED,
                    Health.UNCHECKED,
                    true,
                    Map.of()));
        }
        List<Snapshot> snapshots = new ArrayList<>();
        for (String application : new String[] {name, "/" + framework + "/" + app}) {
            for (int port = 0; port < 2; port++) {
                Service service = new Service(
                        Service.nameOf(application, port),
                        application,
                        framework,
                        port,
                        "",
                        0,
                        Protocol.TCP,
                        Map.of(),
                        Map.of(),
                        List.of());
                snapshots.add(new Snapshot(service, endpoints));
            }
        }
        return snapshots;
    }

    private static Catalog apps(int first, int last) {
        List<Snapshot> snapshots = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            snapshots.addAll(app("marathon", "app" + i, 2));
        }
        return Catalog.of(snapshots);
    }

    private List<String> judge(Catalog answer, long now) {
        return names(guard.judge(answer, List.of(), now));
    }

    private static List<String> names(Catalog catalog) {
        return catalog.snapshots().stream()
                .map(snapshot -> snapshot.service().name())
                .filter(name -> name.endsWith(".mesos"))
                .map(name -> name.substring(0, name.indexOf('.')))
                .sorted()
                .toList();
    }

    @Test
    void aFrameworkThatHasLostMostOfItsApplicationsIsDoubtedAndThenBelieved() {
        judge(apps(1, 5), 0);
        assertThat(judge(apps(1, 2), MINUTE)).containsExactly("app1", "app2", "app3", "app4", "app5");
        assertThat(guard.known().find("/marathon/app3:1"))
                .as("every port, by the Marathon id too")
                .isNotNull();
        assertThat(judge(apps(1, 2), 2 * MINUTE - 1)).hasSize(5);
        assertThat(guard.isDoubting()).isTrue();
        assertThat(judge(apps(1, 2), 2 * MINUTE)).containsExactly("app1", "app2");
        assertThat(guard.isDoubting()).isFalse();
    }

    @Test
    void aFrameworkThatComesBackBitByBitLosesNothingOnTheWay() {
        judge(apps(1, 10), 0);
        for (int agents = 0; agents <= 10; agents++) {
            assertThat(judge(apps(1, agents), agents + 1))
                    .as("%s are back", agents)
                    .hasSize(10);
        }
        assertThat(guard.isDoubting()).isFalse();
    }

    @Test
    void whatIsThereCountsAsItIsWhileTheRestIsHeld() {
        judge(apps(1, 5), 0);
        Catalog answer = Catalog.of(app("marathon", "app1", 7));
        assertThat(guard.judge(answer, List.of(), 1).find("app1.marathon.mesos").endpoints())
                .hasSize(7);
        assertThat(guard.known().find("app2.marathon.mesos").endpoints()).hasSize(2);
    }

    @Test
    void anApplicationThatIsDeletedWhileOthersAreHeldIsBelieved() {
        judge(apps(1, 9), 0);
        assertThat(judge(apps(1, 3), 1)).hasSize(9);
        assertThat(judge(apps(1, 2), 2)).hasSize(8).doesNotContain("app3");
        assertThat(judge(apps(1, 2), MINUTE)).hasSize(8);
        assertThat(judge(apps(1, 2), MINUTE + 1)).containsExactly("app1", "app2");
    }

    @Test
    void oneOrTwoApplicationsThatGoAreBelievedHoweverFewThereAre() {
        judge(apps(1, 3), 0);
        assertThat(judge(apps(1, 1), 1)).containsExactly("app1");
        assertThat(guard.isDoubting()).isFalse();
    }

    @Test
    void halfOfTheApplicationsMayGo() {
        judge(apps(1, 6), 0);
        assertThat(judge(apps(1, 3), 1)).containsExactly("app1", "app2", "app3");
    }

    @Test
    void scalingDownIsNeverHeldBack() {
        judge(apps(1, 4), 0);
        List<Snapshot> fewer = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            fewer.addAll(app("marathon", "app" + i, 1));
        }
        guard.judge(Catalog.of(fewer), List.of(), 1);
        assertThat(guard.known().snapshots())
                .allSatisfy(snapshot -> assertThat(snapshot.endpoints()).hasSize(1));
    }

    @Test
    void anotherFrameworkThatIsWholeIsNoReasonToBelieve() {
        List<Snapshot> both = new ArrayList<>(apps(1, 3).snapshots());
        both.addAll(app("other", "kept", 1));
        guard.judge(Catalog.of(both), List.of(), 0);
        assertThat(judge(Catalog.of(app("other", "kept", 1)), 1)).containsExactly("app1", "app2", "app3", "kept");
        assertThat(judge(Catalog.of(app("other", "kept", 1)), 1 + MINUTE)).containsExactly("kept");
    }

    @Test
    void whatHasBeenBackIsHeldForItsWholeTimeAnew() {
        judge(apps(1, 5), 0);
        judge(apps(1, 1), 1);
        judge(apps(1, 5), 2);
        assertThat(judge(apps(1, 1), MINUTE)).hasSize(5);
        assertThat(judge(apps(1, 1), 2 * MINUTE - 1)).hasSize(5);
        assertThat(judge(apps(1, 1), 2 * MINUTE)).containsExactly("app1");
    }

    @Test
    void whatWasNotAskedForIsNotMissed() {
        judge(apps(1, 5), 0);
        List<Snapshot> standing = apps(2, 5).snapshots();
        assertThat(names(guard.judge(apps(1, 1), standing, 1))).hasSize(5);
        assertThat(guard.isDoubting()).isFalse();
        assertThat(names(guard.judge(apps(1, 1), standing, 2 * MINUTE))).hasSize(5);
    }

    @Test
    void whatIsAddedLeavesTheRestAsItIs() {
        judge(apps(1, 5), 0);
        judge(apps(1, 1), 1);
        assertThat(names(guard.add(apps(6, 6)))).hasSize(6);
        assertThat(judge(
                        Catalog.of(List.of(apps(1, 1), apps(6, 6)).stream()
                                .flatMap(catalog -> catalog.snapshots().stream())
                                .toList()),
                        MINUTE + 1))
                .as("held since before")
                .containsExactly("app1", "app6");
    }

    @Test
    void whatWasGoneBeforeAnOutageIsDoubtedAnewAfterIt() {
        judge(apps(1, 3), 0);
        judge(apps(1, 0), 1);
        guard.failed(MINUTE);
        assertThat(judge(apps(1, 0), MINUTE + 1)).isNotEmpty();
        assertThat(judge(apps(1, 0), 2 * MINUTE)).isEmpty();
    }
}
