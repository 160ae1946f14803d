package io.evenkeel.l4;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of a process and the kind of channels that run on them: epoll where the machine has it, else NIO; or
 * io_uring, for whoever asks for it.
 *
 * <p>One transport serves everything; it accepts and works on the same loops. Whoever opens it closes it, after
 * everything that uses it.
 */
public final class Transport implements AutoCloseable {

    private static final int ACCEPTED_AT_ONCE = 16; // what else there is of a loop must have its turn
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final long CLOSE_SECONDS = 5;
    private static final int BACKLOG = 4096; // the kernel cuts it to net.core.somaxconn

    /** What event loops wait with. */
    public enum Kind {
        /** The best that is known to work: epoll, else NIO. */
        AUTO,
        /** Linux's io_uring, which containers often forbid. */
        IO_URING,
        /** Linux's epoll. */
        EPOLL,
        /** The JDK's selectors, which work everywhere. */
        NIO
    }

    private static final int MOST_PIPES = 128; // of an event loop

    private final String name;
    private final IoHandlerFactory handlers;
    private final EventLoopGroup eventLoops;
    private final Class<? extends ServerSocketChannel> serverChannel;
    private final Class<? extends DatagramChannel> datagramChannel;
    private final ChannelFactory<? extends SocketChannel> sockets;
    private final Class<? extends SocketChannel> socketChannel;
    private volatile boolean sharesPorts;

    private Transport(
            String name,
            int threads,
            IoHandlerFactory handlers,
            Class<? extends ServerSocketChannel> serverChannel,
            Class<? extends SocketChannel> socketChannel,
            ChannelFactory<? extends SocketChannel> sockets,
            Class<? extends DatagramChannel> datagramChannel) {
        this.name = name;
        this.handlers = handlers;
        this.eventLoops = new MultiThreadIoEventLoopGroup(threads, new IoThreads(), handlers);
        this.serverChannel = serverChannel;
        this.socketChannel = socketChannel;
        this.sockets = sockets;
        this.datagramChannel = datagramChannel;
    }

