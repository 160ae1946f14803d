package io.evenkeel.l7.runner;

import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l4.runner.AdminServer.Request;
import io.evenkeel.l4.runner.AdminServer.Response;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The admin port of a {@link MarathonLbProxy}, at marathon-lb's paths: {@code /haproxy?stats} (a page),
 * {@code /haproxy?stats;csv}, {@code /_haproxy_health_check} and {@code /_haproxy_getpids}. Everything only reads.
 */
public final class L7Admin {

    private static final String READY = """
            <html><body><h1>200 OK</h1>
            Service ready.
            </body></html>
            """;
    private static final String UNAVAILABLE = """
            <html><body><h1>503 Service Unavailable</h1>
            No server is available to handle this request.
            </body></html>
            """;

    private L7Admin() {}

    /**
     * What serves the admin port.
     *
     * @param proxy whose numbers it shows
     * @param scheduler ticks once a second for the rates
     * @return to be opened by a {@code ListenerSet}
     */
    public static ConnectionAcceptor of(MarathonLbProxy proxy, ScheduledExecutorService scheduler) {
        Rates rates = new Rates();
        StatsTable table = new StatsTable(proxy, rates);
        AdminPages pages = new AdminPages(proxy, table);
        scheduler.scheduleAtFixedRate(
                () -> {
                    table.rows(); // hands the counters in
                    rates.tick();
                },
                1,
                1,
                TimeUnit.SECONDS);
        return AdminServer.builder()
                .get("/haproxy", request -> stats(request, pages))
                .any("/_haproxy_health_check", request -> Response.of(200, "text/html", READY))
                .get(
                        "/_haproxy_getpids",
                        request -> Response.text(
                                Long.toString(ProcessHandle.current().pid())))
                .get("/_evenkeel_problems", request -> Response.text(pages.problems()))
                .fallback(request -> unavailable())
                .build();
    }

    /* HAProxy takes options after semicolons and ignores those it does not know. */
    private static Response stats(Request request, AdminPages pages) {
        String[] options = request.query().split("[;&]", -1);
        if (!options[0].equals("stats")) {
            return unavailable();
        }
        for (int i = 1; i < options.length; i++) {
            if (options[i].equals("csv")) {
                return Response.text(pages.csv());
            }
        }
        return Response.of(200, "text/html; charset=utf-8", pages.html());
    }

    private static Response unavailable() {
        return Response.of(503, "text/html", UNAVAILABLE);
    }
}
