package io.evenkeel.l7.runner;

import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.endpoint.Usage;
import io.evenkeel.health.CheckState;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.MarathonLbFilter;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The numbers of a proxy as HAProxy would tell them: a row for each frontend, server and backend. Reads live counters and
 * changes nothing; safe for use by any thread.
 */
final class StatsTable {

    private final MarathonLbProxy proxy;
    private final Rates rates;

    StatsTable(MarathonLbProxy proxy, Rates rates) {
        this.proxy = proxy;
        this.rates = rates;
    }

    /** All rows, frontends first, each backend after its servers. */
    List<StatsRow> rows() {
        List<StatsRow> rows = new ArrayList<>();
        int iid = 1;
        for (HttpFrontend frontend : ownFrontends()) {
            rows.add(frontend(iid++, frontend));
        }
        Map<String, ServicePort> ports = byName(proxy.servicePorts());
        for (Map.Entry<String, ServicePort> entry : ports.entrySet()) {
            ServicePort port = entry.getValue();
            rows.add(frontend(iid++, entry.getKey(), port.port().mode(), port.traffic(), port.frontendStats()));
        }
        for (Map.Entry<String, ServicePort> entry : ports.entrySet()) {
            backend(iid++, entry.getKey(), entry.getValue(), rows);
        }
        return rows;
    }

    /** Reads the counters that rates are made of. */
    void sample() {
        for (HttpFrontend frontend : ownFrontends()) {
            sample(frontend.traffic());
        }
        for (ServicePort port : proxy.servicePorts()) {
            sample(port.traffic());
            rates.read(port.cluster(), port.cluster().usage().started());
            ClusterState state = port.cluster().state();
            for (List<EndpointStats> servers : List.of(state.active(), state.draining())) {
                servers.forEach(server -> rates.read(server, server.started()));
            }
        }
    }

    private void sample(TrafficStats traffic) {
        rates.read(traffic, traffic.totalConnections());
    }

    private List<HttpFrontend> ownFrontends() {
        List<HttpFrontend> own = new ArrayList<>();
        if (proxy.bindsHttp()) {
            own.add(proxy.http());
        }
        proxy.https().ifPresent(own::add);
        own.add(proxy.appId());
        return own;
    }

    /*
     * /a/b and /a_b on the same port have the same name at marathon-lb, and so have two ports of one application with the
     * same HAPROXY_n_PORT. HAProxy refuses such a configuration, marathon-lb then leaves applications out; we serve both,
     * and readers of the table must be able to tell them apart. The first in order keeps marathon-lb's name.
     */
    private static Map<String, ServicePort> byName(List<ServicePort> ports) {
        Map<String, ServicePort> byName = new LinkedHashMap<>();
        for (ServicePort port : ports) {
            String name = port.port().name();
            boolean taken = byName.containsKey(name);
            byName.put(taken ? name + ":" + port.port().service().name() : name, port);
        }
        return byName;
    }

    private StatsRow frontend(int iid, HttpFrontend frontend) {
        return frontend(iid, frontend.name(), AppPort.Mode.HTTP, frontend.traffic(), Optional.of(frontend.stats()));
    }

    private StatsRow frontend(int iid, String name, AppPort.Mode mode, TrafficStats traffic, Optional<HttpStats> http) {
        StatsRow row = new StatsRow(name, "FRONTEND", 0, iid, 0)
                .set("scur", traffic.currentConnections())
                .set("smax", traffic.maxConnections())
                .set("stot", traffic.totalConnections())
                .set("bin", traffic.bytesIn())
                .set("bout", traffic.bytesOut())
                .set("dreq", traffic.denied() + http.map(HttpStats::denied).orElse(0L))
                .set("dresp", 0)
                .set("ereq", http.map(HttpStats::requestErrors).orElse(0L))
                .set("status", "OPEN")
                .set("mode", mode.lowerCase())
                .set("conn_tot", traffic.totalConnections())
                .set("dcon", 0)
                .set("dses", 0)
                .set("rate_lim", 0);
        rates.fill(row, traffic);
        http.ifPresent(stats -> {
            responses(row, stats);
            row.set("req_tot", stats.requests()).set("intercepted", stats.intercepted());
        });
        return row;
    }

