package io.evenkeel.l7.runner;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.runner.JarVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy's own metrics in Prometheus' text format, by the names and labels of its exporter, so that dashboards made for it
 * go on. Written straight from the rows of the statistics. Immutable; safe for use by any thread.
 */
final class HaproxyMetrics {

    /** One metric of a kind of row: the column it is read from, and the name it has after {@code haproxy_<kind>_}. */
    private record Family(String column, String name, String type, String help) {}

    private static final List<Family> TIMES = List.of(
            gauge("qtime", "queue_time_average_seconds", "Time in the queue, over the last 1024 responses."),
            gauge("ctime", "connect_time_average_seconds", "Time to connect, over the last 1024 responses."),
            gauge("rtime", "response_time_average_seconds", "Time to the response's head, over the last 1024."),
            gauge("ttime", "total_time_average_seconds", "Time of the whole request, over the last 1024 responses."));
    private static final List<Family> CHECK_TIMES =
            List.of(gauge("check_duration", "check_duration_seconds", "How long the last health check took."));
    private static final List<String> STATES = List.of("DOWN", "UP", "MAINT", "DRAIN", "NOLB");
    private static final List<String> CHECKS = List.of(
            "INI", "SOCKERR", "L4OK", "L4TOUT", "L4CON", "L6OK", "L6TOUT", "L6RSP", "L7OK", "L7OKC", "L7TOUT", "L7RSP",
            "L7STS");
    private static final Map<String, String> CODES = new TreeMap<>(Map.of(
            "hrsp_1xx",
            "1xx",
            "hrsp_2xx",
            "2xx",
            "hrsp_3xx",
            "3xx",
            "hrsp_4xx",
            "4xx",
            "hrsp_5xx",
            "5xx",
            "hrsp_other",
            "other"));

    static final String MAX_CONNECTIONS = "max_connections";

    /* What those of the whole process tell, by what follows haproxy_process_. */
    private static final Map<String, String> PROCESS = Map.ofEntries(
            entry("uptime_seconds", "Seconds since the process began."),
            entry("start_time_seconds", "When the process began, in Unix time."),
            entry("nbthread", "Threads that serve connections."),
            entry("listeners", "Listeners that are open."),
            entry("current_connections", "Connections of clients that are open."),
            entry("current_connection_rate", "Connections of clients in the last second."),
            entry(MAX_CONNECTIONS, "Connections of clients that the process has file descriptors for."),
            entry("connections_total", "Connections of clients so far."),
            entry("requests_total", "HTTP requests so far."),
            entry("bytes_out_total", "Bytes of responses."),
            entry("spliced_bytes_out_total", "Bytes that went from socket to socket inside the kernel."));

