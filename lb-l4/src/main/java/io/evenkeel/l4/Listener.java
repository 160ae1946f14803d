package io.evenkeel.l4;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One wanted listener: open, or on its way to be.
 *
 * <p>Its state is guarded by its own lock, since the set, bind results and retries come on different threads; accepting
 * a connection takes no lock.
 */
final class Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final int FIRST_RETRY_SECONDS = 1;
    private static final int LAST_RETRY_SECONDS = 10;

    private final Transport transport;
    private final ScheduledExecutorService scheduler;
    private final InetSocketAddress wanted;
    private final OpenConnections connections;
    private final ConnectionLimits limits;
    private final ConnectionLimit limit = new ConnectionLimit(() -> acceptor().maxConnections());
    private volatile ConnectionAcceptor acceptor;

    private List<Channel> channels = List.of();
    private @Nullable String failure;
    private int retrySeconds = FIRST_RETRY_SECONDS;
    private boolean closed;

    Listener(
            Transport transport,
            ScheduledExecutorService scheduler,
            InetSocketAddress wanted,
            ConnectionAcceptor acceptor,
            OpenConnections connections,
            ConnectionLimits limits) {
        this.transport = transport;
        this.scheduler = scheduler;
        this.wanted = wanted;
        this.acceptor = acceptor;
        this.connections = connections;
        this.limits = limits;
    }

    InetSocketAddress wanted() {
        return wanted;
    }

    private ConnectionAcceptor acceptor() {
        return acceptor;
    }

    void acceptor(ConnectionAcceptor newAcceptor) {
        acceptor = newAcceptor;
    }

    synchronized ListenerStatus status() {
        InetSocketAddress bound =
                channels.isEmpty() ? null : (InetSocketAddress) channels.get(0).localAddress();
        return new ListenerStatus(wanted, bound, failure);
    }

    /** Tries once now, and by itself again later if that fails. Completes when the first try has its result. */
    CompletableFuture<Void> open() {
        CompletableFuture<Void> tried = new CompletableFuture<>();
        if (isClosed() || wanted.isUnresolved()) {
            failed("host name has no address");
            tried.complete(null);
            return tried;
        }
        try {
            List<EventLoop> loops = transport.acceptingLoops();
            if (loops.size() < 2) {
                bind(transport.serverBootstrap(), wanted).addListener((ChannelFuture result) -> {
                    bound(List.of(result), tried);
                });
            } else {
                bindOnAll(loops, tried);
            }
        } catch (IOException | RuntimeException e) { // it is not free, or the loops are shut down
            failed(ListenerStatus.reason(e));
            tried.complete(null);
        }
        return tried;
    }

    private ChannelFuture bind(ServerBootstrap bootstrap, InetSocketAddress address) {
        int backlog = acceptor.backlog();
        return (backlog > 0 ? bootstrap.option(ChannelOption.SO_BACKLOG, backlog) : bootstrap)
                .handler(new Limited())
                .childHandler(new Accept())
                .bind(address);
    }

    /*
     * One channel per loop on the same port. Whoever shares a port by SO_REUSEPORT shares it with everybody of the same
     * user; so that a port that another process has is still taken, it is tried for without that first, unless it is to be
     * shared.
     */
    private void bindOnAll(List<EventLoop> loops, CompletableFuture<Void> tried) throws IOException {
        if (wanted.getPort() != 0 && !transport.sharesPorts()) {
            try (Socket trial = new Socket()) {
                trial.setReuseAddress(true);
                trial.bind(wanted);
            }
        }
        bind(transport.serverBootstrap(loops.get(0)), wanted).addListener((ChannelFuture first) -> {
            List<ChannelFuture> all = new ArrayList<>(List.of(first));
            if (!first.isSuccess()) {
                bound(all, tried);
                return;
            }
            InetSocketAddress same = (InetSocketAddress) first.channel().localAddress();
            AtomicInteger left = new AtomicInteger(loops.size() - 1);
            for (EventLoop loop : loops.subList(1, loops.size())) {
                all.add(bind(transport.serverBootstrap(loop), same));
            }
            for (ChannelFuture other : List.copyOf(all.subList(1, all.size()))) {
                other.addListener(result -> {
                    if (left.decrementAndGet() == 0) {
                        bound(all, tried);
                    }
                });
            }
        });
    }

    private void bound(List<ChannelFuture> results, CompletableFuture<Void> tried) {
        List<Channel> open = new ArrayList<>();
        Throwable cause = null;
        for (ChannelFuture result : results) {
            if (result.isSuccess()) {
                open.add(result.channel());
            } else {
                cause = result.cause();
            }
        }
        if (cause == null) {
            opened(open);
        } else {
            open.forEach(Channel::close);
            failed(ListenerStatus.reason(cause));
        }
        tried.complete(null);
    }

    /** Stops accepting, now or as soon as an attempt under way ends. Completes when the port is free. */
    synchronized CompletableFuture<Void> close() {
        closed = true;
        List<CompletableFuture<Void>> closes = new ArrayList<>();
        for (Channel channel : channels) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            channel.close().addListener(result -> whenFree(channel, done));
            closes.add(done);
        }
        channels = List.of();
        return CompletableFuture.allOf(closes.toArray(CompletableFuture<?>[]::new));
    }

    /*
     * NIO lets go of a port with the first select after the channel is closed; until then the kernel puts connections into
     * its backlog, which it resets. Listeners are closed by tasks of their loop, and what a task schedules runs after the next
     * select.
     */
    private static void whenFree(Channel closed, CompletableFuture<Void> done) {
        try {
            closed.eventLoop().schedule(() -> done.complete(null), 0, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException shutDown) {
            done.complete(null);
        }
    }

    private synchronized void opened(List<Channel> bound) {
        if (closed) {
            bound.forEach(Channel::close);
            return;
        }
        channels = bound;
        for (Channel channel : bound) {
            // Behind the acceptor, whose answer to a failed accept (EMFILE) is to pause for a second.
            channel.pipeline().addLast(new AcceptFailures());
        }
        if (failure != null) {
            LOG.info("{}: open", name());
            failure = null;
        } else {
            LOG.debug("{}: open", name());
        }
    }

    private synchronized void failed(String reason) {
        if (closed || transport.eventLoops().isShuttingDown()) {
            return;
        }
        if (!reason.equals(failure)) {
            LOG.warn("{}: {} (retrying)", name(), reason);
        }
        failure = reason;
        int delay = retrySeconds;
        retrySeconds = Math.min(retrySeconds * 2, LAST_RETRY_SECONDS);
        scheduler.schedule(this::retry, delay, TimeUnit.SECONDS);
    }

    private void retry() {
        open();
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private String name() {
        return status().name();
    }

    /** Has a listening channel count and limit what it accepts, from the first connection on. */
    private final class Limited extends ChannelInitializer<Channel> {

        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline().addLast(limit, connections);
            limits.add(channel, () -> acceptor().refused());
        }
    }

    /** Hands every connection to whoever is the acceptor at that moment. */
    @ChannelHandler.Sharable
    private final class Accept extends ChannelInitializer<SocketChannel> {

        @Override
        protected void initChannel(SocketChannel connection) {
            acceptor.accept(connection);
        }
    }

    /** Says once per spell of failures that connections wait in the backlog. */
    private final class AcceptFailures extends ChannelInboundHandlerAdapter {

        private boolean failing;
        private boolean failedLast;

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            failing &= failedLast; // comes before the exception of a round that fails
            failedLast = false;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!failing) {
                LOG.warn("{}: cannot accept connections: {} (pausing)", name(), ListenerStatus.reason(cause));
            }
            failing = true;
            failedLast = true;
        }
    }
}
