package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.testing.Eventually;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AdminMetricsTest extends AdminFixture {

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\""
                    + "(?:,[a-zA-Z_]\\w*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\")*,?\\})? (NaN|[-+]?[0-9.Ee+-]+)");

    @Test
    void pageIsInPrometheusTextFormat() throws Exception {
        publish(
                app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of("127.0.1.1", 1)),
                app("/a\"\\b", 0, Map.of("HAPROXY_0_BIND_ADDR", "127.0.0.9"), Endpoint.of("127.0.1.1", 2)));
        HttpResponse<String> response = get("/metrics");
        assertThat(response.headers().firstValue("content-type")).contains("text/plain; version=0.0.4");
        assertThat(response.body()).endsWith("\n");
        Set<String> families = new HashSet<>();
        Set<String> series = new HashSet<>();
        String family = "";
        for (String line : response.body().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                family = line.split(" ", -1)[2];
                assertThat(families.add(family)).as("once: " + line).isTrue();
                assertThat(line).matches("# TYPE \\S+ (counter|gauge|summary|histogram)");
            } else if (!line.startsWith("# HELP ")) {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                assertThat(sample.group(1)).startsWith(family);
                assertThat(series.add(sample.group(1) + sample.group(2)))
                        .as("once: " + line)
                        .isTrue();
            }
        }
        assertThat(response.body()).contains("{proxy=\"a\\\"\\\\b_" + port + "\",server=\"127_0_1_1_2\"}");
    }

    @Test
    void haproxysNamesTellWhatTheStatisticsTell() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
        request();
        Eventually.holds("the response is counted", () -> "1".equals(cell("BACKEND", "hrsp_2xx")));
        String web = "{proxy=\"web_" + port + "\"";
        String server = web + ",server=\"" + ServerNaming.name(backend.endpoint()) + "\"";
        assertThat(samples())
                .containsEntry("haproxy_frontend_connections_total" + web + "}", "1")
                .containsEntry("haproxy_frontend_http_responses_total" + web + ",code=\"2xx\"}", "1")
                .containsEntry("haproxy_frontend_status" + web + ",state=\"UP\"}", "1")
                .containsEntry("haproxy_frontend_status" + web + ",state=\"DOWN\"}", "0")
                .containsEntry("haproxy_backend_http_requests_total" + web + "}", "1")
                .containsEntry("haproxy_backend_active_servers" + web + "}", "1")
                .containsEntry("haproxy_backend_status" + web + ",state=\"UP\"}", "1")
                .containsEntry("haproxy_server_status" + server + ",state=\"UP\"}", "1")
                .containsEntry("haproxy_server_status" + server + ",state=\"MAINT\"}", "0")
                .containsEntry("haproxy_server_sessions_total" + server + "}", "1")
                .containsEntry("haproxy_server_connection_attempts_total" + server + "}", "1")
                .containsEntry("haproxy_server_connection_reuses_total" + server + "}", "0")
                .containsEntry("haproxy_server_http_responses_total" + server + ",code=\"5xx\"}", "0")
                .containsKey("haproxy_backend_queue_time_average_seconds" + web + "}")
                .containsKey("haproxy_backend_connect_time_average_seconds" + web + "}")
                .containsKey("haproxy_backend_response_time_average_seconds" + web + "}")
                .containsKey("haproxy_backend_total_time_average_seconds" + web + "}")
                .containsKey("haproxy_server_response_time_average_seconds" + server + "}")
                .containsEntry("lb_requests_seconds_bucket{service=\"/web\",le=\"+Inf\"}", "1")
                .containsEntry("lb_requests_seconds_count{service=\"/web\"}", "1")
                .containsKey("lb_requests_seconds_sum{service=\"/web\"}")
                .doesNotContainKey("lb_access_log_dropped_total")
                .containsKey("haproxy_process_uptime_seconds")
                .hasEntrySatisfying(
                        "haproxy_process_max_connections",
                        value -> assertThat(Long.parseLong(value)).isPositive())
                .containsEntry("haproxy_frontend_limit_session_rate" + web + "}", "0")
                .containsEntry("haproxy_frontend_http_comp_responses_total" + web + "}", "0")
                .containsEntry("haproxy_backend_http_comp_bytes_in_total" + web + "}", "0")
                .containsEntry("haproxy_backend_agg_server_status" + web + ",state=\"UP\"}", "1")
                .containsEntry("haproxy_backend_agg_server_status" + web + ",state=\"DOWN\"}", "0")
                .containsEntry("haproxy_backend_agg_check_status" + web + ",state=\"L7OK\"}", "0")
                .containsEntry("haproxy_server_uweight" + server + "}", "1")
                .containsEntry("haproxy_backend_uweight" + web + "}", "1")
                .doesNotContainKey("haproxy_server_check_duration_seconds" + server + "}")
                .doesNotContainKey("haproxy_server_limit_sessions" + server + "}")
                .containsKeys("haproxy_process_nbthread", "haproxy_process_current_connection_rate")
                .hasEntrySatisfying(
                        "haproxy_process_listeners",
                        value -> assertThat(Long.parseLong(value)).isPositive())
                .hasEntrySatisfying(
                        "haproxy_process_bytes_out_total",
                        value -> assertThat(Long.parseLong(value)).isPositive())
                .containsEntry("haproxy_process_spliced_bytes_out_total", "0")
                .containsKey("haproxy_process_requests_total");
    }

    @Test
    void theLimitIsThePortsOrItsServersOrTheProcesss() throws Exception {
        String web = "{proxy=\"web_" + port + "\"";
        Map<String, String> limits =
                Map.of("HAPROXY_0_MODE", "http", "HAPROXY_0_BIND_OPTIONS", "maxconn 7", "LB_0_MAX_CONNECTIONS", "10");
        publish(app("/web", 0, limits, Endpoint.of("127.0.1.1", 1), Endpoint.of("127.0.1.1", 2)));
        assertThat(samples())
                .containsEntry("haproxy_frontend_limit_sessions" + web + "}", "7")
                .containsEntry("haproxy_backend_limit_sessions" + web + "}", "20")
                .containsEntry("haproxy_server_limit_sessions" + web + ",server=\"127_0_1_1_1\"}", "10")
                .containsEntry("haproxy_backend_agg_server_status" + web + ",state=\"UP\"}", "2");
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of("127.0.1.1", 1)));
        Map<String, String> samples = samples();
        String most = samples.get("haproxy_process_max_connections");
        assertThat(samples)
                .containsEntry("haproxy_frontend_limit_sessions" + web + "}", most)
                .containsEntry("haproxy_backend_limit_sessions" + web + "}", most)
                .doesNotContainKey("haproxy_server_limit_sessions" + web + ",server=\"127_0_1_1_1\"}");
    }

    @Test
    void ourOwnNamesAreThoseOfTheLibraryAndOfTheProxy() throws Exception {
        publish(
                app("/web", 0, Map.of(), Endpoint.of("127.0.1.1", 1)),
                app("/bad", 0, Map.of("HAPROXY_0_MODE", "x"), Endpoint.of("127.0.1.1", 1)));
        DiscoveryException away = discovery.fail("away");
        Eventually.holds("the failure is known", () -> proxy.loadBalancer().failure() == away);
        assertThat(samples())
                .containsEntry("lb_endpoints{service=\"/web\",state=\"active\"}", "1.0")
                .containsEntry("lb_services", "2.0")
                .containsEntry("lb_problems", "1.0")
                .containsEntry("lb_discovery_failing", "1.0")
                .containsEntry("lb_listeners_failed", "0.0")
                .containsEntry("lb_connections_refused_total", "0.0")
                .containsEntry("lb_requests_refused_total", "0.0")
                .containsEntry("lb_overload_level", "0.0")
                .containsKey("lb_buffers_used_bytes")
                .containsKey("lb_buffers_max_bytes")
                .containsEntry("lb_discovery_age_seconds", "NaN")
                .containsEntry("lb_discovery_last_success_timestamp_seconds", "NaN")
                .containsEntry("lb_discovery_events_total", "1.0")
                .containsEntry("lb_ejections_total", "0.0")
                .containsKey("jvm_threads_live_threads");
        assertThat(get("/metrics").body()).doesNotContain("evenkeel_");
    }

    @Test
    void ejectionsAndFailedChecksAreCounted() throws Exception {
        DeclaredCheck check = new DeclaredCheck("TCP", "", 0, 0, Duration.ofMillis(20), Duration.ofSeconds(10), 2);
        Endpoint refusing = Endpoint.of(TestServer.refusing());
        publish(app("/web", 0, Map.of(), List.of(check), refusing));
        String failures = "haproxy_server_check_failures_total{proxy=\"web_" + port + "\",server=\""
                + ServerNaming.name(refusing) + "\"}";
        Eventually.holds("it is down", () -> "DOWN".equals(cell(ServerNaming.name(refusing), "status")));
        String backend = "{proxy=\"web_" + port + "\",state=\"";
        assertThat(samples())
                .containsEntry(failures, "3")
                .containsEntry("haproxy_backend_agg_check_status" + backend + "L4CON\"}", "1")
                .containsEntry("haproxy_backend_agg_check_status" + backend + "L4OK\"}", "0")
                .containsEntry("haproxy_backend_agg_server_status" + backend + "DOWN\"}", "1")
                .containsKey(failures.replace("failures_total", "duration_seconds"));
        Cluster cluster = proxy.servicePorts().get(0).cluster();
        cluster.bar(cluster.state().active().get(0), Bar.EJECTED);
        assertThat(samples()).containsEntry("lb_ejections_total", "1.0");
    }

    @Test
    void retriesAreCountedByWhatHadHappened() throws Exception {
        publish(app(
                "/web", 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of(TestServer.refusing()), backend.endpoint()));
        String reason = "lb_retries_total{service=\"/web\",reason=";
        Eventually.holds("somebody's turn was that of the one who refuses", () -> {
            try {
                assertThat(request().body()).isEqualTo("hi");
                return samples().get(reason + "\"connect\"}").equals("1");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        assertThat(samples()).containsEntry(reason + "\"reset\"}", "0");
    }

    @Test
    void labelsCanBeThoseOfTheStandAloneExporter() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of("127.0.1.1", 1)));
        try (L7Admin legacy = L7Admin.builder(proxy, transport)
                .legacyLabels(true)
                .sourceAge(() -> Optional.of(Duration.ofMillis(1500)))
                .open(ANY)) {
            String body = get(legacy.address(), "/metrics").body();
            assertThat(body)
                    .contains("haproxy_up 1\n", "lb_discovery_age_seconds 1.5\n")
                    .containsPattern("lb_discovery_last_success_timestamp_seconds 1\\.[0-9]+E9")
                    .contains("haproxy_frontend_current_sessions{frontend=\"web_" + port + "\"} 0\n")
                    .contains("haproxy_backend_current_sessions{backend=\"web_" + port + "\"} 0\n")
                    .contains(
                            "haproxy_server_current_sessions{backend=\"web_" + port + "\",server=\"127_0_1_1_1\"} 0\n")
                    .doesNotContain("proxy=\"");
        }
        assertThat(samples()).doesNotContainKey("haproxy_up");
    }

    @Test
    void countersOfABackendGoOnWhenItsServersAreReplaced() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
        request();
        String requests = "haproxy_backend_http_requests_total{proxy=\"web_" + port + "\"}";
        String sessions = "haproxy_backend_sessions_total{proxy=\"web_" + port + "\"}";
        Eventually.holds("the request is counted", () -> "1".equals(cell("BACKEND", "stot")));
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of("127.0.1.1", 1)));
        assertThat(samples()).containsEntry(requests, "1").containsEntry(sessions, "1");
    }

    private Map<String, String> samples() throws Exception {
        List<String> lines = get("/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
        return lines.stream()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> line.substring(line.lastIndexOf(' ') + 1)));
    }
}