    private static final List<Family> SESSIONS = List.of(
            gauge("scur", "current_sessions", "Sessions that are open."),
            gauge("smax", "max_sessions", "Most sessions that were open together."),
            gauge("slim", "limit_sessions", "Most sessions that may be open together."),
            counter("stot", "sessions_total", "Sessions so far."),
            gauge("rate", "current_session_rate", "Sessions in the last second."),
            gauge("rate_max", "max_session_rate", "Most sessions in a second."),
            counter("comp_in", "http_comp_bytes_in_total", "Bytes that were compressed."),
            counter("comp_out", "http_comp_bytes_out_total", "Bytes that these became."),
            counter("comp_byp", "http_comp_bytes_bypassed_total", "Bytes that were not compressed for want of means."),
            counter("comp_rsp", "http_comp_responses_total", "Responses that were compressed."),
            counter("bin", "bytes_in_total", "Bytes of requests."),
            counter("bout", "bytes_out_total", "Bytes of responses."),
            counter("req_tot", "http_requests_total", "HTTP requests so far."));
    private static final List<Family> FRONTEND = List.of(
            counter("dreq", "requests_denied_total", "Requests that a rule refused."),
            counter("dresp", "responses_denied_total", "Responses that a rule refused."),
            counter("ereq", "request_errors_total", "Requests that were none."),
            counter("dcon", "connections_denied_total", "Connections that a rule refused."),
            counter("conn_tot", "connections_total", "Connections so far."),
            gauge("rate_lim", "limit_session_rate", "Most sessions that may come in a second, 0 for any number."),
            gauge("conn_rate_max", "connections_rate_max", "Most connections in a second."),
            gauge("req_rate_max", "http_requests_rate_max", "Most HTTP requests in a second."),
            counter("intercepted", "intercepted_requests_total", "Requests that were answered here."));
    private static final List<Family> SERVER = List.of(
            gauge("qcur", "current_queue", "Requests that wait."),
            gauge("qmax", "max_queue", "Most requests that waited together."),
            counter("econ", "connection_errors_total", "Connections that could not be opened."),
            counter("eresp", "response_errors_total", "Responses that were none."),
            counter("wretr", "retry_warnings_total", "Requests that were tried again on the same server."),
            counter("wredis", "redispatch_warnings_total", "Requests that were tried again on another server."),
            gauge("weight", "weight", "Share of the load."),
            gauge("weight", "uweight", "Share of the load, as it was set."),
            counter("lbtot", "loadbalanced_total", "Times that balancing chose it."),
            counter("connect", "connection_attempts_total", "Connections that were tried to open."),
            counter("reuse", "connection_reuses_total", "Times that an open connection was used again."),
            counter("cli_abrt", "client_aborts_total", "Transfers that the client broke off."),
            counter("srv_abrt", "server_aborts_total", "Transfers that the server broke off."),
            counter("chkdown", "check_up_down_total", "Times that it went from up to down."),
            gauge("lastchg", "check_last_change_seconds", "Seconds since it went up or down."),
            counter("downtime", "downtime_seconds_total", "Seconds that it was down in all."),
            gauge("lastsess", "last_session_seconds", "Seconds since it was last used."));
    private static final List<Family> CHECKED = List.of(
            counter("chkfail", "check_failures_total", "Health checks that failed while it was up."),
            gauge("check_code", "check_code", "Status that the last health check was answered with."));
    private static final List<Family> BACKEND = List.of(
            counter("dreq", "requests_denied_total", "Requests that a rule refused."),
            gauge("act", "active_servers", "Servers that are up."),
            gauge("bck", "backup_servers", "Backup servers that are up."));

    private static Family gauge(String column, String name, String help) {
        return new Family(column, name, "gauge", help);
    }

    private static Family counter(String column, String name, String help) {
        return new Family(column, name, "counter", help);
    }

    private final boolean legacyLabels;

    /**
     * Metrics by HAProxy's names.
     *
     * @param legacyLabels whether proxies are told by the label {@code frontend} or {@code backend}, as the stand-alone
     *     exporter did, rather than {@code proxy}
     */
    HaproxyMetrics(boolean legacyLabels) {
        this.legacyLabels = legacyLabels;
    }

    /** Appends what the rows say, and what the process as a whole does. */
    void write(PrometheusText text, List<StatsRow> rows, Map<String, Double> process) {
        process.forEach((name, value) -> text.family(
                        "haproxy_process_" + name,
                        name.endsWith("_total") ? "counter" : "gauge",
                        requireNonNull(PROCESS.get(name), name))
                .sample("", value));
        text.family("haproxy_process_build_info", "gauge", "What serves this.")
                .sample(PrometheusText.label("", "version", "Evenkeel " + JarVersion.of(HaproxyMetrics.class)), 1);
        if (legacyLabels) {
            text.family("haproxy_up", "gauge", "Whether statistics could be read.")
                    .sample("", 1);
        }
        List<StatsRow> frontends =
                rows.stream().filter(row -> is(row, "FRONTEND")).toList();
        List<StatsRow> backends =
                rows.stream().filter(row -> is(row, "BACKEND")).toList();
        List<StatsRow> servers =
                rows.stream().filter(row -> "2".equals(row.get("type"))).toList();
        Double most = process.get(MAX_CONNECTIONS);
        if (most != null) {
            limit(frontends, most.longValue());
            limit(backends, most.longValue());
        }
        kind(text, "frontend", frontends);
        kind(text, "backend", backends);
        kind(text, "server", servers);
        sums(
                text,
                "agg_server_status",
                "Servers by the state that they are in.",
                STATES,
                backends,
                servers,
                row -> state(row));
        sums(
                text,
                "agg_check_status",
                "Servers by the result of their last health check.",
                CHECKS,
                backends,
                servers,
                row -> row.get("check_status"));
    }

    /* Where nothing else is less, the process itself is the limit. */
    private static void limit(List<StatsRow> rows, long most) {
        for (StatsRow row : rows) {
            String own = row.text("slim");
            row.set("slim", own.isEmpty() ? most : Math.min(most, Long.parseLong(own)));
        }
    }

