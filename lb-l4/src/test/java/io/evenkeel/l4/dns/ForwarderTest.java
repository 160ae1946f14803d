package io.evenkeel.l4.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwarderTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] QUERY = DnsClient.query(4711, "example.com", 1, 1232);

    private final Transport transport = Transport.open(1);

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void answerOfAnUpstreamIsPassedOnWithTheClientsId() throws IOException {
        try (FakeResolver resolver = new FakeResolver(query -> List.of(FakeResolver.flagged(query, 3)));
                DnsServer server = forwardingTo(Duration.ofMinutes(1), resolver.address())) {
            DnsResponse response = ask(server);
            assertThat(response.id()).isEqualTo(4711);
            assertThat(response.code()).isEqualTo(DnsResponseCode.NXDOMAIN);
            assertThat(response.count(DnsSection.ADDITIONAL)).isOne();
        }
    }

    @Test
    void forgedAnswersAreIgnored() throws IOException {
        try (FakeResolver resolver = new FakeResolver(query -> {
                    byte[] otherId = FakeResolver.flagged(query, 0);
                    otherId[0] ^= 1;
                    byte[] otherQuestion = FakeResolver.flagged(query, 0);
                    otherQuestion[14] ^= 1;
                    byte[] noAnswer = query.clone();
                    return List.of(otherId, otherQuestion, noAnswer, new byte[3], FakeResolver.flagged(query, 3));
                });
                DnsServer server = forwardingTo(Duration.ofMinutes(1), resolver.address())) {
            assertThat(ask(server).code()).isEqualTo(DnsResponseCode.NXDOMAIN);
        }
    }

    @Test
    void silentUpstreamDoesNotDelayTheOther() throws IOException {
        try (FakeResolver silent = FakeResolver.silent();
                FakeResolver good = new FakeResolver(query -> List.of(FakeResolver.flagged(query, 0)));
                DnsServer server = forwardingTo(Duration.ofMinutes(1), silent.address(), good.address())) {
            assertThat(ask(server).code()).isEqualTo(DnsResponseCode.NOERROR);
        }
    }

    @Test
    void quickFailureOfOneUpstreamWaitsForTheOther() throws IOException {
        try (FakeResolver failing = new FakeResolver(query -> List.of(FakeResolver.flagged(query, 2)));
                FakeResolver good = new FakeResolver(query -> List.of(FakeResolver.flagged(query, 0)));
                DnsServer server = forwardingTo(Duration.ofMinutes(1), failing.address(), good.address())) {
            for (int i = 0; i < 20; i++) {
                assertThat(ask(server).code()).isEqualTo(DnsResponseCode.NOERROR);
            }
        }
    }

    @Test
    void nobodyAnsweringIsAServerFailureAndTheThirdUpstreamIsTriedNext() throws IOException {
        try (FakeResolver first = FakeResolver.silent();
                FakeResolver second = FakeResolver.silent();
                FakeResolver third = new FakeResolver(query -> List.of(FakeResolver.flagged(query, 0)));
                DnsServer server =
                        forwardingTo(Duration.ofMillis(50), first.address(), second.address(), third.address())) {
            assertThat(ask(server).code()).isEqualTo(DnsResponseCode.SERVFAIL);
            assertThat(third.asked()).isZero();
            assertThat(ask(server).code()).isEqualTo(DnsResponseCode.NOERROR);
        }
    }

    @Test
    void truncatedAnswersArePassedOn() throws IOException {
        try (FakeResolver resolver = new FakeResolver(query -> {
                    byte[] truncated = FakeResolver.flagged(query, 0);
                    truncated[2] |= 2;
                    return List.of(truncated);
                });
                DnsServer server = forwardingTo(Duration.ofMinutes(1), resolver.address())) {
            assertThat(ask(server).isTruncated()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 2049, 4096})
    void largeAnswersArePassedOnWhole(int size) throws IOException {
        try (FakeResolver resolver = new FakeResolver(query -> List.of(filledTo(size, query)));
                DnsServer server = forwardingTo(Duration.ofMinutes(1), resolver.address())) {
            byte[] query = DnsClient.query(4711, "example.com", 1, 4096);
            assertThat(DnsClient.overUdp(server.address(), query)).isEqualTo(filledTo(size, query));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4097, 4098, 9000})
    void answersTooLargeToReceiveAreTruncatedNotCut(int size) throws IOException {
        try (FakeResolver resolver = new FakeResolver(query -> List.of(filledTo(size, query)));
                DnsServer server = forwardingTo(Duration.ofMinutes(1), resolver.address())) {
            byte[] query = DnsClient.query(4711, "example.com", 1, 65_535);
            DnsResponse response = DnsClient.decode(DnsClient.overUdp(server.address(), query));
            assertThat(response.isTruncated()).isTrue();
            assertThat(response.count(DnsSection.QUESTION)).isOne();
            assertThat(response.count(DnsSection.ADDITIONAL)).isZero();
        }
    }

    /** An answer that goes on after its records up to a size. */
    private static byte[] filledTo(int size, byte[] query) {
        byte[] answer = Arrays.copyOf(FakeResolver.flagged(query, 0), size);
        for (int i = query.length; i < size; i++) {
            answer[i] = (byte) (i * 31 + (i >>> 8));
        }
        return answer;
    }

    @Test
    void queriesOverTcpAreForwardedOverTcp() throws IOException {
        try (TestServer resolver = FakeResolver.overTcp(3);
                DnsServer server = forwardingTo(Duration.ofMinutes(1), resolver.address());
                Socket client = DnsClient.connect(server.address())) {
            DnsClient.send(client, QUERY);
            DnsResponse response = DnsClient.decode(DnsClient.receive(client));
            assertThat(response.id()).isEqualTo(4711);
            assertThat(response.code()).isEqualTo(DnsResponseCode.NXDOMAIN);
        }
    }

    @Test
    void refusedConnectionOfTheOnlyUpstreamIsAServerFailureAtOnce() throws IOException {
        try (DnsServer server = forwardingTo(Duration.ofMinutes(1), TestServer.refusing());
                Socket client = DnsClient.connect(server.address())) {
            DnsClient.send(client, QUERY);
            assertThat(DnsClient.decode(DnsClient.receive(client)).code()).isEqualTo(DnsResponseCode.SERVFAIL);
        }
    }

    @Test
    void numberOfForwardedQueriesIsBounded() throws Exception {
        EventLoop loop = transport.eventLoops().next();
        ByteBuf asked = Unpooled.wrappedBuffer(QUERY);
        BlockingQueue<Boolean> failed = new LinkedBlockingQueue<>();
        try (FakeResolver silent = FakeResolver.silent()) {
            Forwarder forwarder = new Forwarder(transport, List.of(silent.address()), 200, 3);
            Callable<Boolean> forward = () -> forwarder.forward(
                    asked,
                    DnsQuery.parse(asked),
                    ANY.getAddress(),
                    false,
                    loop,
                    ByteBuf::release,
                    () -> failed.add(true));
            assertThat(loop.submit(forward).get()).isTrue();
            assertThat(loop.submit(forward).get()).isTrue();
            assertThat(loop.submit(forward).get()).isTrue();
            assertThat(loop.submit(forward).get()).isFalse();
            for (int i = 0; i < 3; i++) {
                assertThat(failed.take()).isTrue();
            }
            assertThat(loop.submit(forward).get()).isTrue();
        }
    }

    @Test
    void oneClientDoesNotTakeTheOthersShare() throws Exception {
        EventLoop loop = transport.eventLoops().next();
        ByteBuf asked = Unpooled.wrappedBuffer(QUERY);
        BlockingQueue<Boolean> failed = new LinkedBlockingQueue<>();
        InetAddress greedy = InetAddress.getByAddress(new byte[] {10, 0, 0, 1});
        InetAddress modest = InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
        try (FakeResolver silent = FakeResolver.silent()) {
            Forwarder forwarder = new Forwarder(transport, List.of(silent.address()), 200, 100, 2);
            Function<InetAddress, Callable<Boolean>> forward = client -> () -> forwarder.forward(
                    asked, DnsQuery.parse(asked), client, false, loop, ByteBuf::release, () -> failed.add(true));
            assertThat(loop.submit(forward.apply(greedy)).get()).isTrue();
            assertThat(loop.submit(forward.apply(greedy)).get()).isTrue();
            assertThat(loop.submit(forward.apply(greedy)).get()).isFalse();
            assertThat(loop.submit(forward.apply(modest)).get()).isTrue();
            for (int i = 0; i < 3; i++) {
                assertThat(failed.take()).isTrue();
            }
            assertThat(loop.submit(forward.apply(greedy)).get()).isTrue();
        }
    }

    @Test
    void questionThatComesBackToUsGoesRoundABoundedNumberOfTimes() throws IOException {
        AtomicReference<InetSocketAddress> back = new AtomicReference<>();
        try (FakeResolver mirror = new FakeResolver(query -> {
                    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                        socket.send(new DatagramPacket(query, query.length, back.get()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return List.of();
                });
                DnsServer server = forwardingTo(Duration.ofSeconds(2), mirror.address())) {
            back.set(server.address());
            assertThat(ask(server).code()).isEqualTo(DnsResponseCode.SERVFAIL);
            assertThat(mirror.asked()).isLessThanOrEqualTo(256);
        }
    }

    private DnsServer forwardingTo(Duration timeout, InetSocketAddress... upstreams) throws IOException {
        return DnsServer.open(
                transport,
                ANY,
                "l4lb.thisdcos.directory",
                name -> null,
                Stream.of(upstreams).toList(),
                timeout);
    }

    private static DnsResponse ask(DnsServer server) throws IOException {
        return DnsClient.decode(DnsClient.overUdp(server.address(), QUERY));
    }
}
