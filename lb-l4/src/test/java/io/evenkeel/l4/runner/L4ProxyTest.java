package io.evenkeel.l4.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Health;
import io.evenkeel.l4.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class L4ProxyTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final HttpClient client = HttpClient.newHttpClient();
    private final StaticDiscovery discovery = StaticDiscovery.of(
            vip("/dcos-101/app2", "/dcos-101app2:10000", Endpoint.of("10.0.0.1", 31_000)),
            vip("/literal", "127.3.4.5:15000"),
            vip("/bad", "nonsense"));
    private L4Proxy proxy;

    @BeforeEach
    void start() {
        proxy = L4Proxy.start(discovery, Transport.Kind.AUTO, 1, ANY, List.of(), ANY, "1.2.3");
        proxy.service().whenReady().toCompletableFuture().join();
    }

    @AfterEach
    void close() {
        proxy.close();
    }

    @Test
    void vipsReadAsTheyDidInDcos() throws Exception {
        assertThat(get("/v1/vips").body())
                .isEqualTo("[{\"vip\":\"127.3.4.5:15000\",\"protocol\":\"tcp\",\"backend\":[]},"
                        + "{\"vip\":\"dcos-101app2.marathon.l4lb.thisdcos.directory:10000\",\"protocol\":\"tcp\","
                        + "\"backend\":[{\"ip\":\"10.0.0.1\",\"port\":31000}]}]");
    }

    @Test
    void unchangedVipsNeedNotBeReadAgain() throws Exception {
        String etag = get("/v1/vips").headers().firstValue("etag").orElseThrow();
        assertThat(etag).matches("\"[A-Za-z0-9+/]{27}=\"");
        assertThat(get("/v1/vips", etag).statusCode()).isEqualTo(304);
        assertThat(get("/v1/vips", etag.replace("\"", "")).statusCode()).isEqualTo(304);
        assertThat(get("/v1/vips", "\"other\"").statusCode()).isEqualTo(200);
        discovery.set(List.of(vip("/literal", "127.3.4.5:15000")));
        assertThat(get("/v1/vips").headers().firstValue("etag")).isPresent();
    }

    @Test
    void onlyBackendsThatTakeConnectionsAreListed() throws Exception {
        proxy.close();
        Endpoint sick = Endpoint.of("10.0.0.2", 31_000).withHealth(Health.UNHEALTHY);
        proxy = L4Proxy.start(
                StaticDiscovery.of(vip("/web", "127.3.4.6:15000", Endpoint.of("10.0.0.1", 31_000), sick)),
                Transport.Kind.AUTO,
                1,
                ANY,
                List.of(),
                ANY,
                "1.2.3");
        proxy.service().whenReady().toCompletableFuture().join();
        JsonNode vips = new ObjectMapper().readTree(get("/v1/vips").body());
        assertThat(vips.get(0).get("backend").toString()).isEqualTo("[{\"ip\":\"10.0.0.1\",\"port\":31000}]");
    }

    @Test
    void hostsAreResolved() throws Exception {
        assertThat(get("/v1/hosts/dcos-101app2.marathon.l4lb.thisdcos.directory")
                        .body())
                .isEqualTo("[{\"host\":\"dcos-101app2.marathon.l4lb.thisdcos.directory\",\"ip\":\"127.68.84.114\"}]");
        assertThat(get("/v1/hosts/none").body()).isEqualTo("[{\"host\":\"none\",\"ip\":\"\"}]");
    }

    @Test
    void problemsAndVersionAreTold() throws Exception {
        JsonNode problems = new ObjectMapper().readTree(get("/v1/problems").body());
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).get("subject").asText()).isEqualTo("/bad");
        assertThat(problems.get(0).get("reason").asText()).startsWith("label VIP_0: nonsense");
        assertThat(get("/v1/version").body()).contains("\"1.2.3\"");
        assertThat(get("/v1/other").statusCode()).isEqualTo(404);
    }

    @Test
    void takenPortsAreNoReasonNotToServe() throws Exception {
        InetSocketAddress dns = proxy.service().dnsAddress();
        InetSocketAddress api = proxy.apiAddress();
        try (L4Proxy second =
                L4Proxy.start(StaticDiscovery.of(), Transport.Kind.AUTO, 1, dns, List.of(), api, "1.2.3")) {
            second.service().whenReady().toCompletableFuture().join();
            assertThat(second.apiAddress()).isNull();
            assertThat(second.service().problems())
                    .containsExactly(new Problem("dns 127.0.0.1:" + dns.getPort(), "address already in use"));
        }
    }

    private HttpResponse<String> get(String path, String... etag) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + proxy.apiAddress().getPort() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        for (String tag : etag) {
            request.header("If-None-Match", tag);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static Snapshot vip(String application, String label, Endpoint... endpoints) {
        Map<String, String> portLabels = Map.of("VIP_0", label);
        Service service = new Service(
                application, application, "marathon", 0, "", 0, Protocol.TCP, Map.of(), portLabels, List.of());
        return new Snapshot(service, List.of(endpoints));
    }
}
