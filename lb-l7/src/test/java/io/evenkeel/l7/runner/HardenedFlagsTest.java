package io.evenkeel.l7.runner;

import static io.evenkeel.l7.runner.HardenedProxy.app;
import static io.evenkeel.l7.runner.HardenedProxy.get;
import static io.evenkeel.l7.runner.HardenedProxy.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.Wire;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Flags that make the proxy stricter than marathon-lb, over real sockets: off, on by itself, on with all others. */
class HardenedFlagsTest extends HardenedFlagsFixture {

    @ParameterizedTest
    @CsvSource({
        "'',                                                                     any, any",
        "--max-connections 9000 --max-connections-per-source 20,                 9000, 20",
        "--hardened,                                                             any, 500",
        "--hardened --max-connections-per-source 0 --max-connections 0,          any, any",
    })
    void connectionsAreLimitedPerSourceIfClientsAreStrangers(String flags, String all, String perSource) {
        assertThat(HardenedProxy.settings(flags).effective())
                .containsEntry("max-connections", all)
                .containsEntry("max-connections-per-source", perSource);
    }

    @ParameterizedTest
    @CsvSource({
        "'',                          any",
        "--min-body-rate 2000,        2000",
        "--hardened,                  100",
        "--hardened --min-body-rate 0, any"
    })
    void bodiesHaveToComeAtARateIfClientsAreStrangers(String flags, String rate) {
        assertThat(HardenedProxy.settings(flags).effective()).containsEntry("min-body-rate", rate);
    }

    @ParameterizedTest
    @CsvSource({
        "--wildcard-owners web, --wildcard-owners: web (expected: ids that begin with a slash",
        "'--wildcard-owners none,/a', --wildcard-owners: none (expected: ids that begin with a slash",
        "--no-overwrite-forwarded --trusted-proxies 10.0.0.1, "
                + "--no-overwrite-forwarded: with --trusted-proxies 10.0.0.1 (expected: one of them",
        "--hardened --no-overwrite-forwarded --trusted-proxies 10.0.0.2, "
                + "--no-overwrite-forwarded: with --trusted-proxies 10.0.0.2 (expected: one of them",
    })
    void flagsThatWouldDoNothingOrTheContraryAreWrong(String flags, String message) {
        assertThatThrownBy(() -> HardenedProxy.settings(flags)).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"'', true, true", "--service-port-range 1-1000, false, false", "--hardened, true, false"})
    void servicePortsAreWithinTheRange(String flags, boolean high, boolean low) {
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(
                    app("/high", Math.max(port, 1025), Map.of("HAPROXY_0_MODE", "http"), one.endpoint()),
                    app("/low", 1023, Map.of("HAPROXY_0_MODE", "http"), one.endpoint()));
            assertThat(proxy.running.proxy().plan().ports())
                    .extracting(one -> one.service().name())
                    .containsExactly(
                            high && low
                                    ? new String[] {"/high", "/low"}
                                    : high ? new String[] {"/high"} : new String[0]);
            if (!low) {
                assertThat(proxy.problems())
                        .anySatisfy(problem -> assertThat(problem.reason())
                                .startsWith("service port: 1023 (expected: ")
                                .endsWith("the ports for applications); this port is left out"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', 200",
        "'', true, 200",
        "'', false, 403",
        "--websocket-opt-in, '', 403",
        "--hardened, '', 403",
        "--hardened, true, 200",
        "--hardened --no-websocket-opt-in, '', 200"
    })
    void webSocketsAreForThoseWhoWantThem(String flags, String label, int status) throws Exception {
        Map<String, String> labels = new HashMap<>(Map.of("HAPROXY_0_MODE", "http"));
        if (!label.isEmpty()) {
            labels.put("LB_0_WEBSOCKET", label);
        }
        try (HardenedProxy proxy = new HardenedProxy(flags)) {
            proxy.publish(app("/web", port, labels, one.endpoint()));
            Wire.Message answer = get(service(port), "x", "Connection: Upgrade\r\nUpgrade: websocket");
            assertThat(answer.status()).isEqualTo(status); // the task itself does not know them
            assertThat(get(service(port), "x").status()).isEqualTo(200);
        }
        assertThat(one.requests.get(0).value("Upgrade")).isEqualTo(status == 200 ? "websocket" : "");
    }
}
