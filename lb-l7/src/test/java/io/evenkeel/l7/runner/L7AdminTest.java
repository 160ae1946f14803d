package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.marathonlb.ServerNaming;
import io.evenkeel.testing.Eventually;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class L7AdminTest extends AdminFixture {

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
        String down = ServerNaming.name(refusing);
        String up = ServerNaming.name(backend.endpoint());
        Eventually.holds("a server is down", () -> "DOWN".equals(cell(down, "status")));
        Eventually.holds("the other is checked", () -> "L4OK".equals(cell(up, "check_status")));
        assertThat(cell(down, "check_status")).isEqualTo("L4CON");
        assertThat(cell(down, "check_desc")).isEqualTo("Layer4 connection problem");
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
    void listenerThatCannotBeHadIsDown() throws Exception {
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            publish(
                    app("/web", 0, Map.of(), Endpoint.of("127.0.1.1", 1)),
                    app("/xlater", 0, Map.of(), Endpoint.of("127.0.1.1", 2)));
            assertThat(holder.isBound()).isTrue();
            assertThat(rows("status"))
                    .contains("web_" + port + "/FRONTEND DOWN", "web_" + port + "/BACKEND UP")
                    .contains("xlater_" + port + "/FRONTEND DOWN", "marathon_http_in/FRONTEND OPEN");
        }
    }

    @Test
    void timesAreThoseOfTheLastChange() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint()));
        clock.advance(Duration.ofSeconds(3));
        EndpointStats server =
                proxy.servicePorts().get(0).cluster().state().active().get(0);
        proxy.servicePorts().get(0).cluster().bar(server, Bar.UNHEALTHY);
        clock.advance(Duration.ofSeconds(5));
        String name = ServerNaming.name(server.endpoint());
        for (String row : new String[] {name, "BACKEND"}) {
            assertThat(cell(row, "status")).as(row).isEqualTo("DOWN");
            assertThat(cell(row, "lastchg")).as(row).isEqualTo("4");
            assertThat(cell(row, "downtime")).as(row).isEqualTo("4");
            assertThat(cell(row, "chkdown")).as(row).isEqualTo("1");
            assertThat(cell(row, "lastsess")).as(row).isEqualTo("-1");
        }
        assertThat(cell("BACKEND", "act")).isEqualTo("0");
        proxy.servicePorts().get(0).cluster().unbar(server, Bar.UNHEALTHY);
        request();
        clock.advance(Duration.ofSeconds(10));
        assertThat(cell(name, "status")).isEqualTo("no check");
        assertThat(cell(name, "downtime")).isEqualTo("5");
        assertThat(cell(name, "lastchg")).isEqualTo("9");
        assertThat(cell(name, "lastsess")).isEqualTo("9");
        assertThat(cell("BACKEND", "lastsess")).isEqualTo("9");
    }

    @Test
    void retriesAreChargedToTheServerThatFailed() throws Exception {
        Endpoint refusing = Endpoint.of("127.0.0.1", freePort());
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), backend.endpoint(), refusing));
        for (int i = 0; i < 2; i++) {
            assertThat(request().statusCode()).isEqualTo(200);
        }
        String failures = cell("BACKEND", "wredis");
        assertThat(failures).isNotEqualTo("0");
        assertThat(cell(ServerNaming.name(refusing), "wredis")).isEqualTo(failures);
        assertThat(cell(ServerNaming.name(refusing), "connect")).isEqualTo(failures);
        assertThat(cell(ServerNaming.name(backend.endpoint()), "wredis")).isEqualTo("0");
        assertThat(cell(ServerNaming.name(backend.endpoint()), "connect")).isEqualTo("2");
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
    void tasksThatADeploymentHasSetAsideAreInMaintenance() throws Exception {
        Map<String, String> old = Map.of("HAPROXY_DEPLOYMENT_GROUP", "web", "HAPROXY_0_PORT", "" + port);
        Map<String, String> fresh = Map.of(
                "HAPROXY_DEPLOYMENT_GROUP", "web", "HAPROXY_DEPLOYMENT_STARTED_AT", "2026-01-02T03:04:05.678901");
        publish(
                app("/web-blue", 0, old, Endpoint.of("127.0.1.1", 1)),
                app("/web-green", 0, fresh, Endpoint.of("127.0.1.2", 2)));
        assertThat(rows("status"))
                .contains("web_" + port + "/127_0_1_1_1 MAINT", "web_" + port + "/127_0_1_2_2 no check");
        assertThat(rows("scur")).contains("web_" + port + "/127_0_1_1_1 0");
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
        assertThat(page.getElementsByTagName("script").getLength())
                .as("our own")
                .isOne();
        assertThat(page.getElementsByTagName("img").getLength()).isZero();
        assertThat(texts(page, "li").get(0)).startsWith("/bad: label HAPROXY_0_MODE: <img src=x onerror=alert(1)>");
        assertThat(texts(page, "td")).contains("FRONTEND", "127_0_1_1_1", "BACKEND");
        assertThat(response.body()).contains("<span title=\"127.0.1.1:1\">127_0_1_1_1</span>");
    }

    @Test
    void everyRowOfThePageHasACellForEveryTitle() throws Exception {
        publish(app("/web", 0, Map.of(), Endpoint.of("127.0.1.1", 1)));
        Document page = parse(get("/haproxy?stats").body());
        NodeList rows = page.getElementsByTagName("tr");
        int titles = 0;
        int seen = 0;
        for (int i = 0; i < rows.getLength(); i++) {
            Element row = (Element) rows.item(i);
            if (row.getElementsByTagName("td").getLength() > 0) {
                assertThat(row.getElementsByTagName("td").getLength()).isEqualTo(titles + 1);
                seen++;
            } else {
                titles = row.getElementsByTagName("th").getLength();
            }
        }
        assertThat(titles).isEqualTo(30);
        assertThat(seen).isEqualTo(5);
    }

    @Test
    void pageKeepsItselfUpToDateUnlessItIsAskedNotTo() throws Exception {
        assertThat(get("/haproxy?stats").body()).contains("http-equiv=\"refresh\"", "data-live=\"true\"");
        assertThat(get("/haproxy?stats;norefresh").body())
                .doesNotContain("http-equiv=\"refresh\"")
                .contains("data-live=\"false\"");
    }

    @Test
    void pageAllowsItselfItsOwnScriptAndNothingElse() throws Exception {
        HttpResponse<String> response = get("/haproxy?stats");
        String script = response.body()
                .substring(
                        response.body().indexOf("<script>") + 8, response.body().indexOf("</script>"));
        String hash = Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
        assertThat(response.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'none'", "connect-src 'self'", "script-src 'sha256-" + hash + "'")
                .doesNotContain("unsafe");
        assertThat(response.body()).doesNotContainPattern("(src|href)=\"(https?:)?//");
    }

    @Test
    void sourceThatCannotBeReadIsTold() throws Exception {
        discovery.fail("marathon is <away>");
        Eventually.holds("the failure is known", () -> proxy.loadBalancer().failure() != null);
        Document page = parse(get("/haproxy?stats").body());
        assertThat(texts(page, "p").get(0)).contains("cannot be read").contains("marathon is <away>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stats;csv;norefresh", "stats;norefresh;csv", "stats;csv;unknown=1"})
    void optionsThatAreNotKnownChangeNothing(String query) throws Exception {
        assertThat(get("/haproxy?" + query).body()).startsWith("# pxname,svname,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "OPTIONS", "DELETE", "WHATEVER"})
    void healthCheckAnswersEveryMethod(String method) throws Exception {
        publish();
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

    @Test
    void configurationIsToldByServicePortWithoutSecrets() throws Exception {
        String hash = "$6$rounds=5000$saltsalt$abcdefghijklmnop/qrstuv.";
        publish(
                app(
                        "/web",
                        0,
                        Map.of(
                                "HAPROXY_0_VHOST", "a.example,b.example",
                                "HAPROXY_0_PATH", "-i /x /y",
                                "HAPROXY_0_BALANCE", "leastconn",
                                "HAPROXY_0_BACKEND_NETWORK_ALLOWED_ACL", "10.0.0.0/8 127.0.0.1",
                                "HAPROXY_0_HTTP_BACKEND_REDIR", hash),
                        backend.endpoint()),
                app("/other", 0, Map.of("HAPROXY_0_BIND_ADDR", "127.0.0.9"), Endpoint.of("127.0.1.1", 1)));
        HttpResponse<String> response = get("/_haproxy_getconfig");
        assertThat(response.headers().firstValue("content-type")).contains("text/plain");
        assertThat(response.body())
                .contains("marathon http://***@master.mesos:8080\n", "\nfrontend marathon_http_in\n")
                .contains("\nlisten web_" + port + "\n", "\nlisten other_" + port + "\n")
                .contains("    bind *:" + port + "\n", "    bind 127.0.0.9:" + port + "\n")
                .contains("    vhosts a.example b.example\n", "    path -i /x /y\n", "    balance leastconn\n")
                .contains("    allowed-networks 10.0.0.0/8 127.0.0.1\n")
                .contains("    server 127_0_1_1_1 127.0.1.1:1 weight 1\n")
                .doesNotContain("geheim", hash, "s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/_haproxy_getvhostmap", "/_haproxy_getappmap"})
    void mapsAreEmptyWithoutTheFlag(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/plain");
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void hupReadsTheSourceAgain(String method) throws Exception {
        HttpResponse<String> response = send(method, "/_mlb_signal/hup");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("Sent SIGHUP signal to marathon-lb");
        assertThat(discovery.readings()).isOne();
    }

    @Test
    void usr1ReadsTheCertificatesAgainAndSaysIfThatFails() throws Exception {
        assertThat(get("/_mlb_signal/usr1").body()).isEqualTo("Sent SIGUSR1 signal to marathon-lb");
        assertThat(reloads.get()).isOne();
        HttpResponse<String> response = get("/_mlb_signal/usr1");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("certificate a.pem: gone");
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
}
