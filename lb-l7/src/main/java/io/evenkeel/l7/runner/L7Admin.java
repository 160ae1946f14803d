package io.evenkeel.l7.runner;

import io.evenkeel.l4.Transport;
import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The admin port of a {@link MarathonLbProxy}, at marathon-lb's paths: {@code /haproxy?stats} (a page),
 * {@code /haproxy?stats;csv}, {@code /_haproxy_health_check} and {@code /_haproxy_getpids}. Everything only reads.
 */
public final class L7Admin {

    private static final Set<String> ANY_METHOD = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");
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
     * Opens the admin port.
     *
     * @param proxy whose numbers it shows
     * @param transport what it runs on; its event loops also tick once a second for the rates
     * @param address where to listen
     * @return the server
     * @throws IOException if it cannot listen; the message names the address and the reason
     */
    public static AdminServer open(MarathonLbProxy proxy, Transport transport, InetSocketAddress address)
            throws IOException {
        Rates rates = new Rates();
        StatsTable table = new StatsTable(proxy, rates);
        AdminPages pages = new AdminPages(proxy, table);
        transport
                .eventLoops()
                .scheduleAtFixedRate(
                        () -> {
                            table.rows(); // hands the counters in
                            rates.tick();
                        },
                        1,
                        1,
                        TimeUnit.SECONDS);
        return AdminServer.builder()
                .route("/haproxy", request -> stats(request, pages))
                .route("/_haproxy_health_check", ANY_METHOD, request -> html(200, READY))
                .route(
                        "/_haproxy_getpids",
                        request -> text(Long.toString(ProcessHandle.current().pid())))
                .route("/_evenkeel_problems", request -> text(pages.problems()))
                .fallback(request -> html(503, UNAVAILABLE))
                .open(transport, address);
    }

    /* HAProxy takes options after semicolons and ignores those it does not know. */
    private static AdminResponse stats(AdminRequest request, AdminPages pages) {
        String[] options = request.query().split("[;&]", -1);
        if (!options[0].equals("stats")) {
            return html(503, UNAVAILABLE);
        }
        for (int i = 1; i < options.length; i++) {
            if (options[i].equals("csv")) {
                return text(pages.csv());
            }
        }
        return html(200, pages.html());
    }

    private static AdminResponse text(String body) {
        return new AdminResponse(200, "text/plain", Map.of(), body);
    }

    private static AdminResponse html(int status, String body) {
        return new AdminResponse(status, "text/html", Map.of(), body);
    }
}
