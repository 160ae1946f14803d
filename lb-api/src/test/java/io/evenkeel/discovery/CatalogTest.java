package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogTest {

    @Test
    void findsServicesByName() {
        Snapshot web = snapshot("/web", "/web", "");
        Snapshot admin = snapshot("/web:1", "/web", "");
        Catalog catalog = Catalog.of(List.of(web, admin));

        assertThat(catalog.find("/web")).isSameAs(web);
        assertThat(catalog.find("/web:1")).isSameAs(admin);
        assertThat(catalog.find("/web:2")).isNull();
    }

    @Test
    void findsPortsByTheirOwnName() {
        Snapshot admin = snapshot("/web:1", "/web", "admin");

        assertThat(Catalog.of(List.of(admin)).find("/web:admin")).isSameAs(admin);
    }

    @Test
    void prefersAServicesNameToAPortName() {
        Snapshot odd = snapshot("/web", "/web", "1"); // its port is called what the second port's service is
        Snapshot second = snapshot("/web:1", "/web", "");

        assertThat(Catalog.of(List.of(odd, second)).find("/web:1")).isSameAs(second);
        assertThat(Catalog.of(List.of(second, odd)).find("/web:1")).isSameAs(second);
    }

    @Test
    void takesTheFirstOfTwoPortsOfOneName() {
        Snapshot first = snapshot("/web", "/web", "http");
        Snapshot second = snapshot("/web:1", "/web", "http");

        assertThat(Catalog.of(List.of(first, second)).find("/web:http")).isSameAs(first);
    }

    @Test
    void saysWhichServicesAreOtherThanTheyWere() {
        Snapshot a = snapshot("a", "a", "");
        Snapshot b = snapshot("b", "b", "");
        Snapshot c = snapshot("c", "c", "");
        Snapshot d = snapshot("d", "d", "");
        Catalog before = Catalog.of(List.of(a, b, c, d));

        assertThat(before.changedSince(before)).isEmpty();
        assertThat(Catalog.of(List.of(a, b, c, d)).changedSince(before)).isEmpty();
        assertThat(before.changedSince(Catalog.empty())).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(Catalog.empty().changedSince(before)).containsExactlyInAnyOrder("a", "b", "c", "d");
        assertThat(Catalog.of(List.of(a, snapshot("b", "b", ""), c, snapshot("d", "d", "")))
                        .changedSince(before))
                .containsExactlyInAnyOrder("b", "d");
        assertThat(Catalog.of(List.of(a, b, snapshot("x", "x", ""), d)).changedSince(before))
                .containsExactlyInAnyOrder("c", "x");
        assertThat(Catalog.of(List.of(a, b, snapshot("x", "x", ""), c, d)).changedSince(before))
                .containsExactly("x");
        assertThat(Catalog.of(List.of(a, b, c, d, snapshot("x", "x", ""))).changedSince(before))
                .containsExactly("x");
        assertThat(Catalog.of(List.of(a, c, d)).changedSince(before)).containsExactly("b");
        assertThat(Catalog.of(List.of(a, b, c)).changedSince(before)).containsExactly("d");
        assertThat(Catalog.of(List.of(a, c, b, d)).changedSince(before)).containsExactlyInAnyOrder("b", "c");
        assertThat(Catalog.of(List.of(b, c, d, snapshot("x", "x", ""))).changedSince(before))
                .contains("a", "x");
    }

    @Test
    void saysOfEqualNeighboursWhichOneCame() {
        Snapshot a = snapshot("a", "a", "");
        Snapshot b = snapshot("b", "b", "");

        assertThat(Catalog.of(List.of(a, b)).changedSince(Catalog.of(List.of(a))))
                .containsExactly("b");
        assertThat(Catalog.of(List.of(a)).changedSince(Catalog.of(List.of(a, b))))
                .containsExactly("b");
    }

    @Test
    void refusesTwoServicesOfOneName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Catalog.of(List.of(snapshot("/web", "/web", ""), snapshot("/web", "/web", "x"))))
                .withMessage("service: /web (expected: once)");
    }

    @Test
    void keepsOrderAndProblems() {
        Problem problem = new Problem("/bad", "port: -1 (expected: >= 0)");
        Snapshot b = snapshot("b", "b", "");
        Snapshot a = snapshot("a", "a", "");
        Catalog catalog = Catalog.of(List.of(b, a), List.of(problem));

        assertThat(catalog.snapshots()).containsExactly(b, a);
        assertThat(catalog.problems()).containsExactly(problem);
        assertThat(catalog).hasToString("2 services, 1 problems");
        assertThat(problem).hasToString("/bad: port: -1 (expected: >= 0)");
    }

    @Test
    void isEmptyWithoutServices() {
        assertThat(Catalog.empty().isEmpty()).isTrue();
        assertThat(Catalog.of(List.of(), List.of(new Problem("x", "y"))).isEmpty())
                .isTrue();
        assertThat(Catalog.empty().find("web")).isNull();
    }

    private static Snapshot snapshot(String name, String application, String portName) {
        Service service =
                new Service(name, application, "marathon", 0, portName, 0, Protocol.TCP, Map.of(), Map.of(), List.of());
        return new Snapshot(service, List.of());
    }
}
