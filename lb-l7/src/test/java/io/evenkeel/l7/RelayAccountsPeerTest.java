package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.TcpRelay;
import io.evenkeel.l4.TcpRelayConfig;
import io.evenkeel.l4.TrafficStats;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that bytes pass through leave the same lines in the log as at a real HAProxy. */
@EnabledIf("io.evenkeel.l7.HaproxyPeer#isThere")
class RelayAccountsPeerTest {

    private static final String CONFIG = """
            global
              log stdout format raw local0 debug
              maxconn 200
            defaults
              mode tcp
              log global
              option tcplog
              option dontlognull
              retries 0
              timeout connect 2s
              timeout client 20s
              timeout server 20s
            listen web
              bind 127.0.0.1:PORT
              server s 127.0.0.1:SERVER
            listen dead
              no option dontlognull
              bind 127.0.0.1:SECOND
              server s 127.0.0.1:1
            listen none
              no option dontlognull
              bind 127.0.0.1:THIRD
            """;

    private static final List<String> NAMES = List.of("web", "dead", "none");

    private static final Transport transport = Transport.open(1);
    private static final ListenerSet listeners = new ListenerSet(transport);
    private static final Map<String, InetSocketAddress> ours = new HashMap<>();
    private static final Map<String, InetSocketAddress> theirs = new HashMap<>();
    private static TestServer server;
    private static LoadBalancer loadBalancer;
    private static AccessLines lines;
    private static HaproxyPeer peer;

    @BeforeAll
    static void start(@TempDir Path dir) throws IOException {
        server = TestServer.of(RelayAccountsPeerTest::answer);
        lines = new AccessLines(dir);
        loadBalancer = LoadBalancer.of(StaticDiscovery.of(
                new Snapshot(Service.named("web"), List.of(server.endpoint())),
                new Snapshot(Service.named("dead"), List.of(Endpoint.of("127.0.0.1", 1)))));
        HttpEngine engine = new HttpEngine(transport, HttpConfig.defaults(), HeaderTrust.EVERYBODY, lines.log);
        Map<InetSocketAddress, ConnectionAcceptor> wanted = new HashMap<>();
        int host = 1;
        for (String name : NAMES) {
            TrafficStats traffic = new TrafficStats();
            InetSocketAddress any = new InetSocketAddress(InetAddress.getByName("127.0.0." + host++), 0);
            TcpRelayConfig once = TcpRelayConfig.defaults().withRetries(0, Duration.ofMillis(1));
            wanted.put(
                    any,
                    new TcpRelay(
                            transport, loadBalancer.cluster(name), once, traffic, engine.relayAccounts(name, traffic)));
            ours.put(name, any);
        }
        listeners.apply(wanted).join();
        ours.replaceAll((name, any) -> listeners.boundAddress(any));
        String config =
                CONFIG.replace("SERVER", Integer.toString(server.address().getPort()));
        for (String name : NAMES) {
            int port = HaproxyPeer.freePort();
            theirs.put(name, HaproxyPeer.at(port));
            config = config.replaceFirst("PORT|SECOND|THIRD", Integer.toString(port));
        }
        peer = HaproxyPeer.start(dir, config, theirs.get("web").getPort());
    }

    @AfterAll
    static void stop() {
        peer.close();
        listeners.close();
        transport.close();
        lines.close();
        loadBalancer.close();
        server.close();
    }

    private static void answer(Socket socket) throws IOException {
        Wire wire = new Wire(socket);
        String asked = wire.line();
        wire.send("hello\r\n");
        if (asked.equals("reset")) {
            wire.line(); // the client has had the answer
            wire.reset();
        } else if (asked.equals("wait")) {
            wire.rest();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "web, end", // the server closes, then the client
        "web, reset", // the server resets
        "web, wait", // the client resets
        "dead, end",
        "none, end"
    })
    void saysTheSame(String listener, String what) throws Exception {
        converse(theirs.get(listener), what);
        String expected = peer.nextNormal();
        converse(ours.get(listener), what);
        assertThat(lines.nextNormal()).isEqualTo(expected);
    }

    private static void converse(InetSocketAddress address, String what) throws IOException {
        try (Wire client = Wire.to(address)) {
            try {
                client.send(what + "\r\n");
                client.line();
                if (what.equals("wait")) {
                    client.reset();
                    return;
                }
                client.send("thanks\r\n");
                client.rest();
            } catch (IOException e) {
                // a reset is an end, too
            }
        }
    }

    @org.junit.jupiter.api.Test
    void connectionsThatBringNothingAreNotTold() throws Exception {
        converseWithNothing();
        converse(ours.get("web"), "end");
        assertThat(lines.nextNormal()).startsWith("web web/s T/T/T 7 -- ");
    }

    private static void converseWithNothing() throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(ours.get("web"));
            socket.shutdownOutput();
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEmpty();
        }
    }
}
