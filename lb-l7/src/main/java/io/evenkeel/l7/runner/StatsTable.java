package io.evenkeel.l7.runner;

import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.l7.marathonlb.ServicePort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a proxy as HAProxy would tell them: a row for each frontend, server and backend. Reads live counters and
 * changes nothing; safe for use by any thread.
 */
final class StatsTable {

    private final MarathonLbProxy proxy;
    private final Rates rates = new Rates();
    private final Standings standings;
    private final ServerStatus statuses;
    private final BackendRows backends;

    StatsTable(MarathonLbProxy proxy, ServerStatus statuses, Ticker ticker) {
        this.proxy = proxy;
        this.statuses = statuses;
        this.standings = new Standings(ticker);
        this.backends = new BackendRows(rates, standings, statuses);
    }

    /** All rows, frontends first, each backend after its servers. */
    List<StatsRow> rows() {
        FrontendRow frontends = new FrontendRow(proxy, rates);
        List<StatsRow> rows = new ArrayList<>();
        int iid = 1;
        for (HttpFrontend frontend : ownFrontends(proxy)) {
            rows.add(frontends.of(iid++, frontend));
        }
        Map<String, ServicePort> ports = byName(proxy.servicePorts());
        for (Map.Entry<String, ServicePort> port : ports.entrySet()) {
            rows.add(frontends.of(iid++, port.getKey(), port.getValue()));
        }
        for (Map.Entry<String, ServicePort> port : ports.entrySet()) {
            rows.addAll(backends.of(iid++, port.getKey(), port.getValue()));
        }
        return rows;
    }

    /** HAProxy's CSV: the head and one line for each row. */
    String csv() {
        StringBuilder text = new StringBuilder("# ")
                .append(String.join(",", StatsRow.COLUMNS))
                .append(",\n");
        for (StatsRow row : rows()) {
            text.append(row.csv()).append('\n');
        }
        return text.toString();
    }

    /** A second has passed: reads what rates and standings are made of. */
    void tick() {
        for (HttpFrontend frontend : ownFrontends(proxy)) {
            read(frontend.traffic());
            read(frontend.stats());
        }
        for (ServicePort port : proxy.servicePorts()) {
            read(port.traffic());
            port.frontendStats().ifPresent(this::read);
            rates.read(port.cluster(), port.cluster().usage().started());
            ClusterState state = port.cluster().state();
            for (boolean takesWork : new boolean[] {true, false}) {
                for (EndpointStats server : takesWork ? state.active() : state.draining()) {
                    rates.read(server, server.started());
                    standings.see(server, statuses.of(port, server, takesWork));
                }
            }
            standings.see(port, ServerStatus.up(state) == 0 ? "DOWN" : "UP");
        }
        rates.tick();
        standings.tick();
    }

    private void read(TrafficStats traffic) {
        rates.read(traffic, traffic.totalConnections());
    }

    private void read(HttpStats http) {
        rates.read(http, http.requests());
    }

    /** The frontends that the proxy has whatever the source says. */
    static List<HttpFrontend> ownFrontends(MarathonLbProxy proxy) {
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
    static Map<String, ServicePort> byName(List<ServicePort> ports) {
        Map<String, ServicePort> byName = new LinkedHashMap<>();
        for (ServicePort port : ports) {
            String name = port.port().name();
            boolean taken = byName.containsKey(name);
            byName.put(taken ? name + ":" + port.port().service().name() : name, port);
        }
        return byName;
    }

    /** The servers of a port in the order of their names: those that take work, and those that drain. */
    static List<EndpointStats> servers(ServicePort port) {
        ClusterState state = port.cluster().state();
        List<EndpointStats> servers = new ArrayList<>(state.active());
        servers.addAll(state.draining());
        servers.sort(Comparator.comparing(server -> ServerNaming.name(server.endpoint())));
        return servers;
    }
}
