package io.evenkeel.l4.dns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one address of a {@link DnsServer}, over UDP and TCP: both are open, or both on their way to be. Its state is guarded
 * by its own lock, since bind results, retries and questions come on different threads.
 */
final class DnsSockets {

    private static final Logger LOG = LoggerFactory.getLogger(DnsSockets.class);
    private static final int PORT_ATTEMPTS = 20;
    private static final int LAST_RETRY_SECONDS = 10;

    private final DnsServer server;
    private final Transport transport;
    private final InetSocketAddress wanted;
    private final ScheduledExecutorService scheduler;

    private @Nullable Channel udp;
    private @Nullable Channel tcp;
    private @Nullable String failure;
    private int retrySeconds = 1;
    private boolean closed;

    DnsSockets(DnsServer server, Transport transport, InetSocketAddress wanted, ScheduledExecutorService scheduler) {
        this.server = server;
        this.transport = requireNonNull(transport, "transport");
        this.wanted = requireNonNull(wanted, "wanted");
        this.scheduler = scheduler;
    }

    synchronized ListenerStatus status() {
        InetSocketAddress bound = udp == null ? null : (InetSocketAddress) udp.localAddress();
        return new ListenerStatus(wanted, bound, failure);
    }

    /** Tries once now, and by itself again later if that fails. Completes when the first try has its result. */
    CompletableFuture<Void> open() {
        CompletableFuture<Void> tried = new CompletableFuture<>();
        bind(1, tried);
        return tried;
    }

    private void bind(int attempt, CompletableFuture<Void> tried) {
        if (isClosed()) {
            tried.complete(null);
            return;
        }
        try {
            datagrams().bind(wanted).addListener((ChannelFuture result) -> {
                if (result.isSuccess()) {
                    bindTcp(result.channel(), attempt, tried);
                } else {
                    failed(result.cause());
                    tried.complete(null);
                }
            });
        } catch (RuntimeException e) { // the loops are shut down
            failed(e);
            tried.complete(null);
        }
    }

    private void bindTcp(Channel bound, int attempt, CompletableFuture<Void> tried) {
        streams().bind(bound.localAddress()).addListener((ChannelFuture result) -> {
            if (result.isSuccess()) {
                opened(bound, result.channel());
            } else {
                bound.close();
                if (wanted.getPort() == 0 && attempt < PORT_ATTEMPTS) {
                    // Any port was asked for, and the one that is free for UDP is taken for TCP: try another.
                    bind(attempt + 1, tried);
                    return;
                }
                failed(result.cause());
            }
            tried.complete(null);
        });
    }

    private Bootstrap datagrams() {
        return new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.datagramChannel())
                .option(ChannelOption.ALLOCATOR, transport.allocator())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DnsReply.MAX_UDP))
                .handler(new UdpFailures());
    }

    private ServerBootstrap streams() {
        return transport
                .serverBootstrap()
                .option(ChannelOption.AUTO_READ, false)
                .childHandler(new TcpQueries(server));
    }

    private synchronized void opened(Channel datagrams, Channel streams) {
        if (closed) {
            datagrams.close();
            streams.close();
            return;
        }
        udp = datagrams;
        tcp = streams;
        // Only now, when both are there, may a query come in.
        datagrams.pipeline().addLast(new UdpQueries(server));
        datagrams.config().setAutoRead(true);
        streams.config().setAutoRead(true);
        if (failure != null) {
            LOG.info("DNS on {}: open", status().name());
            failure = null;
        }
    }

    private synchronized void failed(Throwable cause) {
        if (closed || transport.eventLoops().isShuttingDown()) {
            return;
        }
        String reason = ListenerStatus.reason(cause);
        if (!reason.equals(failure)) {
            LOG.warn("DNS on {}: {} (retrying)", status().name(), reason);
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

    /** Stops listening, now or as soon as an attempt under way ends. */
    synchronized void close() {
        closed = true;
        if (udp != null && tcp != null) {
            udp.close();
            tcp.close();
        }
        udp = null;
        tcp = null;
    }
}
