package io.evenkeel.l7.runner;

import io.evenkeel.l4.Transport;
import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The admin port of a {@link MarathonLbProxy}, at marathon-lb's paths: {@code /haproxy?stats} (a page),
 * {@code /haproxy?stats;csv}, {@code /_haproxy_health_check} and {@code /_haproxy_getpids}. Everything only reads.
 */
public final class L7Admin implements AutoCloseable {

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

    private final AdminServer server;
    private final ScheduledFuture<?> ticking;

    private L7Admin(AdminServer server, ScheduledFuture<?> ticking) {
        this.server = server;
        this.ticking = ticking;
    }

    /**
     * Opens the admin port. An address that cannot be had is reported in the log and tried again.
     *
     * @param proxy whose numbers it shows
     * @param transport what it runs on; its event loops also tick once a second for the rates
     * @param address where to listen
     * @return the admin port; to be closed before the transport
     */
    public static L7Admin open(MarathonLbProxy proxy, Transport transport, InetSocketAddress address) {
        return open(proxy, transport, address, transport.eventLoops());
    }

    /** An admin port whose seconds pass on a clock of the caller's. */
    static L7Admin open(
            MarathonLbProxy proxy, Transport transport, InetSocketAddress address, ScheduledExecutorService clock) {
        Rates rates = new Rates();
        StatsTable table = new StatsTable(proxy, rates);
        AdminPages pages = new AdminPages(proxy, table);
        AdminServer server = AdminServer.builder()
                .route("/haproxy", request -> stats(request, pages))
                .route("/_haproxy_health_check", ANY_METHOD, request -> html(200, READY))
                .route(
                        "/_haproxy_getpids",
                        request -> text(Long.toString(ProcessHandle.current().pid())))
                .route("/_evenkeel_problems", request -> text(pages.problems()))
                .fallback(request -> html(503, UNAVAILABLE))
                .open(transport, address);
        ScheduledFuture<?> ticking = clock.scheduleAtFixedRate(
                () -> {
                    table.rows(); // hands the counters in
                    rates.tick();
                },
                1,
                1,
                TimeUnit.SECONDS);
        return new L7Admin(server, ticking);
    }

    /**
     * Where it listens.
     *
     * @return the address with its real port, or null while it cannot be opened
     */
    public @Nullable InetSocketAddress address() {
        return server.address();
    }

    /** Stops listening and counting. Idempotent. */
    @Override
    public void close() {
        ticking.cancel(false);
        server.close();
    }

    /* HAProxy takes options after semicolons and ignores those it does not know. */
    private static AdminResponse stats(AdminRequest request, AdminPages pages) {
        String[] options = request.query().split("[;&]", -1);
        if (!options[0].equals("stats")) {
            return html(503, UNAVAILABLE);
        }
        Set<String> wanted = Set.copyOf(List.of(options));
        return wanted.contains("csv") ? text(pages.csv()) : html(200, pages.html(!wanted.contains("norefresh")));
    }

    private static AdminResponse text(String body) {
        return new AdminResponse(200, "text/plain", Map.of(), body);
    }

    private static AdminResponse html(int status, String body) {
        return new AdminResponse(status, "text/html", Map.of(), body);
    }
}
