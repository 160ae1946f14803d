package io.evenkeel.l4.vip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Problem;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.testing.Eventually;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What an embedding program does, with what it would see. */
class VipServiceTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String WEB = "web.marathon.l4lb.thisdcos.directory";

    @Test
    void namedVipSpreadsConnectionsEvenlyOverItsEndpoints() throws Exception {
        int port = freePort();
        try (TestServer a = TestServer.saying("a");
                TestServer b = TestServer.saying("b");
                VipService vips = VipService.builder(StaticDiscovery.of(
                                Vips.snapshot("/web", "/web:" + port, a.endpoint()),
                                Vips.snapshot("/web-green", "/web:" + port, b.endpoint())))
                        .dns(ANY)
                        .start()) {
            vips.whenReady().toCompletableFuture().join();
            assertThat(vips.problems()).isEmpty();
            assertThat(vips.dnsAddress().getPort()).isPositive();
            InetAddress address = vips.dataPlane().names().get(WEB);
            assertThat(address.isLoopbackAddress()).isTrue();
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(ask(address, port));
            }
            assertThat(answers.stream().filter("a"::equals)).hasSize(5);
            assertThat(answers.stream().filter("b"::equals)).hasSize(5);
        }
    }

    @Test
    void vipsComeAndGoWithTheirLabels() throws Exception {
        int port = freePort();
        try (TestServer a = TestServer.saying("a")) {
            StaticDiscovery discovery = StaticDiscovery.of();
            try (VipService vips =
                    VipService.builder(discovery).dns(ANY).threads(1).start()) {
                vips.whenReady().toCompletableFuture().join();
                assertThat(vips.dataPlane().names()).isEmpty();
                discovery.set(Vips.service("/web", "/web:" + port), List.of(a.endpoint()));
                Eventually.holds("name", () -> vips.dataPlane().names().containsKey(WEB));
                InetAddress address = vips.dataPlane().names().get(WEB);
                assertThat(ask(address, port)).isEqualTo("a");
                discovery.set(List.of());
                Eventually.holds("no name", () -> vips.dataPlane().names().isEmpty());
                assertThat(vips.dataPlane().statuses()).isEmpty();
            }
        }
    }

    @Test
    void labelOpensNoPortToTheNetworkAndNoneOfAnotherProgram() throws Exception {
        int port = freePort();
        try (TestServer a = TestServer.saying("a");
                VipService vips = VipService.builder(StaticDiscovery.of(
                                Vips.snapshot("/web", "/web:" + port, a.endpoint()),
                                Vips.snapshot("/all", "0.0.0.0:" + port, a.endpoint()),
                                Vips.snapshot("/six", ":::" + port, a.endpoint()),
                                Vips.snapshot("/local", "127.0.0.1:" + port, a.endpoint())))
                        .threads(1)
                        .start()) {
            vips.whenReady().toCompletableFuture().join();
            String expected = " (expected: an address of 11.0.0.0/8 or 127.0.0.0/8 that is not one of 127.0.0.0/24)";
            assertThat(vips.problems())
                    .containsExactly(
                            new Problem("tcp://0.0.0.0:" + port, "0.0.0.0" + expected),
                            new Problem("tcp://[0:0:0:0:0:0:0:0]:" + port, "0:0:0:0:0:0:0:0" + expected),
                            new Problem("tcp://127.0.0.1:" + port, "127.0.0.1" + expected));
            assertThat(ask(vips.dataPlane().names().get(WEB), port)).isEqualTo("a");
            assertThatThrownBy(() -> ask(InetAddress.getLoopbackAddress(), port))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void whatCannotBeServedIsSaidAndDisturbsNothing() throws Exception {
        int port = freePort();
        try (TestServer a = TestServer.saying("a");
                VipService vips = VipService.builder(StaticDiscovery.of(
                                Vips.snapshot("/web", "/web:" + port, a.endpoint()),
                                Vips.snapshot("/far", "192.0.2.1:" + port),
                                Vips.snapshot("/bad", "nonsense"),
                                new Snapshot(Vips.service("/udp", "/udp:53", Protocol.UDP), List.of())))
                        .start()) {
            vips.whenReady().toCompletableFuture().join();
            assertThat(ask(vips.dataPlane().names().get(WEB), port)).isEqualTo("a");
            assertThat(vips.problems())
                    .extracting(Problem::subject)
                    .containsExactly(
                            "/bad", "tcp://192.0.2.1:" + port, "udp://udp.marathon.l4lb.thisdcos.directory:53");
            assertThat(vips.problems())
                    .extracting(Problem::reason)
                    .contains(
                            "192.0.2.1 (expected: an address of 11.0.0.0/8 or 127.0.0.0/8 that is not one of 127.0.0.0/24)",
                            "UDP is not served by this data plane yet");
        }
    }

    @Test
    void serverOnAllAddressesDoesNotForwardToItself() throws Exception {
        InetAddress all = InetAddress.getByAddress(new byte[4]);
        InetAddress elsewhere = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
        List<InetSocketAddress> upstreams = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InetAddress own : Collections.list(network.getInetAddresses())) {
                upstreams.add(new InetSocketAddress(own, 53));
            }
        }
        assertThat(upstreams).isNotEmpty();
        upstreams.add(new InetSocketAddress(all, 53));
        upstreams.add(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 9, 9, 9}), 53));
        assertThat(VipService.without(new InetSocketAddress(all, 53), upstreams))
                .isEmpty();
        assertThat(VipService.without(new InetSocketAddress(all, 5353), upstreams))
                .isEqualTo(upstreams);
        List<InetSocketAddress> others = List.of(new InetSocketAddress(elsewhere, 53));
        assertThat(VipService.without(new InetSocketAddress(all, 53), others)).isEqualTo(others);
    }

    @Test
    void serverOnOneAddressForwardsToTheOthersOfItsMachine() throws Exception {
        InetSocketAddress one = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 53);
        InetSocketAddress other = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 53}), 53);
        InetSocketAddress all = new InetSocketAddress(InetAddress.getByAddress(new byte[4]), 53);
        assertThat(VipService.without(one, List.of(one, other, all))).containsExactly(other);
    }

    @Test
    void drainingTakesNoNewConnectionsAndWaitsForThoseThereAre() throws Exception {
        int port = freePort();
        try (TestServer echo = TestServer.echo();
                VipService vips = VipService.builder(
                                StaticDiscovery.of(Vips.snapshot("/web", "/web:" + port, echo.endpoint())))
                        .start()) {
            vips.whenReady().toCompletableFuture().join();
            InetAddress address = vips.dataPlane().names().get(WEB);
            try (Socket client = new Socket(address, port)) {
                client.getOutputStream().write('a'); // else it may not have been accepted yet
                assertThat(client.getInputStream().read()).isEqualTo('a');
                CompletableFuture<Integer> drained = vips.dataPlane().drain(Duration.ofSeconds(60));

                Eventually.holds("the port is closed", () -> isRefused(address, port));
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isEqualTo('x');
                assertThat(drained).isNotDone();
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
                assertThat(drained.get(30, TimeUnit.SECONDS)).isZero();
            }
        }
    }

    private static boolean isRefused(InetAddress address, int port) {
        try {
            new Socket(address, port).close();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String ask(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket(address, port)) {
            socket.setSoTimeout(30_000);
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
