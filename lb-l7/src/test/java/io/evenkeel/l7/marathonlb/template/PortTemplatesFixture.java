package io.evenkeel.l7.marathonlb.template;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.DeclaredCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the templates of a port, and keeps what is told about them. */
abstract class PortTemplatesFixture {

    static final String HEAD = "backend {backend}\n  balance {balance}\n  mode {mode}\n";
    static final String SERVER = "server {serverName} {host_ipv4}:{port} id {serverId}{cookieOptions}"
            + "{healthCheckOptions}{otherOptions}";

    final List<String> remarks = new ArrayList<>();

    void refuses(boolean http, String name, String text, String message) {
        assertThatThrownBy(() -> read(http, name, text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("label L_" + name + ": ")
                .hasMessageContaining(message);
    }

    TemplateEffects read(boolean http, String... namesAndTexts) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            labels.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return PortTemplates.read(templates(labels), facts(http, false), remarks::add);
    }

    static Templates templates(Map<String, String> labels) {
        return Templates.of(labels::get, name -> "L_" + name, Map.of());
    }

    static PortFacts facts(boolean http, boolean withPasswordsAndPaths) {
        return facts(http, withPasswordsAndPaths, http ? "w.example" : "", "", false);
    }

    static PortFacts facts(boolean http, boolean withPasswordsAndPaths, String vhost, String path, boolean redirect) {
        return new PortFacts(
                "/shop/web",
                "shop_web_10000",
                http,
                "leastconn",
                "*",
                10000,
                vhost,
                path,
                redirect,
                false,
                true,
                withPasswordsAndPaths,
                "",
                List.of(withPasswordsAndPaths, withPasswordsAndPaths),
                "",
                Optional.of(
                        new DeclaredCheck("HTTP", "/health", 0, 0, Duration.ofSeconds(5), Duration.ofSeconds(2), 3)),
                false);
    }
}
