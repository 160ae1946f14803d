package io.evenkeel.l7.runner;

import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The paths that marathon-lb serves on its admin port, with its answers: scripts, {@code zdd.py} and monitoring know them.
 * Safe for use by any thread.
 */
final class MarathonLbPaths {

    private static final Logger LOG = LoggerFactory.getLogger(MarathonLbPaths.class);
    private static final Set<String> GET_AND_POST = Set.of("GET", "POST");
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

    private final MarathonLbProxy proxy;
    private final StatsTable table;
    private final StatsPage page;
    private final ConfigText config;
    private final AdminAccess access;
    private final Runnable reloadCertificates;

    MarathonLbPaths(
            MarathonLbProxy proxy,
            StatsTable table,
            StatsPage page,
            ConfigText config,
            AdminAccess access,
            Runnable reloadCertificates) {
        this.proxy = proxy;
        this.table = table;
        this.page = page;
        this.config = config;
        this.access = access;
        this.reloadCertificates = reloadCertificates;
    }

    AdminServer.Builder addTo(AdminServer.Builder server) {
        return server.route("/haproxy", this::stats)
                .routeAll("/_haproxy_health_check", this::health)
                .route("/_haproxy_getconfig", request -> text(config.text()))
                .route("/_haproxy_getvhostmap", request -> map(proxy.vhostMap()))
                .route("/_haproxy_getappmap", request -> map(proxy.appIdMap()))
                .route(
                        "/_haproxy_getpids",
                        request -> text(Long.toString(ProcessHandle.current().pid())))
                .route("/_mlb_signal/hup", GET_AND_POST, access.guard(this::refresh))
                .route("/_mlb_signal/usr1", GET_AND_POST, access.guard(this::reload))
                .fallback(request -> html(503, UNAVAILABLE));
    }

    /* HAProxy takes options after semicolons and ignores those it does not know. */
    private AdminResponse stats(AdminRequest request) {
        String[] options = request.query().split("[;&]", -1);
        if (!options[0].equals("stats")) {
            return html(503, UNAVAILABLE);
        }
        Set<String> wanted = Set.copyOf(List.of(options));
        return wanted.contains("csv") ? text(table.csv()) : page.page(!wanted.contains("norefresh"));
    }

    /* A marathon-lb that has not read Marathon yet has no HAProxy either, and nobody is to send it requests. */
    private AdminResponse health(AdminRequest request) {
        boolean serves = proxy.whenReady().toCompletableFuture().isDone() && !proxy.isDrainAnnounced();
        return serves ? html(200, READY) : html(503, UNAVAILABLE);
    }

    private AdminResponse refresh(AdminRequest request) {
        return proxy.readAgain()
                ? text("Sent SIGHUP signal to marathon-lb")
                : AdminResponse.text(500, "The source has nothing to read again\n");
    }

    private AdminResponse reload(AdminRequest request) {
        try {
            reloadCertificates.run();
            return text("Sent SIGUSR1 signal to marathon-lb");
        } catch (RuntimeException e) {
            LOG.warn("The certificates could not be read again; those that were read before stand: {}", e.toString());
            return AdminResponse.text(
                    500, "The certificates could not be read again: " + Secrets.masked(e.getMessage() + "") + "\n");
        }
    }

    private static AdminResponse map(Map<String, String> map) {
        StringBuilder lines = new StringBuilder();
        map.forEach(
                (key, backend) -> lines.append(key).append(' ').append(backend).append('\n'));
        return text(lines.toString());
    }

    private static AdminResponse text(String body) {
        return new AdminResponse(200, "text/plain", Map.of(), body);
    }

    private static AdminResponse html(int status, String body) {
        return new AdminResponse(status, "text/html", Map.of(), body);
    }
}
