package io.evenkeel.l7.marathonlb;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A proxy over real sockets, and applications that bring HAProxy configuration in their labels. */
abstract class TemplateFixture {

    static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);
    static final String SECRET = "$5$abcdefgh$gruCpC7VkOTspMQTTSAR8mtlO9Upms.fwqE5y16JVM.";

    FakeDiscovery source = new FakeDiscovery();
    final Transport transport = Transport.open(2);
    final Backend one =
            Backend.saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nServer: tomcat\r\nX-Powered-By: php\r\n\r\none");
    final Backend two = Backend.text("two");
    final int port = TestServer.refusing().getPort();
    MarathonLbProxy proxy = proxy(Map.of());

    MarathonLbProxy proxy(Map<String, String> templates) {
        return MarathonLbProxy.builder(
                        source, new MarathonLbOptions(Set.of("*"), true, false).withTemplates(templates), transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .build();
    }

    @AfterEach
    void close() {
        proxy.close();
        transport.close();
        one.close();
        two.close();
    }

    List<String> problems() {
        return proxy.problems().stream().map(Problem::reason).toList();
    }

    /** One application whose labels are names and values in turn. */
    void serve(String... labels) {
        publish(Apps.with(Apps.app("/w", port, labels), one.endpoint()));
    }

    void publish(Snapshot... snapshots) {
        source.publish(snapshots);
        proxy.whenReady().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    Wire.Message service(String path, String... fields) throws IOException {
        return ask(address(port), request("any", path, fields));
    }

    Wire.Message vhost(String host, String path, String... fields) throws IOException {
        return ask(proxy.boundAddress(HTTP), request(host, path, fields));
    }

    static String request(String host, String path, String... fields) {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + lines + "\r\n";
    }

    static Wire.Message ask(InetSocketAddress address, String request) throws IOException {
        try (Wire client = Wire.to(address)) {
            return client.send(request).message();
        }
    }

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
