package io.evenkeel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.testing.Eventually;
import io.netty.buffer.Unpooled;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Transport transport = Transport.open(1);
    private final List<ListenerSet> sets = new ArrayList<>();
    private final List<Socket> sockets = new ArrayList<>();
    private final Greeting greeting = new Greeting();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sets.forEach(ListenerSet::close);
        transport.close();
    }

    @Test
    void whatOneSourceHasTooManyOfIsClosedAtOnce() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(0, 2, source -> false);
        InetSocketAddress address = listen(limits);
        InetSocketAddress other = listen(limits);
        Socket first = connect(address, "127.0.0.1");
        assertThat(first.getInputStream().read()).isEqualTo('!');
        assertThat(connect(other, "127.0.0.1").getInputStream().read()).isEqualTo('!');
        assertThat(isClosed(connect(address, "127.0.0.1"))).isTrue();
        assertThat(isClosed(connect(other, "127.0.0.1"))).isTrue();
        assertThat(limits.refused()).isEqualTo(2);
        assertThat(greeting.refused.get()).isEqualTo(2);
        assertThat(connect(address, "127.0.0.2").getInputStream().read()).isEqualTo('!');
        first.close();
        Eventually.holds("the connection has ended", () -> sets.get(0).openConnections() == 1);
        assertThat(connect(address, "127.0.0.1").getInputStream().read()).isEqualTo('!');
    }

    @Test
    void exemptSourcesHaveAnyNumber() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(0, 1, InetAddress::isLoopbackAddress);
        InetSocketAddress address = listen(limits);
        for (int i = 0; i < 5; i++) {
            assertThat(connect(address, "127.0.0.1").getInputStream().read()).isEqualTo('!');
        }
        assertThat(limits.refused()).isZero();
    }

    @Test
    void addressesOfOneNetworkOf64BitsAreOneSource() throws Exception {
        long one = Sources.key(InetAddress.getByName("2001:db8:1:2::1"));
        assertThat(Sources.key(InetAddress.getByName("2001:db8:1:2:ffff::"))).isEqualTo(one);
        assertThat(Sources.key(InetAddress.getByName("2001:db8:1:3::1"))).isNotEqualTo(one);
        long four = Sources.key(InetAddress.getByName("32.1.13.184"));
        assertThat(Sources.key(InetAddress.getByName("32.1.13.185"))).isNotEqualTo(four);
        assertThat(Sources.key(InetAddress.getByName("::2001:db8"))).isNotEqualTo(four);
    }

    @Test
    void whatAllListenersTogetherHaveTooManyOfWaits() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(2, 0, source -> false);
        InetSocketAddress address = listen(limits);
        InetSocketAddress other = listen(limits);
        Socket first = connect(address, "127.0.0.1");
        assertThat(first.getInputStream().read()).isEqualTo('!');
        Socket second = connect(other, "127.0.0.1");
        assertThat(second.getInputStream().read()).isEqualTo('!');
        List<Socket> waiting = List.of(connect(address, "127.0.0.1"), connect(other, "127.0.0.1"));
        assertThat(waiting).allMatch(ConnectionLimitsTest::isSilent);
        first.close();
        second.close();
        for (Socket socket : waiting) {
            socket.setSoTimeout(30_000);
            assertThat(socket.getInputStream().read()).isEqualTo('!');
        }
        assertThat(limits.refused()).isZero();
    }

    @Test
    void whoWasSuspendedGoesOnThoughNotFarBelowTheLimit() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(32, 0, source -> false);
        InetSocketAddress address = listen(limits);
        for (int i = 0; i < 31; i++) {
            assertThat(connect(address, "127.0.0.1").getInputStream().read()).isEqualTo('!');
        }
        limits.suspend(this, true);
        limits.suspend(this, false);
        Socket last = connect(address, "127.0.0.1");
        last.setSoTimeout(30_000);
        assertThat(last.getInputStream().read()).isEqualTo('!');
    }

    @Test
    void aListenerThatIsFullStaysSoWhenTheOthersGoOn() throws Exception {
        greeting.most = 1;
        ConnectionLimits limits = ConnectionLimits.none();
        InetSocketAddress address = listen(limits);
        Socket first = connect(address, "127.0.0.1");
        assertThat(first.getInputStream().read()).isEqualTo('!');
        limits.suspend(this, true);
        Socket second = connect(address, "127.0.0.1");
        limits.suspend(this, false);
        assertThat(isSilent(second)).isTrue();
        limits.suspend(this, true);
        first.close();
        Eventually.holds("it is closed", () -> sets.get(0).openConnections() == 0);
        assertThat(isSilent(second)).isTrue();
        limits.suspend(this, false);
        second.setSoTimeout(30_000);
        assertThat(second.getInputStream().read()).isEqualTo('!');
    }

    @Test
    void suspendedListenersAcceptNothingEvenIfTheyAreNew() throws Exception {
        ConnectionLimits limits = ConnectionLimits.none();
        limits.suspend(this, true);
        Socket early = connect(listen(limits), "127.0.0.1");
        assertThat(isSilent(early)).isTrue();
        limits.suspend(this, false);
        early.setSoTimeout(30_000);
        assertThat(early.getInputStream().read()).isEqualTo('!');
    }

    @Test
    void negativeLimitsAreNamed() {
        Predicate<InetAddress> nobody = source -> false;
        assertThatThrownBy(() -> new ConnectionLimits(-1, 0, nobody)).hasMessage("most: -1 (expected: >= 0)");
        assertThatThrownBy(() -> new ConnectionLimits(0, -1, nobody)).hasMessage("mostPerSource: -1 (expected: >= 0)");
    }

    private InetSocketAddress listen(ConnectionLimits limits) {
        ListenerSet set = new ListenerSet(transport, limits);
        sets.add(set);
        set.apply(Map.of(ANY, greeting)).join();
        return set.boundAddress(ANY);
    }

    private Socket connect(InetSocketAddress address, String from) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setSoTimeout(30_000);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(address);
        return socket;
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true; // closed with a reset
        }
    }

    private static boolean isSilent(Socket socket) {
        try {
            socket.setSoTimeout(100);
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says one character to everybody. */
    private static final class Greeting implements ConnectionAcceptor {

        final AtomicInteger refused = new AtomicInteger();
        volatile int most;

        @Override
        public void accept(SocketChannel channel) {
            channel.eventLoop().execute(() -> channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {'!'})));
        }

        @Override
        public int maxConnections() {
            return most;
        }

        @Override
        public void refused() {
            refused.incrementAndGet();
        }
    }
}
