package io.evenkeel.l4.dns;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A DNS server on one address, over UDP and TCP: answers the names of one zone itself and forwards all others.
 *
 * <p>Answers for the zone are authoritative and live 5 s. Other names go to two upstreams at once and fail after 5 s; if
 * there are no upstreams they are refused. Malformed messages are answered with a format error or dropped.
 */
public final class DnsServer implements AutoCloseable {

    private static final Duration FORWARD_TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_FORWARDED = 1024; // at once

    private final DnsReply reply;
    private final Zone zone;
    private final Forwarder forwarder;
    private final DnsSockets sockets;

    private DnsServer(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams,
            Duration timeout,
            ScheduledExecutorService retries) {
        this.reply = new DnsReply(transport.allocator(), zone, !upstreams.isEmpty());
        this.zone = new Zone(zone, requireNonNull(lookup, "lookup"), reply);
        this.forwarder = new Forwarder(transport, upstreams, timeout.toMillis(), MAX_FORWARDED);
        this.sockets = new DnsSockets(this, transport, address, retries);
    }

    /**
     * Opens a server. An address that cannot be had is reported in the log and tried again: after 1 s and then at growing
     * distances of at most 10 s.
     *
     * @param transport what it runs on
     * @param address where to listen over UDP and TCP; port 0 takes one that is free for both
     * @param zone the zone that is answered here, in lower case
     * @param lookup the names of the zone
     * @param upstreams who answers all other names, best first; nobody if empty
     * @return the server, answering if the address could be had at once
     */
    public static DnsServer open(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams) {
        return open(transport, address, zone, lookup, upstreams, FORWARD_TIMEOUT);
    }

    /** A server that loses patience with its upstreams sooner or later than others. */
    static DnsServer open(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams,
            Duration timeout) {
        return open(transport, address, zone, lookup, upstreams, timeout, transport.eventLoops());
    }

    /** A server whose further attempts to open run on a scheduler of the caller's. */
    static DnsServer open(
            Transport transport,
            InetSocketAddress address,
            String zone,
            DnsLookup lookup,
            List<InetSocketAddress> upstreams,
            Duration timeout,
            ScheduledExecutorService retries) {
        DnsServer server = new DnsServer(transport, address, zone, lookup, upstreams, timeout, retries);
        server.sockets.open().join();
        return server;
    }

    /**
     * Where it listens.
     *
     * @return the address with its real port, or null while it cannot be opened
     */
    public @Nullable InetSocketAddress address() {
        return status().bound();
    }

    /**
     * Whether it listens, and why not.
     *
     * @return how it is now
     */
    public ListenerStatus status() {
        return sockets.status();
    }

    /** Stops listening; queries under way are still answered where that is possible. Idempotent. */
    @Override
    public void close() {
        sockets.close();
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
}
