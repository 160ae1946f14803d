package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.l7.AccessLines;
import io.evenkeel.l7.Backend;
import io.evenkeel.l7.Wire;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogConfig;
import io.evenkeel.l7.log.AccessLogReceiver;
import io.evenkeel.l7.log.AccessRecord;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.FakeDiscovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access log of the whole proxy: marathon-lb's names, all kinds of ports. */
class MarathonLbAccessLogTest {

    private static final InetSocketAddress HTTP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress APP_ID = new InetSocketAddress("127.0.0.2", 0);

    private final FakeDiscovery source = new FakeDiscovery();
    private final Transport transport = Transport.open(2);
    private final Backend web = Backend.text("web");

    @TempDir
    private Path dir;

    @AfterEach
    void close() {
        transport.close();
        web.close();
    }

    private MarathonLbProxy proxy(AccessLog log) {
        return MarathonLbProxy.builder(source, new MarathonLbOptions(Set.of("*"), false, false), transport)
                .serviceAddress("127.0.0.1")
                .http(Optional.of(HTTP))
                .appId(APP_ID)
                .accessLog(log)
                .build();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void linesHaveMarathonLbsNamesAndCountTheConnectionsOfAllPorts() throws Exception {
        AccessLogConfig config =
                AccessLogConfig.to(dir.resolve("access.log").toString()).withServerNames(ServerNaming::name);
        int http = freePort();
        int tcp = freePort();
        try (AccessLines lines = new AccessLines(config);
                MarathonLbProxy proxy = proxy(lines.log);
                TestServer echo = TestServer.echo()) {
            publish(
                    proxy,
                    Apps.with(Apps.app("/web", http, "HAPROXY_0_VHOST", "web"), web.endpoint()),
                    Apps.with(Apps.app("/raw", tcp), echo.endpoint()));
            String toWeb = "web_" + http + "/" + ServerNaming.name(web.endpoint());
            InetSocketAddress rawAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp);
            try (Wire raw = Wire.to(rawAddress)) {
                raw.send("ping\r\n");
                assertThat(raw.line()).isEqualTo("ping");
                try (Wire client = Wire.to(proxy.boundAddress(HTTP))) {
                    client.get("/").message();
                    assertThat(lines.next())
                            .contains("] marathon_http_in " + toWeb + " ")
                            .contains(" ---- 2/1/0/0/0 0/0 ");
                }
                raw.endOutput();
                assertThat(raw.rest()).isEmpty();
            }
            assertThat(lines.next())
                    .contains("] raw_" + tcp + " raw_" + tcp + "/" + ServerNaming.name(echo.endpoint()) + " ")
                    .contains(" 6 -- ");
            try (Wire client = Wire.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), http))) {
                client.get("/").message();
                assertThat(lines.next()).contains("] web_" + http + " " + toWeb + " ");
            }
            try (Wire client = Wire.to(proxy.boundAddress(APP_ID))) {
                client.get("/").message();
                assertThat(lines.next())
                        .contains("] marathon_http_appid_in marathon_http_appid_in/<NOSRV> -1/-1/-1/-1/")
                        .contains(" 503 ")
                        .contains(" SC-- ");
            }
        }
    }

    private void publish(MarathonLbProxy proxy, Snapshot... snapshots) {
        source.publish(Catalog.of(List.of(snapshots)));
        Eventually.holds("the ports are open", () -> proxy.servicePorts().size() == snapshots.length);
        proxy.whenReady().toCompletableFuture().join();
    }

    @Test
    void logThatCannotBeWrittenIsAProblem() throws Exception {
        AccessLogReceiver full = new AccessLogReceiver() {
            @Override
            public void receive(AccessRecord record) {}

            @Override
            public void flush() throws IOException {
                throw new IOException("No space left on device");
            }
        };
        try (AccessLog log = AccessLog.to(full);
                MarathonLbProxy proxy = proxy(log)) {
            assertThat(proxy.problems()).isEmpty();
            publish(proxy);
            try (Wire client = Wire.to(proxy.boundAddress(HTTP))) {
                client.get("/").message();
            }
            Eventually.holds("it is a problem", () -> !proxy.problems().isEmpty());
            assertThat(proxy.problems())
                    .extracting(Object::toString)
                    .containsExactly("access log: cannot be written: No space left on device");
        }
    }
}
