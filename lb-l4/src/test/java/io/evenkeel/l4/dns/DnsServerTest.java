package io.evenkeel.l4.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.evenkeel.l4.Transport;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.io.File;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DnsServerTest {

    private static final String ZONE = "l4lb.thisdcos.directory";
    private static final String WEB = "web.marathon." + ZONE;
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int A = 1;

    private final Transport transport = Transport.open(1);
    private DnsServer server;

    @BeforeEach
    void open() {
        server = DnsServer.open(transport, ANY, ZONE, lookup(), List.of());
    }

    @AfterEach
    void close() {
        server.close();
        transport.close();
    }

    @Test
    void nameOfTheZoneHasItsAddress() throws IOException {
        DnsResponse response = ask(DnsClient.query(7, WEB, A, -1));
        assertThat(response.id()).isEqualTo(7);
        assertThat(response.code()).isEqualTo(DnsResponseCode.NOERROR);
        assertThat(response.isAuthoritativeAnswer()).isTrue();
        assertThat(response.isRecursionDesired()).isTrue();
        assertThat(response.isRecursionAvailable()).isFalse();
        assertThat(response.count(DnsSection.ADDITIONAL)).isZero();
        DnsRawRecord record = response.recordAt(DnsSection.ANSWER, 0);
        assertThat(record.name()).isEqualTo(WEB + ".");
        assertThat(record.type()).isEqualTo(DnsRecordType.A);
        assertThat(record.timeToLive()).isEqualTo(5);
        assertThat(ByteBufUtil.getBytes(record.content())).containsExactly(127, 1, 2, 3);
    }

    @Test
    void caseDoesNotMatterAndIsEchoed() throws IOException {
        String shouting = "WeB.mArathon.L4LB.thisdcos.Directory";
        byte[] answer = DnsClient.overUdp(server.address(), DnsClient.query(1, shouting, A, -1));
        assertThat(new String(answer, ISO_8859_1)).contains("WeB").contains("mArathon");
        assertThat(DnsClient.decode(answer).count(DnsSection.ANSWER)).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {28, 33, 15, 16})
    void nameOfTheZoneHasNoOtherRecords(int type) throws IOException {
        DnsResponse response = ask(DnsClient.query(1, WEB, type, -1));
        assertThat(response.code()).isEqualTo(DnsResponseCode.NOERROR);
        assertThat(response.count(DnsSection.ANSWER)).isZero();
        assertIsAuthority(response.recordAt(DnsSection.AUTHORITY, 0));
    }

    @Test
    void unknownNameOfTheZoneDoesNotExist() throws IOException {
        DnsResponse response = ask(DnsClient.query(1, "nobody.marathon." + ZONE, A, -1));
        assertThat(response.code()).isEqualTo(DnsResponseCode.NXDOMAIN);
        assertIsAuthority(response.recordAt(DnsSection.AUTHORITY, 0));
    }

    @Test
    void nameBetweenTheZoneAndItsNamesExistsButIsEmpty() throws IOException {
        assertThat(ask(DnsClient.query(1, "marathon." + ZONE, A, -1)).code()).isEqualTo(DnsResponseCode.NOERROR);
        DnsResponse apex = ask(DnsClient.query(1, ZONE, 6, -1));
        assertIsAuthority(apex.recordAt(DnsSection.ANSWER, 0));
    }

    @Test
    void ednsIsAnsweredInKindAndOtherVersionsAreRefused() throws IOException {
        DnsResponse response = ask(DnsClient.query(1, WEB, A, 1232));
        DnsRecord opt = response.recordAt(DnsSection.ADDITIONAL, 0);
        assertThat(opt.type()).isEqualTo(DnsRecordType.OPT);
        assertThat(opt.dnsClass()).isEqualTo(4096);
        byte[] future = DnsClient.query(1, WEB, A, 1232);
        future[future.length - 5] = 1;
        DnsResponse refused = ask(future);
        assertThat(refused.count(DnsSection.ANSWER)).isZero();
        assertThat(refused.recordAt(DnsSection.ADDITIONAL, 0).timeToLive() >>> 24)
                .isOne();
    }

    @Test
    void otherNamesAreRefusedWithoutUpstreams() throws IOException {
        assertThat(ask(DnsClient.query(1, "example.com", A, -1)).code()).isEqualTo(DnsResponseCode.REFUSED);
        assertThat(ask(DnsClient.query(1, "notl4lb.thisdcos.directory", A, -1)).code())
                .isEqualTo(DnsResponseCode.REFUSED);
    }

    @Test
    void malformedQueriesAreFormatErrorsAndOddOnesNotImplemented() throws IOException {
        byte[] twoQuestions = DnsClient.query(3, WEB, A, -1);
        twoQuestions[5] = 2;
        assertThat(ask(twoQuestions).code()).isEqualTo(DnsResponseCode.FORMERR);
        byte[] pointer = DnsClient.query(3, WEB, A, -1);
        pointer[12] = (byte) 0xC0;
        assertThat(ask(pointer).code()).isEqualTo(DnsResponseCode.FORMERR);
        byte[] cut = Arrays.copyOf(pointer, 20);
        cut[12] = 3;
        assertThat(ask(cut).code()).isEqualTo(DnsResponseCode.FORMERR);
        byte[] update = DnsClient.query(3, WEB, A, -1);
        update[2] = 5 << 3;
        assertThat(ask(update).code()).isEqualTo(DnsResponseCode.NOTIMP);
    }

    @Test
    void rubbishHurtsNobody() throws IOException {
        long seed = 20_261_124;
        Random random = new Random(seed);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 2_000; i++) {
                byte[] bytes = DnsClient.query(i & 0xFFFF, WEB, A, 512);
                for (int hits = random.nextInt(6); hits >= 0; hits--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                int length = random.nextInt(bytes.length + 1);
                socket.send(new DatagramPacket(bytes, length, server.address()));
                if (i % 32 == 0) { // so that the socket's buffer never overflows
                    assertThat(ask(DnsClient.query(1, WEB, A, -1)).count(DnsSection.ANSWER))
                            .as("amid rubbish of seed " + seed)
                            .isOne();
                }
            }
        }
    }

    @Test
    void oneConnectionCarriesManyQueries() throws IOException {
        try (Socket client = DnsClient.connect(server.address())) {
            for (int id = 0; id < 50; id++) {
                DnsClient.send(client, DnsClient.query(id, WEB, A, -1));
            }
            for (int id = 0; id < 50; id++) {
                DnsResponse response = DnsClient.decode(DnsClient.receive(client));
                assertThat(response.id()).isEqualTo(id);
                assertThat(response.count(DnsSection.ANSWER)).isOne();
            }
        }
    }

    @Test
    void takenAddressIsAnsweredAsSoonAsItIsFree() throws Exception {
        ManualClock clock = new ManualClock();
        try (DnsServer second = open(server.address(), clock)) {
            assertThat(second.address()).isNull();
            assertThat(second.status().failure()).isEqualTo("address already in use");
            InetSocketAddress address = server.address();
            server.close();
            Eventually.holds("the port is free", () -> isFree(address));
            clock.advance(Duration.ofSeconds(1));
            Eventually.holds("it is open", () -> second.address() != null);
            assertThat(second.status().failure()).isNull();
            assertThat(DnsClient.decode(DnsClient.overUdp(address, DnsClient.query(7, WEB, A, -1)))
                            .count(DnsSection.ANSWER))
                    .isOne();
        }
    }

    @Test
    void portThatIsTakenOverTcpAloneIsNotHalfOpen() throws Exception {
        ManualClock clock = new ManualClock();
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DnsServer second = open((InetSocketAddress) holder.getLocalSocketAddress(), clock)) {
            assertThat(second.status().failure()).isEqualTo("address already in use");
            Eventually.holds("UDP is free again", () -> isFreeOverUdp(holder.getLocalSocketAddress()));
        }
    }

    @Test
    void retriesStopGrowingAtTenSecondsAndEndWithTheServer() {
        ManualClock clock = new ManualClock();
        DnsServer second = open(server.address(), clock);
        for (int seconds : new int[] {1, 2, 4, 8, 10, 10}) {
            clock.advance(Duration.ofSeconds(seconds).minusNanos(1));
            assertThat(clock.pending()).as("before %s s", seconds).isOne();
            clock.advance(Duration.ofNanos(1));
            Eventually.holds("another attempt is due", () -> clock.pending() == 1);
        }
        second.close();
        clock.advance(Duration.ofSeconds(10));
        assertThat(second.address()).isNull();
    }

    private DnsServer open(InetSocketAddress address, ManualClock clock) {
        return DnsServer.open(transport, address, ZONE, lookup(), List.of(), Duration.ofSeconds(5), clock);
    }

    private static boolean isFree(InetSocketAddress address) {
        try (ServerSocket probe = new ServerSocket(address.getPort(), 1, address.getAddress())) {
            return probe.isBound() && isFreeOverUdp(address);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isFreeOverUdp(SocketAddress address) {
        try (DatagramSocket probe = new DatagramSocket(address)) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void digUnderstandsUs() throws Exception {
        assumeTrue(new File("/usr/bin/dig").canExecute(), "dig is installed");
        Process dig = new ProcessBuilder(
                        "dig",
                        "@127.0.0.1",
                        "-p",
                        String.valueOf(server.address().getPort()),
                        WEB,
                        "+noall",
                        "+comments",
                        "+answer")
                .redirectErrorStream(true)
                .start();
        String output = new String(dig.getInputStream().readAllBytes(), ISO_8859_1);
        assertThat(dig.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .contains("status: NOERROR", "flags: qr aa rd", "127.1.2.3")
                .doesNotContain("WARNING: Message parser");
    }

    private DnsResponse ask(byte[] query) throws IOException {
        return DnsClient.decode(DnsClient.overUdp(server.address(), query));
    }

    private static void assertIsAuthority(DnsRawRecord record) {
        assertThat(record.type()).isEqualTo(DnsRecordType.SOA);
        assertThat(record.name()).isEqualTo(ZONE + ".");
        byte[] data = ByteBufUtil.getBytes(record.content());
        assertThat(new String(data, ISO_8859_1)).contains("spartan").contains("mesosphere");
        assertThat(Arrays.copyOfRange(data, data.length - 20, data.length))
                .containsExactly(0, 0, 0, 1, 0, 0, 0, 60, 0, 0, 0, (byte) 180, 0, 1, 0x51, (byte) 0x80, 0, 0, 0, 1);
    }

    static DnsLookup lookup() {
        return new DnsLookup() {
            @Override
            public InetAddress find(String name) {
                try {
                    return name.equals(WEB) ? InetAddress.getByAddress(new byte[] {127, 1, 2, 3}) : null;
                } catch (UnknownHostException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public boolean hasNamesBelow(String name) {
                return name.equals("marathon." + ZONE);
            }
        };
    }
}
