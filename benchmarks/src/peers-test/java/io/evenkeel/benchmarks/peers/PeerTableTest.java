package io.evenkeel.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class PeerTableTest {

    private static final String PICK = PeerPickBenchmark.class.getName() + ".use";
    private static final String REPLACE = PeerReplaceBenchmark.class.getName() + ".replace";

    private final PeerTable table = new PeerTable();

    @Test
    void givesEachAlgorithmARowAndEachLibraryAColumn() throws IOException {
        table.add(array(
                pick("RIBBON_BEST_AVAILABLE", 1000, 1, 178_136.4, 24_093),
                pick("EVENKEEL_ROUND_ROBIN", 1000, 1, 3.94, 1e-5),
                pick("RIBBON_ROUND_ROBIN", 1000, 1, 8.36, 1e-5),
                pick("RIBBON_ZONE_AVOIDANCE", 1000, 1, 243_710, 41_073)));

        assertThat(table.markdown()).isEqualTo("""
                        **One use, 1000 endpoints, 1 thread: ns, bytes**

                        | | Evenkeel | Ribbon |
                        |---|---|---|
                        | rotation | round-robin 3.9, 0 B | RoundRobin 8.4, 0 B<br>ZoneAvoidance 243,710, 41,073 B |
                        | least request | – | BestAvailable 178,136, 24,093 B |

                        """);
    }

    @Test
    void keepsThreadsAndQuestionsApart() throws IOException {
        table.add(array(pick("GRPC_ROUND_ROBIN", 1000, 1, 11, 0), pick("GRPC_ROUND_ROBIN", 10_000, 1, 14, 0)));
        table.add(array(pick("GRPC_ROUND_ROBIN", 1000, 2, 75, 0)));
        table.add(array(result(REPLACE, "GRPC_ROUND_ROBIN", 10_000, 1, 9219, 6_289_237)));

        assertThat(table.markdown().lines().filter(line -> line.startsWith("**")))
                .containsExactly(
                        "**One use, 1000 endpoints, 1 thread: ns, bytes**",
                        "**One use, 1000 endpoints, 2 threads: ns for each thread, bytes**",
                        "**One use, 10000 endpoints, 1 thread: ns, bytes**",
                        "**One of 10000 endpoints replaced: µs, bytes**");
        assertThat(table.markdown())
                .contains(
                        "| round_robin 11.0, 0 B |",
                        "| round_robin 75.0, 0 B |",
                        "| round_robin 14.0, 0 B |",
                        "| round_robin 9,219, 6,289,237 B |");
    }

    @Test
    void takesTheLaterOfTwoMeasurements() throws IOException {
        table.add(array(pick("GRPC_ROUND_ROBIN", 1000, 1, 11, 0)));
        table.add(array(pick("GRPC_ROUND_ROBIN", 1000, 1, 12, 0)));

        assertThat(table.markdown()).contains("| round_robin 12.0, 0 B |").doesNotContain("11.0");
    }

    @Test
    void saysNothingOfBytesThatWereNotMeasured() throws IOException {
        table.add("""
                [{"benchmark": "%s", "threads": 1, "params": {"entrant": "ARMERIA_STICKY", "endpoints": "1000"},
                  "primaryMetric": {"score": 88.3}, "secondaryMetrics": {}}]""".formatted(PICK));

        assertThat(table.markdown()).contains("| sticky 88.3 |");
    }

    @Test
    void tellsTheError() throws IOException {
        table.add("""
                [{"benchmark": "%s", "threads": 1, "params": {"entrant": "ARMERIA_STICKY", "endpoints": "1000"},
                  "primaryMetric": {"score": 188.3, "scoreError": 3.14},
                  "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 24.0}}}]""".formatted(PICK));

        assertThat(table.markdown()).contains("| sticky 188 ± 3.1, 24.0 B |");
    }

    @Test
    void passesOverOtherBenchmarks() throws IOException {
        table.add(array(result("io.evenkeel.benchmarks.PickBenchmark.picker", "whoever", 1000, 1, 3, 0)));

        assertThat(table.markdown()).isEmpty();
    }

    @Test
    void namesAnEntrantThatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.add(array(pick("NGINX_ROUND_ROBIN", 1000, 1, 3, 0))))
                .withMessageContaining("NGINX_ROUND_ROBIN");
    }

    private static String array(String... results) {
        return "[" + String.join(",", results) + "]";
    }

    private static String pick(String entrant, int endpoints, int threads, double score, double bytes) {
        return result(PICK, entrant, endpoints, threads, score, bytes);
    }

    private static String result(
            String benchmark, String entrant, int endpoints, int threads, double score, double bytes) {
        return """
                {"benchmark": "%s", "threads": %d, "params": {"entrant": "%s", "endpoints": "%d"},
                 "primaryMetric": {"score": %s, "scoreError": "NaN"},
                 "secondaryMetrics": {"gc.alloc.rate.norm": {"score": %s}}}""".formatted(benchmark, threads, entrant, endpoints, score, bytes);
    }
}
