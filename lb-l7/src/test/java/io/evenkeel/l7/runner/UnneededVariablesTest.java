package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class UnneededVariablesTest {

    @Test
    void variablesWithoutEffectAreNamedIfTheyHaveAValue() {
        assertThat(UnneededVariables.given(Map.of(
                        "VAULT_TOKEN", "s.secret",
                        "HAPROXY_SYSLOGD", "true",
                        "POLL_INTERVAL", "",
                        "MARATHON_USER", "me",
                        "PORTS", "9090,9091")))
                .containsExactly("HAPROXY_SYSLOGD", "VAULT_TOKEN");
    }
}