    private void backend(int iid, String name, ServicePort port, List<StatsRow> rows) {
        ClusterState state = port.cluster().state();
        Optional<HttpBackend> http = port.backend();
        Set<EndpointStats> takers = Set.copyOf(state.active());
        List<EndpointStats> servers = new ArrayList<>(state.active());
        servers.addAll(state.draining());
        servers.sort(Comparator.comparing(server -> ServerNaming.name(server.endpoint())));
        int sid = 1;
        for (EndpointStats server : servers) {
            rows.add(server(iid, sid++, name, port, server, takers.contains(server), http));
        }
        StatsRow row = fill(
                        new StatsRow(name, "BACKEND", 1, iid, 0), port.cluster().usage())
                .set("dreq", http.map(b -> b.stats().denied()).orElse(0L))
                .set("dresp", 0)
                .set("wretr", http.map(b -> b.stats().retries()).orElse(0L))
                .set("wredis", http.map(b -> b.stats().redispatches()).orElse(0L))
                .set("status", state.active().stream().allMatch(CheckColumns::isDown) ? "DOWN" : "UP")
                .set(
                        "weight",
                        state.active().stream()
                                .mapToLong(s -> s.endpoint().weight())
                                .sum())
                .set(
                        "act",
                        state.active().stream()
                                .filter(s -> !CheckColumns.isDown(s))
                                .count())
                .set("bck", 0)
                .set("mode", port.port().mode().lowerCase())
                .set("algo", port.port().algorithm());
        rates.fill(row, port.cluster());
        http.ifPresent(b -> {
            responses(row, b.stats());
            row.set("req_tot", b.stats().requests());
        });
        rows.add(row);
    }

    private StatsRow server(
            int iid,
            int sid,
            String proxyName,
            ServicePort port,
            EndpointStats server,
            boolean takesWork,
            Optional<HttpBackend> http) {
        Endpoint endpoint = server.endpoint();
        Optional<CheckState> check = port.cluster().checkState(server);
        String name = ServerNaming.name(endpoint);
        StatsRow row = fill(new StatsRow(proxyName, name, 2, iid, sid), Usage.of(server))
                .set("dresp", 0)
                .set("wretr", 0)
                .set("wredis", 0)
                .set("status", status(takesWork, check, MarathonLbFilter.isSetAside(endpoint)))
                .set("weight", endpoint.weight())
                .set("act", 1)
                .set("bck", 0)
                .set("addr", StatsRow.address(endpoint))
                .set("mode", port.port().mode().lowerCase());
        if (port.port().options().sticky() != null && http.isPresent()) {
            row.set("cookie", ServerNaming.cookie(endpoint));
        }
        rates.fill(row, server);
        check.ifPresent(state -> CheckColumns.fill(row, state));
        http.ifPresent(b -> responses(row, b.stats(server)));
        return row;
    }

    private static String status(boolean takesWork, Optional<CheckState> check, boolean setAside) {
        if (takesWork) {
            return check.map(CheckColumns::status).orElse("no check");
        }
        return setAside ? "MAINT" : "DRAIN";
    }

    private static void responses(StatsRow row, HttpStats stats) {
        for (int hundreds = 1; hundreds <= 5; hundreds++) {
            row.set("hrsp_" + hundreds + "xx", stats.responses(hundreds));
        }
        row.set("hrsp_other", stats.responses(0));
    }

    private static StatsRow fill(StatsRow row, Usage usage) {
        return row.set("qcur", 0)
                .set("qmax", 0)
                .set("scur", usage.inFlight())
                .set("smax", usage.maxInFlight())
                .set("stot", usage.started())
                .set("lbtot", usage.started())
                .set("bin", usage.bytesSent())
                .set("bout", usage.bytesReceived())
                .set("econ", usage.count(Outcome.CONNECT_FAILED))
                .set("eresp", usage.count(Outcome.RESET) + usage.count(Outcome.TIMEOUT))
                .set("cli_abrt", usage.count(Outcome.CANCELLED));
    }
}
