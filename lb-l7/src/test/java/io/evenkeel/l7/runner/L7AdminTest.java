package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.io.StringReader;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class L7AdminTest {

    private static final String HEAD =
            "# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,"
                    + "act,bck,chkfail,chkdown,lastchg,downtime,qlimit,pid,iid,sid,throttle,lbtot,tracked,type,rate,"
                    + "rate_lim,rate_max,check_status,check_code,check_duration,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,"
                    + "hrsp_5xx,hrsp_other,hanafail,req_rate,req_rate_max,req_tot,cli_abrt,srv_abrt,comp_in,comp_out,"
                    + "comp_byp,comp_rsp,lastsess,last_chk,last_agt,qtime,ctime,rtime,ttime,agent_status,agent_code,"
                    + "agent_duration,check_desc,agent_desc,check_rise,check_fall,check_health,agent_rise,agent_fall,"
                    + "agent_health,addr,cookie,mode,algo,conn_rate,conn_rate_max,conn_tot,intercepted,dcon,dses,wrew,"
                    + "connect,reuse,cache_lookups,cache_hits,";
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ManualClock clock = new ManualClock();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Transport transport = Transport.open(1);
    private final FakeDiscovery discovery = new FakeDiscovery();
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    discovery, new MarathonLbOptions(Set.of("*"), false, false), transport)
            .http(Optional.of(ANY))
            .appId(new InetSocketAddress("127.0.0.2", 0))
            .serviceAddress("127.0.0.1")
            .build();
    private final L7Admin admin = L7Admin.open(proxy, transport, ANY, clock);
    private final TestServer backend = TestServer.of(socket -> {
        socket.getInputStream().readNBytes(1);
        socket.getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
                        .getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
    });
    private final int port = freePort();

    @AfterEach
    void close() {
        admin.close();
        proxy.close();
        transport.close();
        backend.close();
    }

    @Test
    void csvHasTheColumnsOfHaproxyInItsOrder() throws Exception {
        publish(app("/dcos-101/app2", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
        HttpResponse<String> csv = get("/haproxy?stats;csv");
        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(csv.headers().firstValue("content-type")).contains("text/plain");
        List<String> lines = csv.body().lines().toList();
        assertThat(lines.get(0)).isEqualTo(HEAD);
        assertThat(csv.body()).endsWith("\n");
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(89));
    }

    @Test
    void frontendsComeFirstAndEveryBackendAfterItsServers() throws Exception {
        publish(app(
                "/dcos-101/app2",
                0,
                Map.of("HAPROXY_0_MODE", "http"),
                Endpoint.of("127.0.1.1", 31_500),
                Endpoint.of("127.0.1.2", 31_501)));
        String name = "dcos-101_app2_" + port;
        assertThat(rows("type"))
                .containsExactly(
                        "marathon_http_in/FRONTEND 0",
                        "marathon_http_appid_in/FRONTEND 0",
                        name + "/FRONTEND 0",
                        name + "/127_0_1_1_31500 2",
                        name + "/127_0_1_2_31501 2",
                        name + "/BACKEND 1");
        assertThat(rows("status"))
                .contains(name + "/FRONTEND OPEN", name + "/127_0_1_1_31500 no check", name + "/BACKEND UP");
        assertThat(rows("addr")).contains(name + "/127_0_1_1_31500 127.0.1.1:31500");
        assertThat(rows("mode")).contains(name + "/BACKEND http");
        assertThat(rows("act")).contains(name + "/BACKEND 2");
        assertThat(rows("iid")).doesNotHaveDuplicates();
    }

    @Test
    void aServersRowTellsOfItsCheck() throws Exception {
        DeclaredCheck check = new DeclaredCheck("TCP", "", 0, 0, Duration.ofMillis(20), Duration.ofSeconds(10), 2);
        Endpoint refusing = Endpoint.of(TestServer.refusing());
        publish(app("/web", 0, Map.of(), List.of(check), refusing, backend.endpoint()));
        String down = StatsRow.serverName(refusing);
        String up = StatsRow.serverName(backend.endpoint());
        Eventually.holds("a server is down", () -> "DOWN".equals(cell(down, "status")));
        Eventually.holds("the other is checked", () -> "L4OK".equals(cell(up, "check_status")));
        assertThat(cell(down, "check_status")).isEqualTo("L4CON");
        assertThat(cell(down, "chkfail")).isEqualTo("3");
        assertThat(cell(down, "chkdown")).isEqualTo("1");
        assertThat(cell(down, "check_rise")).isEqualTo("2");
        assertThat(cell(down, "check_fall")).isEqualTo("3");
        assertThat(Long.parseLong(cell(down, "downtime"))).isGreaterThanOrEqualTo(0);
        assertThat(cell(up, "downtime")).isEqualTo("0");
        assertThat(Long.parseLong(cell(up, "lastchg"))).isGreaterThanOrEqualTo(0);
        assertThat(cell(up, "status")).isEqualTo("UP");
        assertThat(cell(up, "chkfail")).isEqualTo("0");
        assertThat(cell(up, "check_health")).isEqualTo("4");
        assertThat(cell("BACKEND", "status")).isEqualTo("UP");
        assertThat(cell("BACKEND", "act")).isEqualTo("1");

        publish(app("/web", 0, Map.of(), List.of(check), refusing));
        Eventually.holds("nobody is up", () -> "DOWN".equals(cell("BACKEND", "status")));
        assertThat(cell("BACKEND", "act")).isEqualTo("0");
    }

    @Test
    void requestsAreCountedInEveryRowTheyPass() throws Exception {
        Endpoint endpoint = Endpoint.of("127.0.0.1", backend.address().getPort());
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), endpoint));
        assertThat(request().body()).isEqualTo("hi");
        String server = "127_0_0_1_" + backend.address().getPort();
        for (String row : new String[] {"FRONTEND", server, "BACKEND"}) {
            Eventually.holds(
                    "a request in the row " + row,
                    () -> "1".equals(cell(row, "hrsp_2xx")) && !"0".equals(cell(row, "bout")));
            assertThat(cell(row, "stot")).as(row).isEqualTo("1");
            assertThat(cell(row, "hrsp_5xx")).as(row).isEqualTo("0");
        }
        assertThat(cell("FRONTEND", "req_tot")).isEqualTo("1");
        assertThat(cell("BACKEND", "lbtot")).isEqualTo("1");
    }

    @Test
    void countersOfABackendDoNotFallWhenItsServersAreReplaced() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
        request();
        Eventually.holds("a request is counted", () -> "1".equals(cell("BACKEND", "stot")));

        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of("127.0.1.1", 1)));
        Eventually.holds("the server is replaced", () -> {
            var active = proxy.servicePorts().get(0).cluster().state().active();
            return active.get(0).endpoint().address().getPort() == 1;
        });

        assertThat(cell("BACKEND", "stot")).isEqualTo("1");
    }

    @Test
    void algorithmIsCalledAsHaproxyCallsIt() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_BALANCE", "leastconn"), backend.endpoint()));
        assertThat(rows("algo")).contains("web_" + port + "/BACKEND leastconn");
    }

    @Test
    void ratesAreOfTheLastSecond() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
        clock.advance(Duration.ofSeconds(1));
        request();
        clock.advance(Duration.ofSeconds(1));
        assertThat(cell("BACKEND", "rate")).isEqualTo("1");
        clock.advance(Duration.ofSeconds(1));
        assertThat(cell("BACKEND", "rate")).isEqualTo("0");
        assertThat(cell("BACKEND", "rate_max")).isEqualTo("1");
    }

    @Test
    void closedAdminPortCountsNoMore() {
        assertThat(clock.pending()).isOne();
        admin.close();
        admin.close();
        assertThat(clock.pending()).isZero();
    }

    @Test
    void serverWhoseHostHasNoAddressIsShownByItsName() throws Exception {
        publish(app("/web", 0, Map.of(), Endpoint.of(InetSocketAddress.createUnresolved("gone.example", 80))));
        assertThat(rows("addr")).contains("web_" + port + "/gone_example_80 gone.example:80");
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock.pending()).as("it still counts").isOne();
    }

    @Test
    void applicationsOfOneNameKeepRowsOfTheirOwn() throws Exception {
        publish(
                app("/a/b", 0, Map.of(), Endpoint.of("127.0.1.1", 1)),
                app("/a_b", 0, Map.of("HAPROXY_0_BIND_ADDR", "127.0.0.9"), Endpoint.of("127.0.1.1", 1)));
        String name = "a_b_" + port;
        assertThat(rows("type"))
                .doesNotHaveDuplicates()
                .contains(name + "/FRONTEND 0", name + "/127_0_1_1_1 2", name + "/BACKEND 1")
                .contains(name + ":/a_b/FRONTEND 0", name + ":/a_b/127_0_1_1_1 2", name + ":/a_b/BACKEND 1");
    }

    @Test
    void portsOfOneNameKeepRowsOfTheirOwn() throws Exception {
        Map<String, String> same = Map.of("HAPROXY_0_PORT", "" + port, "HAPROXY_1_PORT", "" + port);
        publish(app("/web", 0, same, Endpoint.of("127.0.1.1", 1)), app("/web", 1, same, Endpoint.of("127.0.1.1", 2)));
        assertThat(rows("type"))
                .doesNotHaveDuplicates()
                .contains("web_" + port + "/BACKEND 1", "web_" + port + ":/web:1/BACKEND 1");
    }

    @Test
    void nameWithACommaIsOneField() throws Exception {
        publish(app("/a,\"b", 0, Map.of(), Endpoint.of("127.0.1.1", 1)));
        assertThat(get("/haproxy?stats;csv").body()).contains("\n\"a,\"\"b_" + port + "\",BACKEND,");
    }

    @Test
    void pageIsWellFormedAndTakesNothingForMarkup() throws Exception {
        String evil = "<script>alert('1')<!--&\"x\"";
        publish(
                app("/" + evil, 0, Map.of("HAPROXY_0_MODE", "http"), Endpoint.of("127.0.1.1", 1)),
                app("/bad", 0, Map.of("HAPROXY_0_MODE", "<img src=x onerror=alert(1)>\u0000&"), backend.endpoint()));
        HttpResponse<String> response = get("/haproxy?stats");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/html");
        Document page = parse(response.body());
        assertThat(texts(page, "h2"))
                .containsExactly("Problems", "marathon_http_in", "marathon_http_appid_in", evil + "_" + port);
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getElementsByTagName("img").getLength()).isZero();
        assertThat(texts(page, "li").get(0)).startsWith("/bad: label HAPROXY_0_MODE: <img src=x onerror=alert(1)>");
        assertThat(texts(page, "td")).contains("FRONTEND", "127_0_1_1_1", "BACKEND", "127.0.1.1:1");
    }

    @Test
    void everyRowOfThePageHasACellForEveryTitle() throws Exception {
        publish(app("/web", 0, Map.of(), Endpoint.of("127.0.1.1", 1)));
        Document page = parse(get("/haproxy?stats").body());
        NodeList rows = page.getElementsByTagName("tr");
        int titles = rows.item(0).getChildNodes().getLength();
        assertThat(titles).isGreaterThan(10);
        for (int i = 0; i < rows.getLength(); i++) {
            if (!((Element) rows.item(i)).getAttribute("class").equals("proxy")) {
                assertThat(rows.item(i).getChildNodes().getLength()).isEqualTo(titles);
            }
        }
    }

    @Test
    void pageLoadsItselfAgainUnlessItIsAskedNotTo() throws Exception {
        assertThat(get("/haproxy?stats").body()).contains("http-equiv=\"refresh\"");
        assertThat(get("/haproxy?stats;norefresh").body()).doesNotContain("http-equiv=\"refresh\"");
    }

    @Test
    void sourceThatCannotBeReadIsTold() throws Exception {
        discovery.fail("marathon is <away>");
        Eventually.holds("the failure is known", () -> proxy.loadBalancer().failure() != null);
        Document page = parse(get("/haproxy?stats").body());
        assertThat(texts(page, "p").get(0)).contains("cannot be read").contains("marathon is <away>");
    }

    @Test
    void problemsAreALineEach() throws Exception {
        publish(app("/bad", 0, Map.of("HAPROXY_0_MODE", "a\nb"), backend.endpoint()));
        assertThat(get("/_evenkeel_problems").body().lines())
                .singleElement()
                .asString()
                .startsWith("/bad: label HAPROXY_0_MODE: a b (expected: http or tcp)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stats;csv;norefresh", "stats;norefresh;csv", "stats;csv;unknown=1"})
    void optionsThatAreNotKnownChangeNothing(String query) throws Exception {
        assertThat(get("/haproxy?" + query).body()).startsWith("# pxname,svname,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "OPTIONS", "DELETE"})
    void healthCheckAnswersEveryMethod(String method) throws Exception {
        HttpResponse<String> response = send(method, "/_haproxy_health_check");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/html");
        assertThat(response.body()).matches(body -> method.equals("HEAD") ? body.isEmpty() : body.contains("ready"));
    }

    @Test
    void pidIsOurs() throws Exception {
        HttpResponse<String> response = get("/_haproxy_getpids");
        assertThat(response.body())
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(response.headers().firstValue("content-type")).contains("text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/haproxy", "/haproxy?", "/haproxy?csv", "/haproxy?statistics", "/haproxy/x", "/metrix"})
    void otherPathsAreUnavailableAsAtHaproxy(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("No server is available");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/haproxy?stats", "/haproxy?stats;csv", "/_haproxy_getpids"})
    void nothingCanBeChanged(String path) throws Exception {
        for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH"}) {
            HttpResponse<String> response = send(method, path);
            assertThat(response.statusCode()).isEqualTo(405);
            assertThat(response.headers().firstValue("allow")).contains("GET, HEAD");
        }
        assertThat(send("HEAD", path).body()).isEmpty();
    }

    private void publish(Snapshot... snapshots) {
        discovery.publish(snapshots);
        Eventually.holds(
                "the catalog is applied",
                () -> proxy.whenReady().toCompletableFuture().isDone());
    }

    private Snapshot app(String id, int index, Map<String, String> labels, Endpoint... endpoints) {
        return app(id, index, labels, List.of(), endpoints);
    }

    private Snapshot app(
            String id, int index, Map<String, String> labels, List<DeclaredCheck> checks, Endpoint... endpoints) {
        Service service = new Service(
                Service.nameOf(id, index), id, "marathon", index, "", port, Protocol.TCP, labels, Map.of(), checks);
        return new Snapshot(service, List.of(endpoints));
    }

    private HttpResponse<String> request() throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .build(),
                BodyHandlers.ofString());
    }

    /** {@code pxname/svname value} of one column, line by line. */
    private List<String> rows(String column) throws Exception {
        List<String> rows = new ArrayList<>();
        for (Map<String, String> row : table()) {
            rows.add(row.get("# pxname") + "/" + row.get("svname") + " " + row.get(column));
        }
        return rows;
    }

    /** A cell of the rows of {@code /web}. */
    private String cell(String server, String column) {
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

    private List<Map<String, String>> table() throws Exception {
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

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + admin.address().getPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private static Document parse(String html) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    private static List<String> texts(Document page, String element) {
        List<String> texts = new ArrayList<>();
        NodeList found = page.getElementsByTagName(element);
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent());
        }
        return texts;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
