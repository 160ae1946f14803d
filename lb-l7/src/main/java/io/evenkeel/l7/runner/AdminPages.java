package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The texts that the admin port serves, made from live numbers when they are asked for. Safe for use by any thread. */
final class AdminPages {

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"/><title>Evenkeel statistics</title>
            """;
    private static final String REFRESH = """
            <meta http-equiv="refresh" content="5"/>
            """;
    private static final String STYLE = """
            <style>
            body{font:13px/1.4 system-ui,sans-serif;margin:1.5rem;color:#1d2733;background:#fff}
            h1{font-size:1.25rem;margin:0}h2{font-size:1rem;margin:.6rem 0 .2rem}
            p{margin:.2rem 0 1rem;color:#566}
            table{border-collapse:collapse;font-variant-numeric:tabular-nums}
            th,td{border:1px solid #ccd4dc;padding:.1rem .35rem;text-align:right;white-space:nowrap}
            th{background:#eef2f6;font-weight:600;position:sticky;top:0}tr.proxy td{border-width:0 0 1px}
            th:first-child,td:first-child,td.text{text-align:left}
            tr.frontend td{background:#f6f8fa}tr.backend td{background:#eef2f6;font-weight:600}
            td.up{background:#d9f2dd}td.down{background:#f8d7d7}td.drain{background:#fdf1cf}
            ul.problems li{color:#a02020}
            @media (prefers-color-scheme:dark){body{color:#dde;background:#15191e}
            th,tr.backend td{background:#232a32}tr.frontend td{background:#1b2026}th,td{border-color:#3a434d}p{color:#9ab}
            td.up{background:#1d4526}td.down{background:#5a2222}td.drain{background:#544615}}
            </style></head><body>
            """;

    /** A column of the page: whose value it shows, under which title. */
    private record Column(String name, String title) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("status", "Status"),
            new Column("scur", "Cur"),
            new Column("smax", "Max"),
            new Column("stot", "Total"),
            new Column("rate", "Rate"),
            new Column("rate_max", "Rate max"),
            new Column("bin", "Bytes in"),
            new Column("bout", "Bytes out"),
            new Column("dreq", "Denied"),
            new Column("ereq", "Req err"),
            new Column("econ", "Conn err"),
            new Column("eresp", "Resp err"),
            new Column("wretr", "Retries"),
            new Column("wredis", "Redisp"),
            new Column("hrsp_2xx", "2xx"),
            new Column("hrsp_3xx", "3xx"),
            new Column("hrsp_4xx", "4xx"),
            new Column("hrsp_5xx", "5xx"),
            new Column("weight", "Weight"),
            new Column("act", "Active"),
            new Column("addr", "Address"));

    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

    private final MarathonLbProxy proxy;
    private final StatsTable table;

    AdminPages(MarathonLbProxy proxy, StatsTable table) {
        this.proxy = proxy;
        this.table = table;
    }

    /**
     * The page for people.
     *
     * @param refreshing whether the browser is told to load it again every few seconds
     */
    String html(boolean refreshing) {
        StringBuilder page = new StringBuilder(HEAD)
                .append(refreshing ? REFRESH : "")
                .append(STYLE)
                .append("<h1>Evenkeel L7</h1>\n<p>")
                .append(escape(sourceState()))
                .append(" · <a href=\"/haproxy?stats;csv\">CSV</a></p>\n");
        List<Problem> problems = proxy.problems();
        if (!problems.isEmpty()) {
            page.append("<h2>Problems</h2>\n<ul class=\"problems\">\n");
            problems.forEach(problem ->
                    page.append("<li>").append(escape(problem.toString())).append("</li>\n"));
            page.append("</ul>\n");
        }
        page.append("<table><thead><tr><th>Server</th>");
        COLUMNS.forEach(column -> page.append("<th>").append(column.title()).append("</th>"));
        page.append("</tr></thead>\n");
        byProxy(table.rows()).forEach((name, rows) -> {
            page.append("<tbody><tr class=\"proxy\"><td colspan=\"")
                    .append(COLUMNS.size() + 1)
                    .append("\"><h2>")
                    .append(escape(name))
                    .append("</h2></td></tr>\n");
            rows.forEach(row -> row(page, row));
            page.append("</tbody>\n");
        });
        return page.append("</table>\n</body></html>\n").toString();
    }

    /** In the table a frontend may be far from its backend; people look for them together. */
    private static Map<String, List<StatsRow>> byProxy(List<StatsRow> rows) {
        Map<String, List<StatsRow>> byProxy = new LinkedHashMap<>();
        rows.forEach(row -> byProxy.computeIfAbsent(cell(row, "pxname"), name -> new ArrayList<>())
                .add(row));
        return byProxy;
    }

    private void row(StringBuilder page, StatsRow row) {
        String server = cell(row, "svname");
        String kind = server.equals("FRONTEND") ? "frontend" : server.equals("BACKEND") ? "backend" : "server";
        page.append("<tr class=\"")
                .append(kind)
                .append("\"><td>")
                .append(escape(server))
                .append("</td>");
        for (Column column : COLUMNS) {
            String value = cell(row, column.name());
            page.append(column.name().equals("status") ? "<td class=\"" + statusClass(value) + "\">" : "<td>")
                    .append(escape(value))
                    .append("</td>");
        }
        page.append("</tr>\n");
    }

    private static String statusClass(String status) {
        return switch (status) {
            case "DOWN" -> "text down";
            case "DRAIN", "MAINT" -> "text drain";
            default -> "text up";
        };
    }

    private String sourceState() {
        Throwable failure = proxy.loadBalancer().failure();
        int services = proxy.loadBalancer().catalog().snapshots().size();
        String known = services + " services known, " + proxy.servicePorts().size() + " service ports open";
        return failure == null ? known : known + "; the source cannot be read: " + failure.getMessage();
    }

    /** What could not be read or opened, one a line. */
    String problems() {
        return proxy.problems().stream()
                .map(problem -> CONTROL.matcher(problem.toString()).replaceAll(" ") + "\n")
                .collect(Collectors.joining());
    }

    private static String cell(StatsRow row, String column) {
        String value = row.get(column);
        return value == null ? "" : value;
    }

    private static String escape(String text) {
        return CONTROL.matcher(text)
                .replaceAll(" ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