    /* How many servers of each backend are in which state. */
    private void sums(
            PrometheusText text,
            String name,
            String help,
            List<String> states,
            List<StatsRow> backends,
            List<StatsRow> servers,
            Function<StatsRow, @Nullable String> found) {
        Map<String, Map<String, Integer>> counts = new HashMap<>();
        for (StatsRow server : servers) {
            String state = found.apply(server);
            if (state != null) {
                counts.computeIfAbsent(server.text("pxname"), of -> new HashMap<>())
                        .merge(state, 1, Integer::sum);
            }
        }
        text.family("haproxy_backend_" + name, "gauge", help);
        for (StatsRow backend : backends) {
            Map<String, Integer> own = counts.getOrDefault(backend.text("pxname"), Map.of());
            String labels = labels("backend", backend);
            for (String state : states) {
                text.sample(PrometheusText.label(labels, "state", state), own.getOrDefault(state, 0));
            }
        }
    }

    private static boolean is(StatsRow row, String name) {
        return name.equals(row.get("svname"));
    }

    private void kind(PrometheusText text, String kind, List<StatsRow> rows) {
        List<String> labels = rows.stream().map(row -> labels(kind, row)).toList();
        String prefix = "haproxy_" + kind + "_";
        families(text, prefix, SESSIONS, rows, labels);
        families(text, prefix, kind.equals("frontend") ? FRONTEND : SERVER, rows, labels);
        if (kind.equals("backend")) {
            families(text, prefix, BACKEND, rows, labels);
        }
        if (kind.equals("server")) {
            families(text, prefix, CHECKED, rows, labels);
            times(text, prefix, CHECK_TIMES, rows, labels);
        }
        times(text, prefix, TIMES, rows, labels);
        text.family(prefix + "http_responses_total", "counter", "HTTP responses by class.");
        for (int i = 0; i < rows.size(); i++) {
            for (Map.Entry<String, String> code : CODES.entrySet()) {
                text.sample(
                        PrometheusText.label(labels.get(i), "code", code.getValue()),
                        rows.get(i).get(code.getKey()));
            }
        }
        text.family(prefix + "status", "gauge", "1 for the state that it is in.");
        List<String> states = kind.equals("server") ? STATES : STATES.subList(0, 2);
        states(text, states, rows.stream().map(row -> state(row)).toList(), labels);
        if (kind.equals("server")) {
            text.family(prefix + "check_status", "gauge", "1 for the result of the last health check.");
            states(
                    text,
                    CHECKS,
                    rows.stream().map(row -> row.get("check_status")).toList(),
                    labels);
        }
    }

    private static void families(
            PrometheusText text, String prefix, List<Family> families, List<StatsRow> rows, List<String> labels) {
        for (Family family : families) {
            text.family(prefix + family.name(), family.type(), family.help());
            for (int i = 0; i < rows.size(); i++) {
                text.sample(labels.get(i), rows.get(i).get(family.column()));
            }
        }
    }

    /* The rows have milliseconds. */
    private static void times(
            PrometheusText text, String prefix, List<Family> families, List<StatsRow> rows, List<String> labels) {
        for (Family family : families) {
            text.family(prefix + family.name(), family.type(), family.help());
            for (int i = 0; i < rows.size(); i++) {
                String millis = rows.get(i).text(family.column());
                if (!millis.isEmpty()) {
                    text.sample(labels.get(i), Long.parseLong(millis) / 1000.0);
                }
            }
        }
    }

    /* One series for each state that there is; none where nothing is known. */
    private static void states(
            PrometheusText text, List<String> states, List<? extends @Nullable String> found, List<String> labels) {
        for (int i = 0; i < labels.size(); i++) {
            String current = found.get(i);
            for (String state : current == null ? List.<String>of() : states) {
                text.sample(PrometheusText.label(labels.get(i), "state", state), state.equals(current) ? 1 : 0);
            }
        }
    }

    private static @Nullable String state(StatsRow row) {
        String status = row.get("status");
        return "OPEN".equals(status) || "no check".equals(status) ? "UP" : "STOP".equals(status) ? "DOWN" : status;
    }

    private String labels(String kind, StatsRow row) {
        String proxyLabel = !legacyLabels ? "proxy" : kind.equals("frontend") ? "frontend" : "backend";
        String labels = PrometheusText.label("", proxyLabel, String.valueOf(row.get("pxname")));
        return kind.equals("server")
                ? PrometheusText.label(labels, "server", String.valueOf(row.get("svname")))
                : labels;
    }
}
