package io.evenkeel.l7.runner;

import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes the rows of frontends. Reads live counters; used by one thread at a time. */
final class FrontendRow {

    private final Rates rates;
    private final Map<ConnectionAcceptor, ListenerStatus> listeners;
    private final boolean draining;

    FrontendRow(MarathonLbProxy proxy, Rates rates) {
        this.rates = rates;
        this.listeners = proxy.listeners();
        this.draining = proxy.isDraining();
    }

    StatsRow of(int iid, HttpFrontend frontend) {
        return row(iid, frontend.name(), "http", frontend.traffic(), frontend.stats())
                .set("status", status(frontend));
    }

    StatsRow of(int iid, String name, ServicePort port) {
        HttpStats http = port.frontendStats().orElse(null);
        StatsRow row = row(iid, name, port.port().mode().lowerCase(), port.traffic(), http)
                .set("status", status(port));
        return port.maxConnections() == 0 ? row : row.set("slim", port.maxConnections());
    }

    /* A service port whose address another one has does not listen either. */
    private String status(ConnectionAcceptor acceptor) {
        ListenerStatus listener = listeners.get(acceptor);
        return draining ? "STOP" : listener == null || listener.failure() != null ? "DOWN" : "OPEN";
    }

    private StatsRow row(int iid, String name, String mode, TrafficStats traffic, @Nullable HttpStats http) {
        StatsRow row = new StatsRow(name, "FRONTEND", 0, iid, 0)
                .set("scur", traffic.currentConnections())
                .set("smax", traffic.maxConnections())
                .set("stot", traffic.totalConnections())
                .set("bin", traffic.bytesIn())
                .set("bout", traffic.bytesOut())
                .set("dreq", traffic.denied() + (http == null ? 0 : http.denied()))
                .set("dresp", 0)
                .set("ereq", http == null ? 0 : http.requestErrors())
                .set("mode", mode)
                .set("conn_tot", traffic.totalConnections())
                .set("dcon", traffic.refusedConnections())
                .set("dses", 0)
                .set("rate_lim", 0);
        rates.fill(row, traffic);
        rates.fill(row, traffic, "conn_rate");
        if (http != null) {
            responses(row, http);
            compression(row, http);
            row.set("req_tot", http.requests()).set("intercepted", http.intercepted());
            rates.fill(row, http, "req_rate");
        }
        return row;
    }

    static void compression(StatsRow row, HttpStats stats) {
        row.set("comp_in", stats.bytesToCompress())
                .set("comp_out", stats.compressedBytes())
                .set("comp_byp", 0)
                .set("comp_rsp", stats.compressedResponses());
    }

    static void responses(StatsRow row, HttpStats stats) {
        for (int hundreds = 1; hundreds <= 5; hundreds++) {
            row.set("hrsp_" + hundreds + "xx", stats.responses(hundreds));
        }
        row.set("hrsp_other", stats.responses(0));
    }
}
