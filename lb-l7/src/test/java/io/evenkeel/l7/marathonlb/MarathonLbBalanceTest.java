package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What HAProxy's algorithms that go by a key do for clients of a service port. */
class MarathonLbBalanceTest {

    private static final int SERVERS = 4;

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final MarathonLbProxy proxy = MarathonLbProxy.builder(
                    source, new MarathonLbOptions(Set.of("*"), true, false), transport)
            .serviceAddress("127.0.0.1")
            .build();
    private final List<Backend> backends = new ArrayList<>();
    private InetSocketAddress service;

    @BeforeEach
    void open() {
        service = TestServer.refusing();
        for (int i = 0; i < SERVERS; i++) {
            backends.add(Backend.text("server " + i));
        }
    }

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        backends.forEach(Backend::close);
    }

    @ParameterizedTest
    @CsvSource({
        "uri, '/u%d', ''",
        "uri depth 1, '/u%d/x', ''",
        "url_param user, '/?user=%d', ''",
        "hdr(X-User), /, 'X-User: u%d'",
        "hdr(X-User), /, 'x-user: u%d'"
    })
    void aKeyStaysWithItsServerAndKeysSpread(String balance, String target, String header) throws Exception {
        publishHttp("HAPROXY_0_BALANCE", balance);
        Set<String> seen = new HashSet<>();
        for (int user = 0; user < 40; user++) {
            String first = get(target, header, user);
            assertThat(get(target, header, user)).isEqualTo(first);
            seen.add(first);
        }
        assertThat(seen).hasSize(SERVERS);
    }

    @Test
    void requestsWithoutAKeySpread() throws Exception {
        publishHttp("HAPROXY_0_BALANCE", "hdr(X-User)");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            seen.add(get("/", "", 0));
        }
        assertThat(seen).hasSize(SERVERS);
    }

    @Test
    void aKeyIsNotKeptForTheNextRequestOfTheConnection() throws Exception {
        publishHttp("HAPROXY_0_BALANCE", "hdr(X-User)");
        Set<String> seen = new HashSet<>();
        try (Wire client = Wire.to(service)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nX-User: alice\r\n\r\n").message();
            for (int i = 0; i < 60; i++) {
                seen.add(client.get("/").message().body());
            }
        }
        assertThat(seen).hasSize(SERVERS);
    }

    @Test
    void aChangedLabelCountsForTheNextRequest() throws Exception {
        publishHttp("HAPROXY_0_BALANCE", "hdr(X-User)");
        assertThat(get("/", "X-User: u%d", 1)).startsWith("server");
        publishHttp("HAPROXY_0_BALANCE", "hdr(X-Tenant)");

        Eventually.holds("the other header counts", () -> {
            Set<String> seen = new HashSet<>();
            for (int user = 0; user < 40; user++) {
                seen.add(unchecked("X-User: u" + user + "\r\nX-Tenant: t"));
            }
            return seen.size() == 1;
        });
    }

    @Test
    void clientsOfOneAddressStayTogetherAndAddressesSpread() throws Exception {
        List<TestServer> servers = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            servers.add(TestServer.saying("server " + i));
        }
        try {
            publish(Apps.with(
                    Apps.app("/raw", service.getPort(), "HAPROXY_0_BALANCE", "source"),
                    servers.stream().map(one -> Endpoint.of(one.address())).toArray(Endpoint[]::new)));
            Set<String> seen = new HashSet<>();
            for (int client = 1; client <= 40; client++) {
                String first = answerTo(client);
                assertThat(answerTo(client)).isEqualTo(first);
                seen.add(first);
            }
            assertThat(seen).hasSize(SERVERS);
        } finally {
            servers.forEach(TestServer::close);
        }
    }

    private String answerTo(int client) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) client}), 0));
        socket.setSoTimeout(Wire.PATIENCE_MILLIS);
        socket.connect(service);
        try (Wire wire = new Wire(socket)) {
            return wire.rest();
        }
    }

    private void publishHttp(String label, String value) throws Exception {
        publish(Apps.with(
                Apps.app("/web", service.getPort(), "HAPROXY_0_MODE", "http", label, value),
                backends.stream().map(Backend::endpoint).toArray(Endpoint[]::new)));
    }

    private void publish(Snapshot app) throws Exception {
        source.publish(app);
        proxy.whenReady().toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    private String get(String target, String header, int user) throws IOException {
        String line = header.isEmpty() ? "" : String.format(header, user) + "\r\n";
        try (Wire client = Wire.to(service)) {
            return client.send("GET " + String.format(target, user) + " HTTP/1.1\r\nHost: a\r\n" + line + "\r\n")
                    .message()
                    .body();
        }
    }

    private String unchecked(String headers) {
        try {
            return get("/", headers, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
