package io.evenkeel.l7.runner;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;

/** An admin port over a proxy whose source says what a test tells it to, and whose seconds pass by hand. */
abstract class AdminFixture {

    static final String HEAD =
            "# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,"
                    + "act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,"
                    + "rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,"
                    + "hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,"
                    + "comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,"
                    + "agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,"
                    + "agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,"
                    + "connect,reuse,cache_lookups,cache_hits,";

    static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    final ManualClock clock = new ManualClock();
    private final HttpClient client = HttpClient.newHttpClient();
    final Transport transport = Transport.open(1);
    final FakeDiscovery discovery = new FakeDiscovery();
    private final AtomicInteger applied = new AtomicInteger();
    final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    discovery, new MarathonLbOptions(Set.of("*"), false, false), transport)
            .http(Optional.of(ANY))
            .appId(new InetSocketAddress("127.0.0.2", 0))
            .serviceAddress("127.0.0.1")
            .build();
    private final Subscription subscription = proxy.loadBalancer().watch(catalog -> applied.incrementAndGet());
    final AtomicInteger reloads = new AtomicInteger();
    final L7Admin admin = L7Admin.builder(proxy, transport)
            .settings(Map.of("marathon", "http://user:geheim@master.mesos:8080"))
            .token(Optional.of(AdminToken.of("s3cret")))
            .reloadCertificates(() -> {
                if (reloads.incrementAndGet() > 1) {
                    throw new IllegalArgumentException("certificate a.pem: gone");
                }
            })
            .clock(clock, clock)
            .open(ANY);
    final TestServer backend = TestServer.of(socket -> {
        socket.getInputStream().readNBytes(1);
        socket.getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
                        .getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
    });
    final int port = freePort();

    @AfterEach
    void close() {
        subscription.close();
        admin.close();
        proxy.close();
        transport.close();
        backend.close();
    }

    void publish(Snapshot... snapshots) {
        int before = applied.get();
        discovery.publish(Catalog.of(List.of(snapshots)));
        Eventually.holds("the catalog is applied", () -> applied.get() > before);
        proxy.whenReady().toCompletableFuture().join();
    }

    Snapshot app(String id, int index, Map<String, String> labels, Endpoint... endpoints) {
        return app(id, index, labels, List.of(), endpoints);
    }

    Snapshot app(String id, int index, Map<String, String> labels, List<DeclaredCheck> checks, Endpoint... endpoints) {
        Service service = new Service(
                Service.nameOf(id, index), id, "marathon", index, "", port, Protocol.TCP, labels, Map.of(), checks);
        return new Snapshot(service, List.of(endpoints));
    }

    HttpResponse<String> request() throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .build(),
                BodyHandlers.ofString());
    }

    /** {@code pxname/svname value} of one column, line by line. */
    List<String> rows(String column) throws Exception {
        List<String> rows = new ArrayList<>();
        for (Map<String, String> row : table()) {
            rows.add(row.get("# pxname") + "/" + row.get("svname") + " " + row.get(column));
        }
        return rows;
    }

    /** A cell of the rows of {@code /web}. */
    String cell(String server, String column) {
        try {
            return table().stream()
                    .filter(row -> row.get("# pxname").equals("web_" + port))
                    .filter(row -> row.get("svname").equals(server))
                    .findFirst()
                    .orElseThrow()
                    .get(column);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    List<Map<String, String>> table() throws Exception {
        List<Map<String, String>> rows = new ArrayList<>();
        String[] columns = HEAD.split(",", -1);
        get("/haproxy?stats;csv").body().lines().skip(1).forEach(line -> {
            String[] values = line.split(",", -1);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], values[i]);
            }
            rows.add(row);
        });
        return rows;
    }

    HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    HttpResponse<String> get(InetSocketAddress at, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + at.getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
