package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Problem;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The statistics for people: HAProxy's table of each proxy, made from live numbers when it is asked for. A script of its own
 * keeps it up to date in place; without scripts the browser loads it again. Safe for use by any thread.
 */
final class StatsPage {

    private final MarathonLbProxy proxy;
    private final StatsTable table;
    private final PageAssets assets = new PageAssets();

    StatsPage(MarathonLbProxy proxy, StatsTable table) {
        this.proxy = proxy;
        this.table = table;
    }

    /**
     * The page.
     *
     * @param live whether it keeps itself up to date
     */
    AdminResponse page(boolean live) {
        Markup page = new Markup();
        page.raw(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/><title>Evenkeel statistics</title>\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width\"/>\n")
                .raw(live ? "<noscript><meta http-equiv=\"refresh\" content=\"5\"/></noscript>\n" : "")
                .raw("<style>")
                .raw(assets.style())
                .raw("</style></head><body data-live=\"" + live + "\">\n")
                .raw(
                        "<header><h1>Evenkeel L7</h1><nav><a href=\"/haproxy?stats;csv\">CSV</a><a href=\"/metrics\">Metrics</a>")
                .raw("<a href=\"/_haproxy_getconfig\">Configuration</a><a href=\"/api/v1/events\">Events</a></nav>")
                .raw("<span id=\"state\"></span></header>\n<div class=\"legend\">");
        for (String status : List.of("UP", "no check", "DRAIN", "MAINT", "DOWN")) {
            pill(page, status, status, "");
        }
        page.raw(
                "<input type=\"search\" placeholder=\"Filter by name, address or status\" hidden=\"hidden\"/></div>\n");
        content(page);
        page.raw("<script>").raw(assets.script()).raw("</script></body></html>\n");
        return new AdminResponse(200, "text/html", assets.headers(), page.toString());
    }

    private void content(Markup page) {
        page.raw("<main><p>").text(sourceState()).raw("</p>\n");
        List<Problem> problems = proxy.problems();
        if (!problems.isEmpty()) {
            page.raw("<section class=\"problems\"><h2>Problems</h2>\n<ul>\n");
            problems.forEach(problem ->
                    page.raw("<li>").text(Secrets.masked(problem.toString())).raw("</li>\n"));
            page.raw("</ul></section>\n");
        }
        byProxy(table.rows()).forEach((name, rows) -> proxy(page, name, rows));
        page.raw("</main>\n");
    }

    /** In the table a frontend may be far from its backend; people look for them together. */
    private static Map<String, List<StatsRow>> byProxy(List<StatsRow> rows) {
        Map<String, List<StatsRow>> byProxy = new LinkedHashMap<>();
        rows.forEach(row -> byProxy.computeIfAbsent(row.text("pxname"), name -> new ArrayList<>())
                .add(row));
        return byProxy;
    }

    private static void proxy(Markup page, String name, List<StatsRow> rows) {
        StatsRow last = rows.get(rows.size() - 1);
        page.raw("<section class=\"proxy\"><div><h2>").text(name).raw("</h2>");
        pill(page, last.text("status"), last.text("status"), "");
        page.raw("<small>").text(last.text("mode") + " " + last.text("algo")).raw("</small></div>\n<table><thead><tr>");
        page.raw("<th rowspan=\"2\">Server</th>");
        for (PageColumn.Group group : PageColumn.GROUPS) {
            page.raw("<th class=\"first\" colspan=\"" + group.columns().size() + "\">")
                    .text(group.title())
                    .raw("</th>");
        }
        page.raw("</tr>\n<tr>");
        for (PageColumn.Group group : PageColumn.GROUPS) {
            for (int i = 0; i < group.columns().size(); i++) {
                page.raw(i == 0 ? "<th class=\"first\">" : "<th>")
                        .text(group.columns().get(i).title())
                        .raw("</th>");
            }
        }
        page.raw("</tr></thead>\n<tbody>\n");
        rows.forEach(row -> row(page, row));
        page.raw("</tbody></table></section>\n");
    }

    private static void row(Markup page, StatsRow row) {
        String server = row.text("svname");
        String kind = server.equals("FRONTEND") ? "frontend" : server.equals("BACKEND") ? "backend" : "server";
        page.raw("<tr class=\"" + kind + "\"><td>");
        tip(page, server, row.text("addr")).raw("</td>");
        for (PageColumn.Group group : PageColumn.GROUPS) {
            for (int i = 0; i < group.columns().size(); i++) {
                PageColumn column = group.columns().get(i);
                String value = column.show().apply(row);
                boolean status = column.title().equals("Status");
                page.raw("<td class=\"")
                        .raw(i == 0 ? "first " : "")
                        .raw(status ? "text" : value.equals("0") ? "zero" : "")
                        .raw("\">");
                if (status) {
                    pill(page, row.text("status"), value, column.tip().apply(row));
                } else {
                    tip(page, value, column.tip().apply(row));
                }
                page.raw("</td>");
            }
        }
        page.raw("</tr>\n");
    }

    private static Markup tip(Markup page, String value, String tip) {
        return tip.isEmpty()
                ? page.text(value)
                : page.raw("<span title=\"").text(tip).raw("\">").text(value).raw("</span>");
    }

    private static void pill(Markup page, String status, String text, String tip) {
        String kind = switch (status) {
            case "UP", "OPEN" -> "up";
            case "DOWN" -> "down";
            case "DRAIN", "MAINT", "STOP" -> "drain";
            default -> "none";
        };
        page.raw("<span class=\"pill " + kind + "\"");
        if (!tip.isEmpty()) {
            page.raw(" title=\"").text(tip).raw("\"");
        }
        page.raw(">").text(text).raw("</span>");
    }

    private String sourceState() {
        Throwable failure = proxy.loadBalancer().failure();
        int services = proxy.loadBalancer().catalog().snapshots().size();
        String known = "Services known: " + services + " · service ports open: "
                + proxy.servicePorts().size() + " · connections: " + proxy.openConnections();
        return failure == null
                ? known
                : known + "; the source cannot be read: " + Secrets.masked(String.valueOf(failure.getMessage()));
    }
}
