package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest extends AdminFixture {

    private static final String DRAIN = "/api/v1/endpoints/drain?service=/web&endpoint=127.0.1.1:1";
    private static final String READY = "/api/v1/endpoints/ready?service=/web&endpoint=127.0.1.1:1";

    private final Endpoint one = Endpoint.of("127.0.1.1", 1);

    @Test
    void servicesAreThoseThatLabelsAskForOpenOrNot() throws Exception {
        publish(
                app("/web", 0, Map.of("HAPROXY_0_VHOST", "a.example", "HAPROXY_0_PATH", "/x"), one),
                app("/idle", 0, Map.of("HAPROXY_0_PORT", "" + freePort())));
        JsonNode services = json("/api/v1/services");
        assertThat(services).hasSize(2);
        JsonNode web = services.get(0);
        assertThat(web.get("name").asText()).isEqualTo("web_" + port);
        assertThat(web.get("service").asText()).isEqualTo("/web");
        assertThat(web.get("mode").asText()).isEqualTo("http");
        assertThat(web.get("vhosts").get(0).asText()).isEqualTo("a.example");
        assertThat(web.get("path").asText()).isEqualTo("/x");
        assertThat(web.get("listener").asText()).isEqualTo("open");
        assertThat(web.get("servers").asInt()).isEqualTo(1);
        assertThat(services.get(1).get("service").asText()).isEqualTo("/idle");
        assertThat(services.get(1).get("listener").asText()).startsWith("closed");
    }

    @Test
    void endpointsTellTheirStatusAndWhatBarsThem() throws Exception {
        publish(app("/web", 0, Map.of(), one));
        EndpointStats server =
                proxy.servicePorts().get(0).cluster().state().active().get(0);
        proxy.servicePorts().get(0).cluster().bar(server, Bar.EJECTED);
        JsonNode endpoint = json("/api/v1/endpoints").get(0);
        assertThat(endpoint.get("server").asText()).isEqualTo("127_0_1_1_1");
        assertThat(endpoint.get("backend").asText()).isEqualTo("web_" + port);
        assertThat(endpoint.get("status").asText()).isEqualTo("DOWN");
        assertThat(endpoint.get("bars").get(0).asText()).isEqualTo("EJECTED");
    }

    @Test
    void explanationSaysWhichRuleWinsAndWhyOthersDoNot() throws Exception {
        publish(
                app("/a", 0, labels("/x", 9), one),
                app("/b", 0, labels("/x/y", 5), one),
                app("/c", 0, labels("/z", 7), one),
                app("/d", 0, labels("/x", 1)));
        JsonNode answer = json("/api/v1/routes/explain?host=A.example&path=/x/y/z");
        assertThat(answer.get("to").asText()).isEqualTo("a_" + port);
        assertThat(answer.get("frontend").asText()).isEqualTo("marathon_http_in");
        assertThat(results(answer))
                .containsExactly(
                        "a_" + port + " wins",
                        "c_" + port + " not tried, since a rule before it has won",
                        "b_" + port + " not tried, since a rule before it has won");
        assertThat(answer.get("notServed").get(0).asText()).startsWith("d_" + port + ": no task");

        JsonNode none = json("/api/v1/routes/explain?host=a.example&path=/");
        assertThat(none.get("to").asText()).isEqualTo("nobody: 503");
        assertThat(none.get("why").asText()).contains("the request meets none");
        assertThat(results(none)).allMatch(result -> result.contains("does not match"));
    }

    @Test
    void explanationKnowsWhatPeopleGetWrong() throws Exception {
        publish(app("/a", 0, Map.of("HAPROXY_0_VHOST", "a.example", "HAPROXY_0_REDIRECT_TO_HTTPS", "true"), one));
        assertThat(json("/api/v1/routes/explain?host=a.example").get("why").asText())
                .contains("redirects come before");
        assertThat(json("/api/v1/routes/explain?host=a.example:8080").get("why").asText())
                .contains("a port makes another host");
        assertThat(json("/api/v1/routes/explain?host=b.example").get("why").asText())
                .contains("no rule has this host");
        assertThat(json("/api/v1/routes/explain?host=a.example&scheme=https")
                        .get("why")
                        .asText())
                .contains("not served by https");
        assertThat(get("/api/v1/routes/explain").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/routes/explain?host=a&scheme=ftp").body())
                .contains("scheme: ftp (expected: http or https)");
    }

    @Test
    void routesAreThoseOfAllLabelsAndTemplates() throws Exception {
        publish(
                app("/a", 0, Map.of("HAPROXY_0_VHOST", "a.example", "LB_0_VHOST", "*.b.example,*"), one),
                app("/c", 0, Map.of("LB_0_VHOST", "~c[0-9]"), one),
                app(
                        "/d",
                        0,
                        Map.of(
                                "HAPROXY_0_VHOST",
                                "d.example",
                                "HAPROXY_0_HTTP_FRONTEND_ACL",
                                "  acl d hdr_end(host) -i .e.example\n  use_backend {backend} if d\n"),
                        one));
        List<String> hosts = new ArrayList<>();
        json("/api/v1/routes").forEach(route -> hosts.add(route.get("host").asText()));
        assertThat(hosts)
                .containsExactlyInAnyOrder("a.example", "*.b.example", "*", "~c[0-9]", "d.example", "*.e.example");
    }

    @Test
    void problemsNameTheLabelAndTheListener() throws Exception {
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            publish(app("/bad", 0, Map.of("HAPROXY_0_MODE", "$6$salt$hash"), one), app("/web", 0, Map.of(), one));
            assertThat(holder.isBound()).isTrue();
            JsonNode problems = json("/api/v1/problems");
            assertThat(problems).hasSize(2);
            assertThat(problems.get(0).get("subject").asText()).isEqualTo("/bad");
            assertThat(problems.get(0).get("reason").asText()).startsWith("label HAPROXY_0_MODE: *** (expected: http");
            assertThat(problems.get(1).get("subject").asText()).isEqualTo("listener 127.0.0.1:" + port);
        }
    }

    @Test
    void configurationIsThatOfFlagsAndLabels() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_BALANCE", "leastconn"), one));
        JsonNode config = json("/api/v1/config");
        assertThat(config.get("settings").get("marathon").asText()).isEqualTo("http://***@master.mesos:8080");
        assertThat(config.get("servicePorts").get("web_" + port).get("balance").asText())
                .isEqualTo("leastconn");
    }

    @Test
    void eventsAreWhatHappenedInOrder() throws Exception {
        publish(app("/web", 0, Map.of(), one));
        publish(app("/web", 0, Map.of(), one, Endpoint.of("127.0.1.2", 2)));
        EndpointStats server =
                proxy.servicePorts().get(0).cluster().state().active().get(0);
        proxy.servicePorts().get(0).cluster().bar(server, Bar.UNHEALTHY);
        publish(app("/bad", 0, Map.of("HAPROXY_0_MODE", "x"), one));
        List<String> kinds = new ArrayList<>();
        JsonNode events = json("/api/v1/events");
        events.forEach(event -> kinds.add(
                event.get("kind").asText() + " " + event.get("subject").asText()));
        assertThat(kinds)
                .startsWith("service-opened /web", "endpoint-joined /web", "endpoint-barred /web")
                .contains("service-closed /web", "problem /bad");
        long second = events.get(1).get("number").asLong();
        assertThat(json("/api/v1/events?since=" + second).get(0).get("kind").asText())
                .isEqualTo("endpoint-barred");
        assertThat(get("/api/v1/events?since=x").statusCode()).isEqualTo(400);
    }

    @Test
    void readinessEndsWhenTheSourceIsSilentForTooLongAndIsBackWithIt() throws Exception {
        publish();
        AtomicReference<Optional<Duration>> age = new AtomicReference<>(Optional.of(Duration.ofSeconds(60)));
        try (L7Admin limited = L7Admin.builder(proxy, transport)
                .freshness(new Freshness(age::get, Optional.of(Duration.ofSeconds(60))))
                .open(ANY)) {
            assertThat(get(limited.address(), "/readyz").statusCode()).isEqualTo(200);
            age.set(Optional.of(Duration.ofSeconds(61)));
            assertThat(get(limited.address(), "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(limited.address(), "/readyz").body()).contains("last good answer is 61 s old");
            assertThat(get(limited.address(), "/healthz").statusCode()).isEqualTo(200);
            assertThat(get("/readyz").statusCode()).as("without a limit").isEqualTo(200);
            age.set(Optional.empty());
            assertThat(get(limited.address(), "/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void readinessWaitsForTheListenersOfTheProxysOwnAndForNoServicePort() throws Exception {
        ServerSocket http = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        FakeDiscovery source = new FakeDiscovery();
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                MarathonLbProxy blocked = MarathonLbProxy.builder(
                                source, new MarathonLbOptions(Set.of("*"), false, false), transport)
                        .http(Optional.of((InetSocketAddress) http.getLocalSocketAddress()))
                        .appId(ANY)
                        .serviceAddress("127.0.0.1")
                        .build();
                L7Admin own = L7Admin.builder(blocked, transport).open(ANY)) {
            try (http) {
                source.publish(Catalog.of(List.of(app("/web", 0, Map.of(), one))));
                blocked.whenReady().toCompletableFuture().join();
                assertThat(get(own.address(), "/readyz").statusCode()).isEqualTo(503);
                assertThat(get(own.address(), "/readyz").body())
                        .matches("listener .*:" + http.getLocalPort() + ": .*already in use\n");
            }
            Eventually.holds("the port is had", () -> blocked.unopened().isEmpty());
            assertThat(get(own.address(), "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(own.address(), "/api/v1/problems").body())
                    .containsPattern("listener [^\"]*:" + taken.getLocalPort());
        }
    }

    @Test
    void onlyReadinessWaitsForTheWarmUp() throws Exception {
        publish();
        AtomicReference<Optional<String>> warmUp = new AtomicReference<>(Optional.of("warming up: 1 of 2"));
        try (L7Admin warming =
                L7Admin.builder(proxy, transport).warmUp(warmUp::get).open(ANY)) {
            assertThat(get(warming.address(), "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(warming.address(), "/readyz").body()).isEqualTo("warming up: 1 of 2\n");
            assertThat(get(warming.address(), "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(warming.address(), "/_haproxy_health_check").statusCode())
                    .isEqualTo(200);
            warmUp.set(Optional.empty());
            assertThat(get(warming.address(), "/readyz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void readinessWaitsForTheSourceAndEndsWithTheDrain() throws Exception {
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("waiting for the source");
        assertThat(get("/_haproxy_health_check").statusCode()).isEqualTo(503);
        publish();
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/_haproxy_health_check").statusCode()).isEqualTo(200);
        proxy.announceDrain();
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("about to drain");
        assertThat(get("/_haproxy_health_check").statusCode()).isEqualTo(503);
        assertThat(rows("status")).contains("marathon_http_in/FRONTEND OPEN");
        proxy.drain(Duration.ofSeconds(1));
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("draining");
        assertThat(get("/_haproxy_health_check").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(rows("status")).contains("marathon_http_in/FRONTEND STOP");
    }

    @Test
    void drainedServerGetsNoRequestsUntilItIsReady() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), one, backend.endpoint()));
        assertThat(send("POST", DRAIN).body()).contains("\"set\":\"drain\"");
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("DRAIN");
        for (int i = 0; i < 4; i++) {
            assertThat(request().statusCode()).isEqualTo(200);
        }
        assertThat(cell("127_0_1_1_1", "lbtot")).isEqualTo("0");
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), one, backend.endpoint(), Endpoint.of("127.0.1.9", 9)));
        assertThat(cell("127_0_1_1_1", "status")).as("whatever the source says").isEqualTo("DRAIN");
        assertThat(send("POST", READY).statusCode()).isEqualTo(200);
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("no check");
    }

    @Test
    void maintenanceEndsByItselfWhenItsTimeIsOver() throws Exception {
        publish(app("/web", 0, Map.of(), one, backend.endpoint()));
        String maint = "/api/v1/endpoints/maint?service=web_" + port + "&endpoint=127_0_1_1_1&ttl=30s";
        assertThat(send("POST", maint).body()).contains("\"ttlSeconds\":30");
        clock.advance(Duration.ofSeconds(29));
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("MAINT");
        assertThat(cell("127_0_1_1_1", "downtime")).isEqualTo("28");
        clock.advance(Duration.ofSeconds(1));
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("no check");
    }

    @Test
    void portOfAServiceStaysOpenThoughAllItsServersAreTakenOut() throws Exception {
        publish(app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), one));
        assertThat(send("POST", DRAIN).statusCode()).isEqualTo(200);
        assertThat(request().statusCode()).isEqualTo(503);
        publish(
                app("/web", 0, Map.of("HAPROXY_0_MODE", "http"), one),
                app("/other", 0, Map.of("HAPROXY_0_PORT", "" + freePort()), one));
        assertThat(request().statusCode()).isEqualTo(503);
        assertThat(cell("BACKEND", "status")).isEqualTo("DOWN");
        assertThat(send("POST", READY).statusCode()).isEqualTo(200);
        assertThat(cell("BACKEND", "status")).isEqualTo("UP");
    }

    @Test
    void serverThatIsGoneAndComesBackIsReady() throws Exception {
        publish(app("/web", 0, Map.of(), one, backend.endpoint()));
        send("POST", DRAIN + "&ttl=1h");
        publish(app("/web", 0, Map.of(), backend.endpoint()));
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock.pending()).as("nothing waits for it").isOne();
        publish(app("/web", 0, Map.of(), one, backend.endpoint()));
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("no check");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drain?service=/web",
                "drain?endpoint=127.0.1.1:1",
                "drain?service=/web&endpoint=127.0.1.1:1&ttl=forever",
                "drain?service=/web&endpoint=127.0.1.1:1&ttl=0s",
                "ready?service=/web&endpoint=127.0.1.1:1&ttl=1s"
            })
    void whatIsMissingOrWrongIsNamed(String question) throws Exception {
        publish(app("/web", 0, Map.of(), one));
        HttpResponse<String> response = send("POST", "/api/v1/endpoints/" + question);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("(expected: ");
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("no check");
    }

    @Test
    void whomNobodyKnowsIsNotFoundAndGetChangesNothing() throws Exception {
        publish(app("/web", 0, Map.of(), one));
        assertThat(send("POST", DRAIN.replace("/web", "/x")).statusCode()).isEqualTo(404);
        assertThat(send("POST", DRAIN.replace("127.0.1.1:1", "127.0.1.1:2")).statusCode())
                .isEqualTo(404);
        assertThat(get(DRAIN).statusCode()).isEqualTo(405);
        assertThat(cell("127_0_1_1_1", "status")).isEqualTo("no check");
    }

    private Map<String, String> labels(String path, int weight) throws Exception {
        return Map.of(
                "HAPROXY_0_VHOST",
                "a.example",
                "HAPROXY_0_PATH",
                path,
                "HAPROXY_0_BACKEND_WEIGHT",
                "" + weight,
                "HAPROXY_0_BIND_ADDR",
                "127.0.0.1");
    }

    private static List<String> results(JsonNode answer) {
        List<String> results = new ArrayList<>();
        answer.get("rules")
                .forEach(rule -> results.add(
                        rule.get("to").asText() + " " + rule.get("result").asText()));
        return results;
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        return new ObjectMapper().readTree(response.body());
    }
}