    /**
     * Starts event loops of the best kind this machine has.
     *
     * @param threads how many, 0 for one per processor
     * @return the transport
     */
    public static Transport open(int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 0)");
        }
        return open(Kind.AUTO, threads);
    }

    /**
     * Starts event loops of a kind, or of the best one that works instead, which the log then says.
     *
     * @param kind the kind
     * @param threads how many, 0 for one per processor
     * @return the transport
     */
    public static Transport open(Kind kind, int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: >= 0)");
        }
        int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        Transport transport = kind == Kind.IO_URING ? uring(count) : null;
        String instead = kind == Kind.IO_URING && transport == null ? " (io_uring does not work here)" : "";
        if (transport == null) {
            transport = kind != Kind.NIO && Epoll.isAvailable() ? epoll(count) : nio(count);
        }
        LOG.info("Transport: {}, {} event loops{}", transport.name, count, instead);
        return transport;
    }

    /* Kernels and containers refuse io_uring in many ways, some of them late: only an exchange tells. */
    private static @Nullable Transport uring(int threads) {
        Transport transport = null;
        try {
            if (IoUring.isAvailable()) {
                transport = new Transport(
                        "io_uring",
                        threads,
                        new UringHandlers(),
                        IoUringServerSocketChannel.class,
                        IoUringSocketChannel.class,
                        IoUringSocketChannel::new,
                        IoUringDatagramChannel.class);
                if (SelfTest.passes(transport)) {
                    return transport;
                }
            }
        } catch (RuntimeException | LinkageError e) {
            LOG.debug("io_uring", e);
        }
        if (transport != null) {
            transport.close();
        }
        return null;
    }

    private static Transport epoll(int threads) {
        return new Transport(
                "epoll",
                threads,
                new EpollHandlers(pipes(threads)),
                EpollServerSocketChannel.class,
                EpollSocketChannel.class,
                EpollSocketChannel::new,
                EpollDatagramChannel.class);
    }

    /** The kind that works everywhere. */
    static Transport nio(int threads) {
        return new Transport(
                "nio",
                threads,
                NioIoHandler.newFactory(),
                NioServerSocketChannel.class,
                NioSocketChannel.class,
                NioSocketChannel::new,
                NioDatagramChannel.class);
    }

    /**
     * The loops that accept and work.
     *
     * @return always the same group
     */
    public EventLoopGroup eventLoops() {
        return eventLoops;
    }

    /**
     * What listens.
     *
     * @return a channel class that fits the loops
     */
    public Class<? extends ServerSocketChannel> serverChannel() {
        return serverChannel;
    }

    /**
     * What connects.
     *
     * @return a channel class that fits the loops
     */
    public Class<? extends SocketChannel> socketChannel() {
        return socketChannel;
    }

    /**
     * What carries datagrams.
     *
     * @return a channel class that fits the loops
     */
    public Class<? extends DatagramChannel> datagramChannel() {
        return datagramChannel;
    }

    /**
     * A new connection's channel, not yet registered: the way to connect without a bootstrap's allocations and look-ups.
     *
     * @return a channel with the pooled allocator
     * @throws io.netty.channel.ChannelException if the process has no file descriptor left
     */
    public SocketChannel newSocket() {
        SocketChannel socket = sockets.newChannel();
        socket.config().setAllocator(allocator());
        return socket;
    }

    /* Two descriptors each, of which they get a sixteenth in all. */
    private static int pipes(int threads) {
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount()
                : 1024;
        return (int) Math.min(MOST_PIPES, descriptors / 32 / threads);
    }

    /**
     * How many bytes have gone from one connection to another without being copied.
     *
     * @return bytes, since this was opened
     */
    public long splicedBytes() {
        return handlers instanceof EpollHandlers epoll ? epoll.splicedBytes() : 0;
    }

    /**
     * Begins to move what comes from one connection on to another, behind all that was written there, without copying it;
     * to be called on the event loop of both. Neither may have a handler that changes bytes, as TLS does.
     *
     * @param source what is read from; not by its own handlers until this is over
     * @param sink what is written to; nothing else may be until this is over
     * @param length how many bytes, at least 1
     * @param listener whom to tell of it
     * @return what moves them, or null, with nothing changed, if that cannot be done
     */
    public @Nullable Splice splice(SocketChannel source, SocketChannel sink, long length, Splice.Listener listener) {
        return handlers instanceof EpollHandlers epoll ? Splice.begin(epoll, source, sink, length, listener) : null;
    }

    /**
     * Has other processes of the same user be able to listen where listeners of this transport do, if theirs do the same, and
     * the other way round: a successor can then take over ports without a gap. Counts for listeners that are opened from then
     * on.
     *
     * @return this
     */
    public Transport sharePorts() {
        sharesPorts = true;
        return this;
    }

    /** Whether ports that other processes have are not respected. */
    boolean sharesPorts() {
        return sharesPorts;
    }

    private boolean isNative() {
        return serverChannel != NioServerSocketChannel.class;
    }

    /**
     * What prepares a listener: on these loops, with a pooled allocator and a long backlog, restartable at once.
     *
     * @return a new bootstrap, still without a child handler
     */
    public ServerBootstrap serverBootstrap() {
        ServerBootstrap bootstrap = bootstrap(eventLoops);
        return sharesPorts ? bootstrap.option(sharing(), true) : bootstrap;
    }

    /**
     * What prepares a listener that shares its port with those of the other loops: it accepts and works on one loop, and
     * the kernel spreads connections over all of them.
     *
     * @param loop the loop
     * @return a new bootstrap, still without a child handler
     */
    ServerBootstrap serverBootstrap(EventLoop loop) {
        return bootstrap(loop).option(sharing(), true);
    }

    private ServerBootstrap bootstrap(EventLoopGroup loops) {
        return new ServerBootstrap()
                .group(loops)
                .channel(serverChannel)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.RECVBUF_ALLOCATOR, accepts())
                .option(ChannelOption.ALLOCATOR, allocator())
                .childOption(ChannelOption.ALLOCATOR, allocator());
    }

    /* Else Netty's epoll waits for events again after each connection, however many there are to be accepted. */
    private static RecvByteBufAllocator accepts() {
        return new ServerChannelRecvByteBufAllocator()
                .respectMaybeMoreData(false)
                .maxMessagesPerRead(ACCEPTED_AT_ONCE);
    }

    private ChannelOption<Boolean> sharing() {
        return isNative() ? UnixChannelOption.SO_REUSEPORT : NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
    }

    /** The loops if each can have a listener of its own on the same port, which takes a native transport; else none. */
    List<EventLoop> acceptingLoops() {
        List<EventLoop> loops = new ArrayList<>();
        if (isNative()) {
            eventLoops.forEach(loop -> loops.add((EventLoop) loop));
        }
        return loops;
    }

    /**
     * Where buffers come from.
     *
     * @return the pooled allocator
     */
    public ByteBufAllocator allocator() {
        return PooledByteBufAllocator.DEFAULT;
    }

    /**
     * The kind of transport, for logs.
     *
     * @return {@code epoll}, {@code nio} or {@code io_uring}
     */
    public String name() {
        return name;
    }

    /** Stops the loops and with them every channel, and waits for that unless called on a loop. Idempotent. */
    @Override
    public void close() {
        eventLoops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        for (EventExecutor loop : eventLoops) {
            if (loop.inEventLoop()) {
                return;
            }
        }
        eventLoops.terminationFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** One of the loops, for work that belongs to no connection. */
    EventLoop anyLoop() {
        return eventLoops.next();
    }

    /** Names the threads {@code evenkeel-io-1}, {@code evenkeel-io-2} … */
    private static final class IoThreads implements ThreadFactory {

        private final AtomicInteger count = new AtomicInteger();

        @Override
        public Thread newThread(Runnable work) {
            Thread thread = new FastThreadLocalThread(work, "evenkeel-io-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
