package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.PathPrecedence;
import io.evenkeel.testing.FakeDiscovery;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteExplanationTest {

    private static final Map<String, Integer> PORTS =
            Map.of("/web", AdminFixture.freePort(), "/acme", AdminFixture.freePort());

    @TempDir
    private static Path dir;

    private final Transport transport = Transport.open(1);
    private final FakeDiscovery discovery = new FakeDiscovery();
    private MarathonLbProxy proxy;

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
    }

    private RouteExplanation serve(Snapshot... apps) throws Exception {
        proxy = MarathonLbProxy.builder(
                        discovery,
                        new MarathonLbOptions(Set.of("*"), false, false)
                                .withChallengedApplication("/acme")
                                .withPathPrecedence(PathPrecedence.LONGEST),
                        transport)
                .http(Optional.of(AdminFixture.ANY))
                .https(
                        Optional.of(AdminFixture.ANY),
                        Optional.of(Certificates.load(
                                List.of(TestCertificates.forHosts(dir.resolve("web"), "web.example")))))
                .appId(AdminFixture.ANY)
                .serviceAddress("127.0.0.1")
                .build();
        discovery.publish(Catalog.of(List.of(apps)));
        proxy.whenReady().toCompletableFuture().join();
        return new RouteExplanation(proxy);
    }

    @Test
    void hostsAreExplainedBehindAnApplicationThatAnswersChallenges() throws Exception {
        RouteExplanation explanation = serve(app("/acme", Map.of("HAPROXY_0_MODE", "http")), web(Map.of()));
        assertThat(explanation.of("http", "web.example", "/").get("to")).isEqualTo(name("/web"));
        assertThat(explanation
                        .of("http", "x", "/.well-known/acme-challenge/a_1")
                        .get("to"))
                .isEqualTo(name("/acme"));
        assertThat(explanation.of("http", "x", "/.well-known/acme-challenge/").get("to"))
                .isEqualTo("nobody: 503");
        assertThat(explanation
                        .of("https", "web.example", "/.well-known/acme-challenge/a")
                        .get("to"))
                .isEqualTo(name("/web"));
    }

    @Test
    void whatIsPassedOnUndecryptedHasSomebody() throws Exception {
        RouteExplanation explanation =
                serve(web(Map.of("LB_0_TLS_PASSTHROUGH", "true", "LB_0_VHOST", "*.sub.example")));
        assertThat(explanation.of("https", "Web.example", "/").get("to")).isEqualTo(name("/web"));
        assertThat(explanation.of("https", "a.sub.example", "/").get("to")).isEqualTo(name("/web"));
        assertThat(explanation.of("https", "other.example", "/").get("to")).isEqualTo("nobody: 503");
        assertThat(explanation.of("http", "web.example", "/").get("to")).isEqualTo("nobody: 503");
    }

    @Test
    void theOrderIsThatOfTheFlag() throws Exception {
        assertThat(serve(web(Map.of())).of("http", "web.example", "/").get("why"))
                .asString()
                .contains("in the order of weight, then of the path's length, then of application and port");
    }

    @Test
    void expressionsOfLabelsAreNotTakenForTemplates() throws Exception {
        Map<String, Object> answer =
                serve(web(Map.of("LB_0_VHOST", "~w[0-9]+\\.example"))).of("http", "w7.example", "/");
        assertThat(answer.get("to")).isEqualTo(name("/web"));
        assertThat(answer.get("rules")).asString().contains("an expression on the host, or of a template");
    }

    private static String name(String id) {
        return id.substring(1) + "_" + PORTS.get(id);
    }

    private static Snapshot web(Map<String, String> labels) {
        Map<String, String> all = new HashMap<>(labels);
        all.put("HAPROXY_0_VHOST", "web.example");
        return app("/web", all);
    }

    private static Snapshot app(String id, Map<String, String> labels) {
        Service service = new Service(
                Service.nameOf(id, 0), id, "marathon", 0, "", PORTS.get(id), Protocol.TCP, labels, Map.of(), List.of());
        return new Snapshot(service, List.of(Endpoint.of("127.0.1.1", 1)));
    }
}
