package io.evenkeel.l4.dns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A DNS server on one address, over UDP and TCP: answers the names of one zone itself and forwards all others.
 *
 * <p>Answers for the zone are authoritative and live 5 s. Other names go to two upstreams at once and fail after 5 s; if
 * there are no upstreams they are refused. Malformed messages are answered with a format error or dropped.
 */
public final class DnsServer implements AutoCloseable {

    private static final Duration FORWARD_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_FORWARDED = 1024; // at once
    private static final int PORT_ATTEMPTS = 20;

    private final Transport transport;
    private final DnsReply reply;
    private final Zone zone;
    private final Forwarder forwarder;
    private final Channel udp;
    private final Channel tcp;

    private DnsServer(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams,
            Duration timeout)
            throws IOException {
        this.transport = requireNonNull(transport, "transport");
        this.reply = new DnsReply(transport.allocator(), zone, !upstreams.isEmpty());
        this.zone = new Zone(zone, requireNonNull(lookup, "lookup"), reply);
        this.forwarder = new Forwarder(transport, upstreams, timeout.toMillis(), MAX_FORWARDED);
        Channel[] bound = bind(address);
        this.udp = bound[0];
        this.tcp = bound[1];
        // Only now, when everything it needs is there, may a query come in.
        udp.pipeline().addLast(new UdpQueries(this));
        udp.config().setAutoRead(true);
        tcp.config().setAutoRead(true);
    }

    /**
     * Opens a server.
     *
     * @param transport what it runs on
     * @param address where to listen over UDP and TCP; port 0 takes one that is free for both
     * @param zone the zone that is answered here, in lower case
     * @param lookup the names of the zone
     * @param upstreams who answers all other names, best first; nobody if empty
     * @return the server, answering
     * @throws IOException if it cannot listen; the message names the address and the reason
     */
    public static DnsServer open(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams)
            throws IOException {
        return new DnsServer(transport, address, zone, lookup, upstreams, FORWARD_TIMEOUT);
    }

    /** A server that loses patience with its upstreams sooner or later than others. */
    static DnsServer open(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams,
            Duration timeout)
            throws IOException {
        return new DnsServer(transport, address, zone, lookup, upstreams, timeout);
    }

    /**
     * Where it listens.
     *
     * @return the address with its real port
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) udp.localAddress();
    }

    /** Stops listening; queries under way are still answered where that is possible. Idempotent. */
    @Override
    public void close() {
        udp.close();
        tcp.close();
    }

    /**
     * Finds the answer to a message. On the event loop it came on.
     *
     * @param asked the message; not released
     * @param client who asks
     * @param overTcp whether it came over TCP
     * @param loop the event loop
     * @param answer takes the answer and its ownership, now or later; not called for what deserves none
     */
    void answer(ByteBuf asked, InetAddress client, boolean overTcp, EventLoop loop, Consumer<ByteBuf> answer) {
        DnsQuery query = DnsQuery.parse(asked);
        if (query == null) {
            return;
        }
        if (query.rcode() != DnsQuery.OK) {
            answer.accept(reply.status(query, asked, query.rcode()));
            return;
        }
        if (query.ednsVersion() > 0) {
            answer.accept(reply.badVersion(query, asked));
            return;
        }
        ByteBuf own = zone.answer(query, asked);
        if (own != null) {
            answer.accept(own);
        } else if (!forwarder.hasUpstreams()) {
            answer.accept(reply.status(query, asked, DnsQuery.REFUSED));
        } else {
            ByteBuf failed = reply.status(query, asked, DnsQuery.SERVER_FAILURE);
            boolean accepted = forwarder.forward(
                    asked,
                    query,
                    client,
                    overTcp,
                    loop,
                    bytes -> {
                        failed.release();
                        answer.accept(bytes);
                    },
                    () -> answer.accept(failed));
            if (!accepted) {
                answer.accept(failed);
            }
        }
    }

    private Channel[] bind(InetSocketAddress address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            Channel datagrams = bound(address, udpBootstrap().bind(address));
            try {
                return new Channel[] {datagrams, bindTcp((InetSocketAddress) datagrams.localAddress())};
            } catch (IOException e) {
                datagrams.close();
                if (address.getPort() != 0 || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
                // Any port was asked for, and the one that is free for UDP is taken for TCP: try another.
            }
        }
    }

    private Bootstrap udpBootstrap() {
        return new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.datagramChannel())
                .option(ChannelOption.ALLOCATOR, transport.allocator())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DnsReply.MAX_UDP))
                .handler(new UdpFailures());
    }

    private Channel bindTcp(InetSocketAddress address) throws IOException {
        return bound(
                address,
                transport
                        .serverBootstrap()
                        .option(ChannelOption.AUTO_READ, false)
                        .childHandler(new TcpQueries(this))
                        .bind(address));
    }

    private static Channel bound(InetSocketAddress address, ChannelFuture binding) throws IOException {
        binding.awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException(
                    "dns " + address.getHostString() + ":" + address.getPort() + ": "
                            + ListenerStatus.reason(binding.cause()),
                    binding.cause());
        }
        return binding.channel();
    }
}
