package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** METRICS.md has every name that a busy proxy's page has, and no other. */
class MetricsTableTest {

    private static final Pattern OF_A_ROW = Pattern.compile("haproxy_(frontend|backend|server)_(.*)");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /** What the page says of one name. */
    private static final class Metric {

        final Set<String> kinds = new LinkedHashSet<>();
        final Set<String> labels = new LinkedHashSet<>();
        String type = "";
        String help = "";

        String row(String name) {
            labels.remove("le");
            String shown = kinds.isEmpty() ? name : "haproxy_…_" + name;
            List<String> cells = new ArrayList<>(List.of("`" + shown + "`", type));
            if (!kinds.isEmpty()) {
                cells.add(String.join(", ", kinds));
                labels.removeAll(Set.of("proxy", "server"));
            }
            cells.add(String.join(", ", labels));
            cells.add(help);
            return "| " + String.join(" | ", cells) + " |";
        }
    }

    @Test
    void theTablesAreTheDocumentsOnes(@TempDir Path dir) throws Exception {
        String text = Files.readString(Path.of("METRICS.md")) + "\n";
        Map<String, Metric> metrics = read(page("--access-log " + dir.resolve("access.log")));
        Map<String, Metric> legacy = read(page("--metrics-legacy-labels"));
        legacy.keySet().removeAll(metrics.keySet());
        metrics.putAll(legacy);
        String haproxys = table(metrics, true);
        String own = table(metrics, false);
        assertThat(text)
                .as("METRICS.md has what /metrics has; replace the tables' rows by:%n%s%n%s", haproxys, own)
                .contains("|---|\n" + haproxys + "\n", "|---|\n" + own + "\n");
    }

    private static String table(Map<String, Metric> metrics, boolean ofRows) {
        StringBuilder rows = new StringBuilder();
        metrics.forEach((name, metric) -> {
            if (metric.kinds.isEmpty() != ofRows) {
                rows.append(metric.row(name)).append('\n');
            }
        });
        return rows.toString();
    }

    private static String page(String flags) throws Exception {
        DeclaredCheck check = new DeclaredCheck("HTTP", "/", 0, 0, Duration.ofMillis(50), Duration.ofSeconds(10), 1);
        try (Backend backend = Backend.text("hi");
                HardenedProxy proxy = new HardenedProxy(flags)) {
            int port = HardenedProxy.quietPort();
            Service service = new Service(
                    "/web",
                    "/web",
                    "marathon",
                    0,
                    "",
                    port,
                    Protocol.TCP,
                    Map.of("HAPROXY_0_MODE", "http", "LB_0_MAX_CONNECTIONS", "10"),
                    Map.of(),
                    List.of(check));
            proxy.publish(new Snapshot(service, List.of(backend.endpoint())));
            HardenedProxy.get(HardenedProxy.service(port), "web");
            Eventually.holds("the server is checked", () -> {
                try {
                    return metrics(proxy).contains("haproxy_server_check_code");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            return metrics(proxy);
        }
    }

    private static String metrics(HardenedProxy proxy) throws IOException {
        try (Wire client = Wire.to(proxy.running.adminAddress())) {
            return client.get("/metrics").message().body();
        }
    }

    /* By name; those of rows by what follows the kind of row, and without the JVM's. */
    private static Map<String, Metric> read(String page) {
        Map<String, Metric> metrics = new TreeMap<>();
        Metric current = new Metric();
        for (String line : page.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                Matcher row = OF_A_ROW.matcher(words[2]);
                boolean ofARow = row.matches();
                current = metrics.computeIfAbsent(ofARow ? row.group(2) : words[2], name -> new Metric());
                current.help = words[3];
                if (ofARow) {
                    current.kinds.add(row.group(1));
                }
            } else if (line.startsWith("# TYPE ")) {
                current.type = words[3];
            } else {
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    current.labels.add(label.group(1));
                }
            }
        }
        metrics.keySet().removeIf(name -> name.startsWith("jvm_"));
        return metrics;
    }
}
