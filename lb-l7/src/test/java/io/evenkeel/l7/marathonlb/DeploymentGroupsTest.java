package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Scale;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentGroupsTest {

    private static final Instant EARLY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATE = Instant.parse("2026-01-02T00:00:00Z");

    @Test
    void aCatalogWithoutDeploymentsIsLeftAlone() {
        Catalog catalog = Catalog.of(List.of(Apps.with(Apps.app("/web", 10000), up("a"))));
        assertThat(DeploymentGroups.merge(catalog, MarathonLbFilter.HEALTHY_ONLY, false))
                .isSameAs(catalog);
    }

    @Test
    void oneApplicationIsServedUnderTheNameOfItsGroup() {
        Catalog merged = merge(app("/web-blue", 10000, 1, Map.of(), up("b1")));
        Service service = only(merged).service();
        assertThat(service.name()).isEqualTo("/web");
        assertThat(service.application()).isEqualTo("/web");
        assertThat(service.servicePort()).isEqualTo(10000);
        assertThat(active(merged)).containsExactly("b1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "/web"})
    void theSlashBeforeTheNameOfAGroupIsOptional(String group) {
        Map<String, String> labels = Map.of("HAPROXY_DEPLOYMENT_GROUP", group);
        assertThat(only(merge(app("/web-blue", 10000, 1, labels, up("b1"))))
                        .service()
                        .name())
                .isEqualTo("/web");
    }

    @ParameterizedTest
    @CsvSource({
        // old instances, new ones that answer, target: how many old ones are set aside
        "3, 0, 3, 0",
        "3, 1, 3, 1",
        "3, 2, 3, 2",
        "3, 3, 3, 3",
        "2, 2, 3, 1",
        "3, 2, 5, 0",
        "3, 3, 5, 1",
        "3, 1, 1, 1",
        "1, 3, 3, 1",
        "0, 3, 3, 0",
    })
    void asManyOldTasksAreSetAsideAsNewOnesReplaceWithoutGoingBelowTheTarget(
            int old, int answering, int target, int setAside) {
        Catalog merged = merge(
                blue(old, Map.of("HAPROXY_DEPLOYMENT_TARGET_INSTANCES", "" + target), tasks("b", old)),
                green(answering, target, tasks("g", answering)));
        assertThat(draining(merged)).hasSize(setAside);
        assertThat(active(merged)).hasSize(old + answering - setAside);
        assertThat(merged.problems()).isEmpty();
    }

    @Test
    void theyAreThoseWithTheLowestIdsWhateverTheirOrder() {
        Catalog merged = merge(blue(3, Map.of(), up("b3"), up("b1"), up("b2")), green(1, 3, up("a1")));
        assertThat(draining(merged)).containsExactly("b1");
        assertThat(active(merged)).containsExactlyInAnyOrder("b2", "b3", "a1");
    }

    @Test
    void labelsAndPortsAreThoseOfTheOlderAndTheOthersPortIsNotServed() {
        Catalog merged = merge(
                green(1, 2, Map.of("HAPROXY_0_VHOST", "new.com"), up("g1")),
                blue(2, Map.of("HAPROXY_0_VHOST", "old.com"), tasks("b", 2)));
        Service service = only(merged).service();
        assertThat(service.labels()).containsEntry("HAPROXY_0_VHOST", "old.com");
        assertThat(service.servicePort()).isEqualTo(10000);
    }

    @Test
    void withoutDatesTheFirstOfTheListIsTheNewOneAndOneTaskIsTheTarget() {
        Catalog merged =
                merge(app("/p-one", 10000, 1, Map.of(), up("one")), app("/p-two", 10001, 1, Map.of(), up("two")));
        assertThat(only(merged).service().servicePort()).isEqualTo(10001);
        assertThat(active(merged)).containsExactly("one");
        assertThat(draining(merged)).containsExactly("two");
    }

    @Test
    void anApplicationWithoutADateIsOlderThanOneWithADate() {
        Catalog merged = merge(app("/web", 10000, 1, Map.of(), up("b1")), green(1, 1, up("g1")));
        assertThat(only(merged).service().servicePort()).isEqualTo(10000);
        assertThat(draining(merged)).containsExactly("b1");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00.000000, 2026-01-01T00:00:00.000001",
        "2026-01-01, 2026-01-01T00:00:01",
        "2026-01-01 10:00:00, 2026-01-01T10:00:01Z",
        "2026-01-01T11:00:00+02:00, 2026-01-01T10:00:00+00:00",
        "not a date, 2026-01-01T00:00:00",
    })
    void datesAreComparedAsMoments(String older, String newer) {
        Snapshot old = app("/old", 1, 1, Map.of("HAPROXY_DEPLOYMENT_STARTED_AT", older), up("b1"));
        Snapshot fresh = app("/new", 2, 1, Map.of("HAPROXY_DEPLOYMENT_STARTED_AT", newer), up("g1"));
        assertThat(only(merge(old, fresh)).service().servicePort()).isEqualTo(1);
        assertThat(only(merge(fresh, old)).service().servicePort()).isEqualTo(1);
    }

    @Test
    void whoeverWasScaledLastIsTheNewOneButTheLabelsStayThoseOfTheOlder() {
        Snapshot blue = scaledAt(
                LATE,
                blue(
                        1,
                        Map.of("HAPROXY_DEPLOYMENT_TARGET_INSTANCES", "2", "HAPROXY_DEPLOYMENT_NEW_INSTANCES", "0"),
                        up("b1")));
        Snapshot green = scaledAt(EARLY, green(2, 2, up("g1"), up("g2")));
        Catalog merged = merge(blue, green);
        assertThat(draining(merged)).containsExactly("g1");
        assertThat(active(merged)).containsExactlyInAnyOrder("b1", "g2");
        assertThat(only(merged).service().servicePort()).isEqualTo(10000);
    }

    @Test
    void whoWasScaledLastMattersOnlyIfThereIsANumberOfNewInstances() {
        Snapshot blue = scaledAt(LATE, blue(1, Map.of(), up("b1")));
        Snapshot green = scaledAt(
                EARLY, app("/web-green", 10001, 1, Map.of("HAPROXY_DEPLOYMENT_STARTED_AT", "2026-01-02"), up("g1")));
        assertThat(draining(merge(blue, green))).containsExactly("b1");
    }

    @Test
    void newTasksThatFailTheirChecksReplaceNobody() {
        Endpoint failing = up("g1").withHealth(Health.UNHEALTHY);
        Endpoint unknown = up("g2").withHealth(Health.UNKNOWN);
        Endpoint partly = up("g3").withHealth(Health.DEGRADED);
        for (MarathonLbFilter filter : MarathonLbFilter.values()) {
            Catalog merged = merge(filter, blue(3, Map.of(), tasks("b", 3)), green(3, 3, failing, unknown, partly));
            assertThat(draining(merged)).hasSize(1);
        }
    }

    @Test
    void withoutChecksNewTasksThatDoNotRunReplaceNobody() {
        Catalog merged = merge(
                blue(2, Map.of(), unchecked("b1"), unchecked("b2")),
                green(
                        2,
                        2,
                        unchecked("g1").withState(EndpointState.STARTING),
                        unchecked("g2").withState(EndpointState.UNREACHABLE)));
        assertThat(draining(merged)).isEmpty();
        assertThat(merge(blue(2, Map.of(), unchecked("b1"), unchecked("b2")), green(2, 2, unchecked("g1")))
                        .snapshots())
                .satisfies(snapshots -> assertThat(setAside(snapshots.get(0))).containsExactly("b1"));
    }

    @Test
    void oldTasksThatDoNotRunAreNotCountedOnToStay() {
        Endpoint lost = up("b3").withState(EndpointState.LOST);
        Endpoint dead = up("b4").withState(EndpointState.STOPPED);
        Catalog merged = merge(blue(4, Map.of(), up("b1"), up("b2"), lost, dead), green(1, 3, up("g1")));
        assertThat(draining(merged)).isEmpty();
    }

    @Test
    void oldTasksOnTheirWayOutAreNotCountedOnEither() {
        Catalog merged = merge(blue(1, Map.of(), tasks("b", 3)), green(2, 3, up("g1"), up("g2")));
        assertThat(draining(merged)).isEmpty();
    }

    @Test
    void aTaskIsSetAsideAtEveryPort() {
        String[] labels = {
            "HAPROXY_DEPLOYMENT_GROUP", "web", "HAPROXY_DEPLOYMENT_STARTED_AT", "2026-01-01", "HAPROXY_1_MODE", "http"
        };
        Snapshot first = Apps.with(Apps.port("/web-blue", 0, 10000, labels), up("b1"));
        Snapshot second = Apps.with(Apps.port("/web-blue", 1, 10002, labels), up("b1"));
        Catalog merged = merge(first, second, green(1, 1, up("g1")));
        assertThat(merged.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactly("/web", "/web:1");
        assertThat(merged.snapshots())
                .allSatisfy(snapshot -> assertThat(setAside(snapshot)).containsExactly("b1"));
        assertThat(merged.snapshots().get(0).endpoints()).hasSize(2);
        assertThat(merged.snapshots().get(1).endpoints()).hasSize(1);
    }

    @Test
    void aTargetThatCannotBeReadSetsNobodyAside() {
        Snapshot green = app(
                "/web-green",
                10001,
                1,
                Map.of(
                        "HAPROXY_DEPLOYMENT_STARTED_AT",
                        "2026-01-02",
                        "HAPROXY_DEPLOYMENT_NEW_INSTANCES",
                        "0",
                        "HAPROXY_DEPLOYMENT_TARGET_INSTANCES",
                        "three"),
                up("g1"));
        Catalog merged = merge(blue(1, Map.of(), up("b1")), green);
        assertThat(active(merged)).containsExactly("b1", "g1");
        assertThat(merged.problems())
                .containsExactly(new Problem(
                        "/web-green",
                        "label HAPROXY_DEPLOYMENT_TARGET_INSTANCES: 'three' (expected: a whole number; nobody is"
                                + " drained)"));
    }

    @Test
    void aDateThatCannotBeReadIsReportedOnce() {
        Snapshot bad = app("/web-blue", 10000, 1, Map.of("HAPROXY_DEPLOYMENT_STARTED_AT", "soon"), up("b1"));
        assertThat(merge(bad).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.reason())
                        .startsWith("label HAPROXY_DEPLOYMENT_STARTED_AT: 'soon' (expected: a date"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/"})
    void aGroupWithoutANameIsNone(String group) {
        Snapshot web = app("/web", 10000, 1, Map.of("HAPROXY_DEPLOYMENT_GROUP", group), up("b1"));
        Catalog merged = merge(web, Apps.with(Apps.app("/other", 10001), up("o1")));
        assertThat(merged.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactly("/web", "/other");
        assertThat(merged.problems()).extracting(Problem::subject).containsExactly("/web");
    }

    @Test
    void anApplicationOfTheGroupsNameIsServedBesideItAndReported() {
        Catalog merged =
                merge(app("/web-blue", 10000, 1, Map.of(), up("b1")), Apps.with(Apps.app("/web", 10005), up("w1")));
        assertThat(merged.snapshots()).hasSize(2);
        assertThat(merged.find("/web").service().servicePort()).isEqualTo(10005);
        assertThat(merged.find("/web-blue").service().application()).isEqualTo("/web-blue");
        assertThat(merged.problems()).extracting(Problem::subject).containsExactly("/web-blue");
    }

    @ParameterizedTest
    @CsvSource({
        "/web-blue, true",
        "/web, true",
        "/web/blue, true",
        "/webshop, false",
        "/web-evil/app, false",
        "/other/web-blue, false",
    })
    void whereOwnersMatterAGroupIsOfThoseWhoAreNamedAfterIt(String id, boolean merges) {
        Catalog catalog = Catalog.of(List.of(app(id, 10000, 1, Map.of(), up("b1"))));
        Service strict = only(DeploymentGroups.merge(catalog, MarathonLbFilter.HEALTHY_ONLY, true))
                .service();
        assertThat(strict.application()).isEqualTo(merges ? "/web" : id);
        assertThat(only(DeploymentGroups.merge(catalog, MarathonLbFilter.HEALTHY_ONLY, false))
                        .service()
                        .application())
                .isEqualTo("/web");
        assertThat(DeploymentGroups.merge(catalog, MarathonLbFilter.HEALTHY_ONLY, true)
                        .problems())
                .extracting(Problem::toString)
                .containsExactly(
                        merges
                                ? new String[0]
                                : new String[] {
                                    id + ": label HAPROXY_DEPLOYMENT_GROUP: /web (expected: a name with which the"
                                            + " application's id begins, as that of /web-blue does); the application is"
                                            + " served by itself"
                                });
    }

    @Test
    void aGroupOfAFurtherSourceHasItsNameOnce() {
        Catalog merged = merge(
                app("/web-blue", 10000, 1, Map.of(), up("b1")), of("east", "/web-blue"), of("east", "/web-green"));
        assertThat(merged.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactly("/web", "/web@east");
        assertThat(MarathonLbPlan.whose(merged.snapshots().get(1).service())).isEqualTo("/web@east");
        assertThat(merged.problems()).isEmpty();
    }

    @Test
    void anApplicationOfAFurtherSourceIsNobodyElsesName() {
        Catalog merged =
                merge(app("/web-blue", 10000, 1, Map.of(), up("b1")), Apps.of("east", Apps.app("/web", 10005)));
        assertThat(merged.snapshots())
                .extracting(snapshot -> snapshot.service().name())
                .containsExactlyInAnyOrder("/web", "/web@east");
        assertThat(merged.problems()).isEmpty();
    }

    @Test
    void whoseItIsIsInEveryProblem() {
        Map<String, String> unreadable = Map.of("HAPROXY_DEPLOYMENT_STARTED_AT", "soon");
        Map<String, String> nameless = Map.of("HAPROXY_DEPLOYMENT_GROUP", "/");
        assertThat(merge(
                                Apps.of("east", app("/web-blue", 10000, 1, unreadable, up("b1"))),
                                Apps.of("east", app("/web-green", 10001, 1, Map.of(), up("g1"))),
                                Apps.of("east", app("/web-red", 10002, 1, Map.of(), up("r1"))),
                                Apps.of("east", app("/other", 10003, 1, nameless, up("o1"))))
                        .problems())
                .extracting(Problem::subject)
                .hasSize(3)
                .allMatch(subject -> subject.endsWith("@east"));
    }

    private static Snapshot of(String source, String id) {
        Snapshot here = app(id, 10002, 1, Map.of());
        return Apps.of(source, here.service());
    }

    @Test
    void whatTheSourceReportsIsReportedOn() {
        Problem problem = new Problem("/x", "is odd");
        Catalog catalog = Catalog.of(List.of(app("/web-blue", 10000, 1, Map.of(), up("b1"))), List.of(problem));
        assertThat(DeploymentGroups.merge(catalog, MarathonLbFilter.ANY_HEALTH, false)
                        .problems())
                .containsExactly(problem);
    }

    @Test
    void aThirdApplicationJoinsAndIsReported() {
        Catalog merged = merge(
                blue(1, Map.of(), up("b1")),
                green(1, 1, up("g1")),
                app("/web-red", 10002, 1, Map.of("HAPROXY_DEPLOYMENT_STARTED_AT", "2026-01-03"), up("r1")));
        assertThat(only(merged).endpoints()).hasSize(3);
        assertThat(active(merged)).contains("r1");
        assertThat(merged.problems()).hasSize(1);
    }

    private static Catalog merge(Snapshot... snapshots) {
        return merge(MarathonLbFilter.HEALTHY_ONLY, snapshots);
    }

    private static Catalog merge(MarathonLbFilter filter, Snapshot... snapshots) {
        return DeploymentGroups.merge(Catalog.of(List.of(snapshots)), filter, false);
    }

    private static Snapshot only(Catalog catalog) {
        assertThat(catalog.snapshots()).hasSize(1);
        return catalog.snapshots().get(0);
    }

    private static List<String> active(Catalog catalog) {
        return only(catalog).endpoints().stream()
                .filter(endpoint -> !MarathonLbFilter.isSetAside(endpoint))
                .map(Endpoint::id)
                .toList();
    }

    private static List<String> draining(Catalog catalog) {
        return setAside(only(catalog));
    }

    private static List<String> setAside(Snapshot snapshot) {
        return snapshot.endpoints().stream()
                .filter(MarathonLbFilter::isSetAside)
                .map(Endpoint::id)
                .toList();
    }

    private static Snapshot blue(int instances, Map<String, String> labels, Endpoint... tasks) {
        return app("/web-blue", 10000, instances, with(labels, "HAPROXY_DEPLOYMENT_STARTED_AT", "2026-01-01"), tasks);
    }

    private static Snapshot green(int instances, int target, Endpoint... tasks) {
        return green(instances, target, Map.of(), tasks);
    }

    private static Snapshot green(int instances, int target, Map<String, String> labels, Endpoint... tasks) {
        return app(
                "/web-green",
                10001,
                instances,
                with(
                        labels,
                        "HAPROXY_DEPLOYMENT_STARTED_AT",
                        "2026-01-02",
                        "HAPROXY_DEPLOYMENT_NEW_INSTANCES",
                        "0",
                        "HAPROXY_DEPLOYMENT_TARGET_INSTANCES",
                        "" + target),
                tasks);
    }

    private static Snapshot app(String id, int port, int instances, Map<String, String> labels, Endpoint... tasks) {
        Map<String, String> all = labels.containsKey("HAPROXY_DEPLOYMENT_GROUP")
                ? labels
                : with(labels, "HAPROXY_DEPLOYMENT_GROUP", "web");
        Service service = Apps.app(id, port).withLabels(all).withScale(new Scale(instances, EARLY));
        return Apps.with(service, tasks);
    }

    private static Snapshot scaledAt(Instant moment, Snapshot snapshot) {
        Service service = snapshot.service();
        return new Snapshot(service.withScale(new Scale(service.scale().instances(), moment)), snapshot.endpoints());
    }

    private static Map<String, String> with(Map<String, String> labels, String... more) {
        Map<String, String> all = new HashMap<>(labels);
        all.putAll(Apps.labels(more));
        return all;
    }

    private static Endpoint[] tasks(String prefix, int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> up(prefix + i)).toArray(Endpoint[]::new);
    }

    private static Endpoint unchecked(String id) {
        return up(id).withHealth(Health.UNCHECKED);
    }

    private static Endpoint up(String id) {
        return new Endpoint(
                id,
                InetSocketAddress.createUnresolved(id, 80),
                1,
                Locality.UNKNOWN,
                EndpointState.RUNNING,
                Health.HEALTHY,
                true,
                Map.of());
    }
}
