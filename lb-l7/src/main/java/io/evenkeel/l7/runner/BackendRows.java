package io.evenkeel.l7.runner;

import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.health.CheckState;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.RelayAccounts;
import io.evenkeel.l7.RequestTimes;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the rows of a backend: one for each server, and the last for them all. Reads live counters. */
final class BackendRows {

    private final Rates rates;
    private final Standings standings;
    private final ServerStatus statuses;

    BackendRows(Rates rates, Standings standings, ServerStatus statuses) {
        this.rates = rates;
        this.standings = standings;
        this.statuses = statuses;
    }

    List<StatsRow> of(int iid, String name, ServicePort port) {
        ClusterState state = port.cluster().state();
        Set<EndpointStats> takers = Set.copyOf(state.active());
        List<StatsRow> rows = new ArrayList<>();
        for (EndpointStats server : StatsTable.servers(port)) {
            StatsRow row = new StatsRow(name, ServerNaming.name(server.endpoint()), 2, iid, rows.size() + 1);
            rows.add(server(row, port, server, takers.contains(server)));
        }
        rows.add(backend(new StatsRow(name, "BACKEND", 1, iid, 0), port, state));
        return rows;
    }

    private StatsRow server(StatsRow row, ServicePort port, EndpointStats server, boolean takesWork) {
        Endpoint endpoint = server.endpoint();
        String status = statuses.of(port, server, takesWork);
        HttpStats http = port.backend().map(b -> b.stats(server)).orElse(null);
        row(row, port, Usage.of(server), http)
                .set("status", status)
                .set("weight", endpoint.weight())
                .set("act", 1)
                .set("addr", StatsRow.address(endpoint))
                .set("lastsess", rates.rested(server));
        if (server.limit() != EndpointStats.UNLIMITED) {
            row.set("slim", server.limit());
        }
        if (http != null && port.port().options().sticky() != null) {
            row.set("cookie", ServerNaming.cookie(endpoint));
        }
        times(row, http == null ? port.accounts().map(a -> a.times(server)).orElse(null) : http.times());
        rates.fill(row, server);
        standings.fill(row, server, status);
        Optional<CheckState> own = port.cluster().checkState(server);
        String others = ServerStatus.check(port.port().service(), server);
        if (own.isPresent()) {
            CheckColumns.fill(row, own.get());
        } else if (others != null) {
            row.set("check_status", others).set("last_chk", "Marathon: " + endpoint.health());
        }
        return row;
    }

    private StatsRow backend(StatsRow row, ServicePort port, ClusterState state) {
        HttpBackend backend = port.backend().orElse(null);
        HttpStats http = backend == null ? null : backend.stats();
        int up = ServerStatus.up(state);
        String status = up == 0 ? "DOWN" : "UP";
        row(row, port, port.cluster().usage(), http)
                .set("status", status)
                .set(
                        "weight",
                        state.active().stream()
                                .mapToLong(server -> server.endpoint().weight())
                                .sum())
                .set("act", up)
                .set("dreq", http == null ? 0 : http.denied())
                .set("algo", port.port().algorithm())
                .set("lastsess", rates.rested(port.cluster()));
        List<EndpointStats> takers = state.active();
        if (!takers.isEmpty() && takers.stream().allMatch(server -> server.limit() != EndpointStats.UNLIMITED)) {
            row.set("slim", takers.stream().mapToLong(EndpointStats::limit).sum());
        }
        if (http != null) {
            row.set("req_tot", http.requests());
            FrontendRow.compression(row, http);
        }
        if (backend != null) {
            row.set("qcur", backend.waiting()).set("qmax", backend.mostWaiting());
            backend.options().policy().queueLimit().ifPresent(limit -> row.set("qlimit", limit));
        }
        times(row, http == null ? port.accounts().map(RelayAccounts::times).orElse(null) : http.times());
        rates.fill(row, port.cluster());
        standings.fill(row, port, status);
        return row;
    }

    private static void times(StatsRow row, @Nullable RequestTimes times) {
        if (times != null) {
            row.set("qtime", times.queueMillis())
                    .set("ctime", times.connectMillis())
                    .set("rtime", times.responseMillis())
                    .set("ttime", times.totalMillis());
        }
    }

    private static StatsRow row(StatsRow row, ServicePort port, Usage usage, @Nullable HttpStats http) {
        row.set("qcur", 0)
                .set("qmax", 0)
                .set("scur", usage.inFlight())
                .set("smax", usage.maxInFlight())
                .set("stot", usage.started())
                .set("lbtot", usage.started())
                .set("bin", usage.bytesSent())
                .set("bout", usage.bytesReceived())
                .set("dresp", 0)
                .set("econ", usage.count(Outcome.CONNECT_FAILED))
                .set("eresp", usage.count(Outcome.RESET) + usage.count(Outcome.TIMEOUT))
                .set("wretr", http == null ? 0 : http.retries())
                .set("wredis", http == null ? 0 : http.redispatches())
                .set("bck", 0)
                .set("cli_abrt", usage.count(Outcome.CANCELLED))
                .set("srv_abrt", usage.count(Outcome.RESET))
                .set("mode", port.port().mode().lowerCase());
        if (http == null) {
            row.set("connect", usage.started()).set("reuse", 0); // bytes have a connection of their own
        } else {
            FrontendRow.responses(row, http);
            row.set("connect", http.connects()).set("reuse", Math.max(0, usage.started() - http.connects()));
        }
        return row;
    }
}
