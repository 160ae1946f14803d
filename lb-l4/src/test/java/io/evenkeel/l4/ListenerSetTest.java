package io.evenkeel.l4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.testing.Eventually;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenerSetTest {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final Transport transport = Transport.open(1);
    private final Retries retries = new Retries();
    private final ListenerSet listeners = new ListenerSet(transport, retries);

    @AfterEach
    void close() {
        listeners.close();
        transport.close();
        retries.shutdownNow();
    }

    @Test
    void swappedAcceptorTakesNewConnectionsAndLeavesOldOnesAlone() throws Exception {
        listeners.apply(Map.of(ANY, answering("a"))).join();
        InetSocketAddress address = listeners.boundAddress(ANY);
        try (Socket first = connect(address)) {
            assertThat(ask(first)).isEqualTo("a");
            listeners.apply(Map.of(ANY, answering("b"))).join();
            assertThat(listeners.boundAddress(ANY)).isEqualTo(address);
            try (Socket second = connect(address)) {
                assertThat(ask(second)).isEqualTo("b");
            }
            assertThat(ask(first)).isEqualTo("a");
        }
    }

    @Test
    void removedListenerAcceptsNoMoreButKeepsItsConnections() throws Exception {
        listeners.apply(Map.of(ANY, answering("a"))).join();
        InetSocketAddress address = listeners.boundAddress(ANY);
        try (Socket first = connect(address)) {
            assertThat(ask(first)).isEqualTo("a");
            listeners.apply(Map.of()).join();
            assertThat(listeners.statuses()).isEmpty();
            try (ServerSocket free = new ServerSocket()) {
                free.setReuseAddress(true);
                free.bind(address);
                assertThat(free.isBound()).isTrue();
            }
            assertThat(ask(first)).isEqualTo("a");
        }
    }

    @Test
    void takenPortIsReportedAndRetriedAndHurtsNoOther() throws Exception {
        InetSocketAddress taken;
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            taken = (InetSocketAddress) holder.getLocalSocketAddress();
            listeners
                    .apply(Map.of(taken, answering("late"), ANY, answering("a")))
                    .join();
            ListenerStatus status = status(taken);
            assertThat(status.open()).isFalse();
            assertThat(status.failure()).isEqualTo("address already in use");
            try (Socket client = connect(listeners.boundAddress(ANY))) {
                assertThat(ask(client)).isEqualTo("a");
            }
            assertThat(retries.delays.take()).isEqualTo(1);
            retries.due.take().run();
            assertThat(retries.delays.take()).isEqualTo(2);
        }
        retries.due.take().run();
        Eventually.holds("open", () -> status(taken).open());
        assertThat(status(taken).failure()).isNull();
        try (Socket client = connect(taken)) {
            assertThat(ask(client)).isEqualTo("late");
        }
    }

    @Test
    void retriesStopGrowingAtTenSecondsAndEndWithTheListener() throws Exception {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress taken = (InetSocketAddress) holder.getLocalSocketAddress();
            listeners.apply(Map.of(taken, answering("never"))).join();
            for (long expected : new long[] {1, 2, 4, 8, 10, 10}) {
                assertThat(retries.delays.take()).isEqualTo(expected);
                retries.due.take().run();
            }
            Runnable last = retries.due.take();
            listeners.apply(Map.of()).join();
            last.run();
            assertThat(listeners.statuses()).isEmpty();
        }
    }

    @Test
    void everyLoopAcceptsOnTheSamePortAndAllLetGoOfItTogether() throws Exception {
        try (Transport several = Transport.open(3);
                ListenerSet spread = new ListenerSet(several)) {
            Set<String> threads = ConcurrentHashMap.newKeySet();
            ConnectionAcceptor noting = answering("a");
            Map<InetSocketAddress, ConnectionAcceptor> wanted = Map.of(ANY, channel -> {
                threads.add(Thread.currentThread().getName());
                noting.accept(channel);
            });
            spread.apply(wanted).join();
            InetSocketAddress address = spread.boundAddress(ANY);
            assertThat(address.getPort()).isPositive();
            for (int i = 0; i < 200 && threads.size() < 3; i++) { // the kernel's choice, each equally likely
                try (Socket client = connect(address)) {
                    assertThat(ask(client)).isEqualTo("a");
                }
            }
            assertThat(threads).hasSize(3);
            try (ListenerSet other = new ListenerSet(several, retries)) {
                other.apply(Map.of(address, answering("b"))).join();
                assertThat(other.statuses().get(0).failure()).isEqualTo("address already in use");
            }
            assertThat(spread.drain(Duration.ofSeconds(30)).join()).isZero();
            try (ServerSocket free = new ServerSocket()) {
                free.setReuseAddress(true);
                free.bind(address);
                assertThat(free.isBound()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 1", "AUTO, 2", "NIO, 2"})
    void aSuccessorTakesOverAPortWithoutAGap(Transport.Kind kind, int loops) throws Exception {
        try (Transport old = Transport.open(kind, loops).sharePorts();
                Transport young = Transport.open(kind, loops).sharePorts();
                ListenerSet before = new ListenerSet(old);
                ListenerSet after = new ListenerSet(young)) {
            before.apply(Map.of(ANY, answering("old"))).join();
            InetSocketAddress address = before.boundAddress(ANY);
            CompletableFuture<Integer> drained;
            try (Socket early = connect(address)) {
                assertThat(ask(early)).isEqualTo("old");
                after.apply(Map.of(address, answering("young"))).join();
                assertThat(after.statuses()).allMatch(ListenerStatus::open);
                drained = before.drain(Duration.ofSeconds(30));
                Eventually.holds("it accepts no more", () -> before.statuses().isEmpty());
                assertThat(ask(early)).isEqualTo("old");
            }
            assertThat(drained.join()).isZero();
            for (int i = 0; i < 20; i++) {
                try (Socket late = connect(address)) {
                    assertThat(ask(late)).isEqualTo("young");
                }
            }
        }
    }

    /* NIO closes a socket only with the next select of its loop, which cannot come while the loop runs this. */
    @Test
    void aPortIsNotSaidToBeFreeBeforeItIs() throws Exception {
        try (Transport one = Transport.open(Transport.Kind.NIO, 1);
                ListenerSet set = new ListenerSet(one)) {
            set.apply(Map.of(ANY, answering("a"))).join();
            InetSocketAddress address = set.boundAddress(ANY);
            AtomicReference<CompletableFuture<Void>> closing = new AtomicReference<>();
            boolean early = one.eventLoops()
                    .submit(() -> {
                        closing.set(set.apply(Map.of()));
                        return closing.get().isDone() && isTaken(address);
                    })
                    .get();
            assertThat(early).isFalse();
            closing.get().join();
            assertThat(isTaken(address)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"AUTO, 1", "AUTO, 2", "NIO, 2"})
    void aPortThatIsNotSharedStaysItsOwners(Transport.Kind kind, int loops) throws Exception {
        try (Transport old = Transport.open(kind, loops);
                Transport young = Transport.open(kind, loops);
                ListenerSet before = new ListenerSet(old);
                ListenerSet after = new ListenerSet(young, retries)) {
            before.apply(Map.of(ANY, answering("old"))).join();
            InetSocketAddress address = before.boundAddress(ANY);
            after.apply(Map.of(address, answering("young"))).join();
            assertThat(after.statuses().get(0).failure()).isEqualTo("address already in use");
        }
    }

    @Test
    void addressOfAnotherMachineIsReported() throws Exception {
        InetSocketAddress elsewhere = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 0);
        listeners.apply(Map.of(elsewhere, answering("never"))).join();
        assertThat(status(elsewhere).failure()).isEqualTo("not an address of this machine");
    }

    @Test
    void acceptorThatThrowsCostsOnlyItsConnection() throws Exception {
        listeners
                .apply(Map.of(ANY, channel -> {
                    throw new IllegalStateException("on purpose");
                }))
                .join();
        InetSocketAddress address = listeners.boundAddress(ANY);
        try (Socket client = connect(address)) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        listeners.apply(Map.of(ANY, answering("fine"))).join();
        try (Socket client = connect(address)) {
            assertThat(ask(client)).isEqualTo("fine");
        }
    }

    @Test
    void closedSetFreesItsPortsAndStaysClosed() throws Exception {
        listeners.apply(Map.of(ANY, answering("a"))).join();
        InetSocketAddress address = listeners.boundAddress(ANY);
        listeners.close();
        listeners.close();
        listeners.apply(Map.of(ANY, answering("a"))).join();
        assertThat(listeners.statuses()).isEmpty();
        assertThat(TestServer.refusing()).isNotEqualTo(address);
    }

    private ListenerStatus status(InetSocketAddress wanted) {
        return listeners.statuses().stream()
                .filter(status -> status.wanted().equals(wanted))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isTaken(InetSocketAddress address) throws IOException {
        try (Socket client = connect(address)) {
            return client.isConnected();
        } catch (ConnectException refused) {
            return false;
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(30_000);
        socket.connect(address);
        return socket;
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write('?');
        byte[] answer = new byte[16];
        int length = socket.getInputStream().read(answer);
        return new String(answer, 0, length, UTF_8);
    }

    private static ConnectionAcceptor answering(String text) {
        return channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ((ByteBuf) message).release();
                context.writeAndFlush(Unpooled.copiedBuffer(text, UTF_8));
            }
        });
    }

    /** Runs nothing by itself: the test does. */
    private static final class Retries extends ScheduledThreadPoolExecutor {

        final BlockingQueue<Runnable> due = new LinkedBlockingQueue<>();
        final BlockingQueue<Long> delays = new LinkedBlockingQueue<>();

        Retries() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            delays.add(unit.toSeconds(delay));
            due.add(command);
            return super.schedule(() -> {}, 0, TimeUnit.SECONDS);
        }
    }
}
