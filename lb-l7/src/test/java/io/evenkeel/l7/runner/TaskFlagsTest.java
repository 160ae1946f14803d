package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.Eventually;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses of tasks and of health checks are taken: off, on by itself, on with all other strict flags. */
class TaskFlagsTest extends HardenedFlagsFixture {

    @ParameterizedTest
    @CsvSource({
        "'', true",
        "--hardened, true",
        "--endpoint-networks 10.0.0.0/8, false",
        "--endpoint-networks 127.0.0.0/8, true"
    })
    void tasksAreInTheNetworksOfTheList(String flags, boolean served) throws Exception {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(web(one.endpoint()));
            if (served) {
                assertThat(get(service(port), "x").body()).isEqualTo("one");
                assertThat(proxy.problems()).isEmpty();
            } else {
                assertThatThrownBy(() -> get(service(port), "x")).isInstanceOf(ConnectException.class);
                assertThat(proxy.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem)
                                .hasToString("/web: task at 127.0.0.1:"
                                        + one.address().getPort() + " (expected: one in 10.0.0.0/8); it is left out"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', false",
        "--hardened --no-refuse-special-endpoints, false",
        "--refuse-special-endpoints, true",
        "--hardened, true"
    })
    void listenersOfTheProxyAndLinkLocalAddressesAreNoTasks(String flags, boolean refused) {
        int other = HardenedProxy.quietPort();
        try (HardenedProxy proxy = new HardenedProxy(flags + " --http 127.0.0.1:" + other)) {
            proxy.publish(
                    app("/web", port, Map.of(), one.endpoint(), Endpoint.of("169.254.169.254", 80)),
                    app("/loop", HardenedProxy.quietPort(), Map.of(), Endpoint.of("127.0.0.1", port)),
                    app("/shared", HardenedProxy.quietPort(), Map.of(), Endpoint.of("127.0.0.1", other)),
                    app("/source", HardenedProxy.quietPort(), Map.of(), Endpoint.of("127.0.0.1", 1)));
            assertThat(proxy.problems())
                    .extracting(Object::toString)
                    .containsExactlyInAnyOrder(
                            refused
                                    ? new String[] {
                                        "/web: task at 169.254.169.254:80 (expected: no link-local, multicast or"
                                                + " unspecified address); it is left out",
                                        "/loop: task at 127.0.0.1:" + port
                                                + " (expected: no listener of this proxy); it is left out",
                                        "/shared: task at 127.0.0.1:" + other
                                                + " (expected: no listener of this proxy); it is left out",
                                        "/source: task at 127.0.0.1:1 (expected: not the source's own address); it is"
                                                + " left out"
                                    }
                                    : new String[0]);
            assertThat(proxy.running.proxy().servicePorts()).hasSize(refused ? 1 : 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', true", "--refuse-special-endpoints, false", "--hardened, false"})
    void noCheckGoesToAListenerOfTheProxy(String flags, boolean asked) throws Exception {
        int admin = HardenedProxy.quietPort();
        DeclaredCheck check = new DeclaredCheck(
                "HTTP", "/nothing-is-there", 0, admin, Duration.ofMillis(20), Duration.ofSeconds(5), 1);
        Service web = web().service();
        Service checked = new Service(
                "/web", "/web", "marathon", 0, "", port, Protocol.TCP, web.labels(), Map.of(), List.of(check));
        try (HardenedProxy proxy = new HardenedProxy(flags + " --http 127.0.0.1:" + admin)) {
            proxy.publish(new Snapshot(checked, List.of(one.endpoint())));
            if (asked) {
                Eventually.holds("the frontend has been asked", () -> requestsAtTheFrontend(proxy) > 0);
                assertThat(proxy.problems()).isEmpty();
            } else {
                Eventually.holds("the task has been asked", () -> !one.requests.isEmpty());
                assertThat(requestsAtTheFrontend(proxy)).isZero();
                assertThat(proxy.problems())
                        .extracting(Object::toString)
                        .containsExactly("/web: health check at 127.0.0.1:" + admin
                                + " (expected: no listener of this proxy); the port itself is checked");
            }
        }
    }

    private static long requestsAtTheFrontend(HardenedProxy proxy) {
        return proxy.running.proxy().http().stats().requests();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--service-port-range 20000-32000", "--service-port-range 1024-65535"})
    void aPortThatNobodyCanHaveIsNoListener(String range) throws Exception {
        int tasks = one.address().getPort(); // the system's choice, and so outside of the narrow range
        boolean possible = range.endsWith("65535");
        try (HardenedProxy proxy = new HardenedProxy("--hardened " + range)) {
            proxy.publish(
                    web(one.endpoint()),
                    app("/other", 20_001, Map.of("HAPROXY_0_PORT", Integer.toString(tasks)), two.endpoint()));
            assertThat(proxy.problems().toString().contains("no listener of this proxy"))
                    .isEqualTo(possible);
            assertThat(answer(port)).isEqualTo(possible ? "none" : "one");
        }
    }

    @Test
    void anApplicationWhosePortIsGivenKeepsItsStrategyUnderARangeOfPorts() {
        try (HardenedProxy proxy = new HardenedProxy("--hardened --no-refuse-special-endpoints")) {
            proxy.publish(app("/auto", 0, Map.of("HAPROXY_0_BALANCE", "source"), one.endpoint()));
            assertThat(proxy.running.proxy().servicePorts())
                    .singleElement()
                    .satisfies(
                            open -> assertThat(open.cluster().state().usesKey()).isTrue());
        }
    }
}
