package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.DeclaredCheck;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Health;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.health.CheckResult;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckState;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Http2Wire;
import io.evenkeel.l7.TestAuthority;
import io.evenkeel.l7.TestCertificates;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The proxy's own health checks over real sockets. */
class MarathonLbHealthTest {

    @TempDir
    private Path directory;

    private static final String INDEX = "HAPROXY_0_BACKEND_HEALTHCHECK_PORT_INDEX";

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    /* Without --health-check: that flag is about Marathon's verdicts, not about checks of our own. */
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    source, new MarathonLbOptions(Set.of("*"), false, false), transport)
            .http(Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
            .appId(new InetSocketAddress("127.0.0.2", 0))
            .serviceAddress("127.0.0.1")
            .build();
    private final InetSocketAddress service = TestServer.refusing();
    private volatile int healthOfOne = 200;
    private final Backend one = checked("one", () -> healthOfOne);
    private final Backend two = checked("two", () -> 200);

    private interface Status {
        int now();
    }

    private static Backend checked(String name, Status health) {
        return Backend.of((wire, request) -> {
            boolean check = request.head().startsWith("GET /health ");
            String body = check ? "" : name;
            wire.send("HTTP/1.1 " + (check ? health.now() : 200) + " X\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body);
            return true;
        });
    }

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        one.close();
        two.close();
    }

    @Test
    void aServerWhoseHttpCheckFailsGetsNoRequestsUntilItPassesAgain() throws Exception {
        publish(web("/health"), one.endpoint(), two.endpoint());
        awaitOpen();
        healthOfOne = 503;
        awaitDown(one);
        assertThat(answers(6)).containsOnly("two");
        assertThat(state(one).last()).map(CheckResult::code).contains(503);
        assertThat(state(one).last()).map(CheckResult::finding).contains(Finding.L7STS);
        assertThat(state(one).falls()).isEqualTo(1);
        healthOfOne = 302;
        Eventually.holds("it is up again", () -> state(one).isUp());
        assertThat(answers(6)).contains("one", "two");
    }

    @Test
    void whereAllServersFailClientsGet503AndThePortStaysOpen() throws Exception {
        healthOfOne = 500;
        publish(web("/health"), one.endpoint());
        awaitOpen();
        awaitDown(one);
        assertThat(get().status()).isEqualTo(503);
        assertThat(proxy.servicePorts()).hasSize(1);
    }

    @Test
    void aCheckByConnectionNeedsNoAnswer() throws Exception {
        InetSocketAddress refusing = TestServer.refusing();
        publish(tcp(check("TCP", 0, 0)), Endpoint.of(refusing), two.endpoint());
        awaitOpen();
        awaitDown(refusing);
        assertThat(state(refusing).last()).map(CheckResult::finding).contains(Finding.L4CON);
        Eventually.holds("the other is checked", () -> state(two).last().isPresent());
        assertThat(state(two).last()).map(CheckResult::finding).contains(Finding.L4OK);
        assertThat(answers(4)).containsOnly("two");
    }

    @Test
    void aFixedPortIsCheckedInsteadOfTheServersOwn() throws Exception {
        publish(http(check("HTTP", 0, two.address().getPort())), one.endpoint());
        healthOfOne = 503;
        awaitOpen();
        Eventually.holds("two is asked", () -> two.requests.size() > 2);
        assertThat(state(one).isUp()).isTrue();
        assertThat(one.requests).isEmpty();
        two.close();
        awaitDown(one);
    }

    @Test
    void theLabelsPortOfTheSameTaskIsCheckedAndIsFollowedWhereItGoes() throws Exception {
        Service first = Apps.checked(
                Apps.port("/web", 0, service.getPort(), "HAPROXY_0_MODE", "http", INDEX, "1"), check("HTTP", 1, 0));
        Service second = Apps.checked(Apps.port("/web", 1, 0), check("HTTP", 1, 0));
        Endpoint other = task("other", TestServer.refusing());
        source.publish(Apps.with(first, task("t", two.address())), Apps.with(second, other, task("t", one.address())));
        awaitOpen();
        Eventually.holds("one is asked", () -> one.requests.size() > 1);
        assertThat(state(two).isUp()).isTrue();
        assertThat(two.requests).isEmpty();

        healthOfOne = 503;
        awaitDown(two);
        assertThat(get().status()).isEqualTo(503);

        source.publish(Apps.with(first, task("t", two.address())), Apps.with(second, other));
        Eventually.holds(
                "its own port is asked, for want of the other", () -> state(two).isUp());
        assertThat(state(two).falls()).isEqualTo(1); // the same check as before
        assertThat(get().body()).isEqualTo("two");
    }

    @Test
    void whatIsKnownOutlivesAChangeOfLabelsAndAnotherCheckBeginsAnew() throws Exception {
        healthOfOne = 503;
        Service web = web("/health");
        publish(web, one.endpoint());
        awaitOpen();
        awaitDown(one);
        EndpointStats server = server(one.address());

        publish(
                labelled(web, "HAPROXY_0_VHOST", "x.example", "HAPROXY_0_BALANCE", "leastconn"),
                two.endpoint(),
                one.endpoint());
        Eventually.holds("there are two", () -> cluster().state().active().size() == 2);
        assertThat(server.isBarred(Bar.UNHEALTHY)).isTrue();
        assertThat(state(one).falls()).isEqualTo(1);

        publish(web("/other"), one.endpoint());
        Eventually.holds(
                "the new check passes",
                () -> state(one).last().isPresent() && state(one).isUp());
        assertThat(server(one.address())).isSameAs(server);
        assertThat(get().body()).isEqualTo("one");

        publish(labelled(web("/other"), "HAPROXY_0_ENABLED", "false"), one.endpoint());
        Eventually.holds(
                "nobody asks for a port that is not served",
                () -> cluster().checkState(server).isEmpty());
    }

    @Test
    void aServerThatSpeaksTlsAndHttp2IsAskedByThatAtItsOwnPortOnly() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        Path key = TestCertificates.forHosts(directory.resolve("web"), "web.example");
        try (Backend encrypted = Backend.talking(socket -> {
            SSLSocket tls =
                    (SSLSocket) TestAuthority.server(key).getSocketFactory().createSocket(socket, null, true);
            tls.setUseClientMode(false);
            SSLParameters parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            tls.setSSLParameters(parameters);
            try (Http2Wire wire = Http2Wire.server(tls)) {
                Http2Wire.Frame request = wire.next();
                asked.addAll(request.fields());
                wire.headers(request.stream(), true, ":status: " + healthOfOne);
                wire.next();
            }
        })) {
            String[] labels = {
                "HAPROXY_0_MODE", "http", "LB_0_BACKEND_TLS", "insecure", "LB_0_BACKEND_PROTOCOL", "h2", INDEX, "1"
            };
            Service first = Apps.checked(Apps.port("/web", 0, service.getPort(), labels), check("HTTP", 0, 0));
            Service second = Apps.port("/web", 1, 0);
            publish(first, encrypted.endpoint()); // the task has no such port: its own is asked
            awaitOpen();
            Eventually.holds(
                    "it is asked",
                    () -> state(encrypted).last().map(CheckResult::finding).equals(Optional.of(Finding.L7OK)));
            assertThat(asked).contains(":path: /health", ":scheme: https");
            healthOfOne = 503;
            awaitDown(encrypted);
            assertThat(state(encrypted).last()).map(CheckResult::code).contains(503);

            source.publish(
                    Apps.with(first, task("t", encrypted.address())), Apps.with(second, task("t", two.address())));
            Eventually.holds("its other port is asked", () -> !two.requests.isEmpty());
            Eventually.holds("it is up", () -> state(encrypted).isUp());
        }
    }

    @Test
    void aServerWhoseCertificateDoesNotMatchIsDownUntilItDoes() throws Exception {
        Path key = TestCertificates.forHosts(directory.resolve("web"), "web.example");
        Path trusted = TestCertificates.forHosts(directory.resolve("trusted"), "other.example");
        try (Backend encrypted = Backend.talking(socket -> {
            SSLSocket tls =
                    (SSLSocket) TestAuthority.server(key).getSocketFactory().createSocket(socket, null, true);
            tls.setUseClientMode(false);
            tls.startHandshake();
            tls.getInputStream().readAllBytes();
        })) {
            publish(
                    http(check("TCP", 0, 0))
                            .withLabels(Apps.labels(
                                    "HAPROXY_0_MODE",
                                    "http",
                                    "LB_0_BACKEND_TLS",
                                    "true",
                                    "LB_0_BACKEND_TLS_CA",
                                    trusted.toString(),
                                    "LB_0_BACKEND_TLS_SNI",
                                    "web.example")),
                    encrypted.endpoint());
            awaitOpen();
            awaitDown(encrypted);
            assertThat(state(encrypted).last()).map(CheckResult::finding).contains(Finding.L6RSP);
            assertThat(get().status()).isEqualTo(503);

            Files.copy(key, trusted, StandardCopyOption.REPLACE_EXISTING);
            proxy.reload().toCompletableFuture().get(1, TimeUnit.MINUTES);
            Eventually.holds("it is up", () -> state(encrypted).isUp());
            assertThat(state(encrypted).last()).map(CheckResult::finding).contains(Finding.L6OK);
        }
    }

    @Test
    void aPortWhoseServicePortIsAssignedIsCheckedLikeAnyOther() {
        InetSocketAddress refusing = TestServer.refusing();
        Service web = Apps.checked(Apps.app("/web", 0, "HAPROXY_0_MODE", "http"), check("TCP", 0, 0));
        publish(web, Endpoint.of(refusing));
        Eventually.holds("it is served", () -> !proxy.servicePorts().isEmpty());
        awaitDown(refusing);
    }

    @Test
    void whoCannotBeConnectedToIsLeftAloneWhileThereIsAnother() throws Exception {
        InetSocketAddress refusing = TestServer.refusing();
        publish(labelled(http(), "HAPROXY_0_MODE", "http"), Endpoint.of(refusing), two.endpoint());
        awaitOpen();
        Eventually.holds("it is ejected", () -> {
            assertThat(bodyOf()).isEqualTo("two");
            return server(refusing).isBarred(Bar.EJECTED);
        });
        assertThat(cluster().checkState(server(refusing))).isEmpty();
    }

    @Test
    void theOnlyServerIsTriedAgainAndAgain() throws Exception {
        InetSocketAddress address = TestServer.refusing();
        publish(labelled(http(), "HAPROXY_0_MODE", "tcp"), Endpoint.of(address));
        awaitOpen();
        EndpointStats server = server(address);
        Eventually.holds("connections fail", () -> {
            bodyOf();
            return server.count(Outcome.CONNECT_FAILED) >= 4;
        });
        try (ServerSocket back = new ServerSocket(address.getPort(), 10, address.getAddress());
                Wire client = Wire.to(service)) {
            back.setSoTimeout((int) TimeUnit.MINUTES.toMillis(1));
            back.accept().close(); // at once, whatever has failed before
            assertThat(server.isBarred()).isFalse();
            assertThat(client.rest()).isEmpty();
        }
    }

    private Service web(String path) {
        return http(new DeclaredCheck("HTTP", path, 0, 0, Duration.ofMillis(20), Duration.ofSeconds(10), 1));
    }

    private Service http(DeclaredCheck... checks) {
        return Apps.checked(Apps.app("/web", service.getPort(), "HAPROXY_0_MODE", "http"), checks);
    }

    private Service tcp(DeclaredCheck... checks) {
        return Apps.checked(Apps.app("/web", service.getPort()), checks);
    }

    private static Service labelled(Service service, String... labels) {
        return service.withLabels(Apps.labels(labels));
    }

    private static DeclaredCheck check(String protocol, int portIndex, int port) {
        return new DeclaredCheck(
                protocol, "/health", portIndex, port, Duration.ofMillis(20), Duration.ofSeconds(10), 1);
    }

    private static Endpoint task(String id, InetSocketAddress address) {
        return new Endpoint(id, address, 1, Locality.UNKNOWN, EndpointState.RUNNING, Health.UNCHECKED, true, Map.of());
    }

    private void publish(Service of, Endpoint... endpoints) {
        source.publish(new Snapshot(of, List.of(endpoints)));
    }

    private void awaitOpen() {
        Eventually.holds("open", () -> proxy.boundAddress(service) != null);
    }

    private void awaitDown(Backend backend) {
        awaitDown(backend.address());
    }

    private void awaitDown(InetSocketAddress server) {
        Eventually.holds(server + " is down", () -> !state(server).isUp());
    }

    private CheckState state(Backend backend) {
        return state(backend.address());
    }

    private CheckState state(InetSocketAddress server) {
        return cluster().checkState(server(server)).orElseThrow();
    }

    private Cluster cluster() {
        return proxy.loadBalancer().cluster("/web");
    }

    private EndpointStats server(InetSocketAddress address) {
        return cluster().state().active().stream()
                .filter(server -> server.endpoint().address().equals(address))
                .findFirst()
                .orElseThrow();
    }

    private List<String> answers(int count) throws IOException {
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(get().body());
        }
        return answers;
    }

    private String bodyOf() {
        try {
            return get().body();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Wire.Message get() throws IOException {
        try (Wire client = Wire.to(service)) {
            return client.get("/").message();
        }
    }
}
