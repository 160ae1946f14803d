package io.evenkeel.l4.dns;

import io.evenkeel.l4.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Passes queries on to other resolvers: to two at once, and the first useful answer wins.
 *
 * <p>Thread-safe; each query is handled on the event loop it came on. A bounded number is under way at any time, a smaller
 * one for any client's address, and what exceeds either fails at once. So no client takes everything, and a question that
 * comes back to us by way of an upstream goes round a bounded number of times.
 */
final class Forwarder {

    private static final int MAX_PER_CLIENT = 256; // a machine's own programs are one client

    private final Transport transport;
    private final List<Upstream> upstreams;
    private final long timeoutMillis;
    private final int maxInFlight;
    private final int maxPerClient;
    private final SecureRandom ids = new SecureRandom();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<InetAddress, Integer> inFlightByClient = new ConcurrentHashMap<>();

    Forwarder(Transport transport, List<InetSocketAddress> upstreams, long timeoutMillis, int maxInFlight) {
        this(transport, upstreams, timeoutMillis, maxInFlight, MAX_PER_CLIENT);
    }

    Forwarder(
            Transport transport,
            List<InetSocketAddress> upstreams,
            long timeoutMillis,
            int maxInFlight,
            int maxPerClient) {
        this.transport = transport;
        this.upstreams = upstreams.stream().map(Upstream::new).toList();
        this.timeoutMillis = timeoutMillis;
        this.maxInFlight = maxInFlight;
        this.maxPerClient = maxPerClient;
    }

    boolean hasUpstreams() {
        return !upstreams.isEmpty();
    }

    /**
     * Forwards a query.
     *
     * @param asked the message; kept only for the time of this call
     * @param query what it asks
     * @param client who asks
     * @param tcp whether the client asked over TCP
     * @param loop where the query came from and the answer is delivered
     * @param answer takes the answer, with the client's id, and its ownership
     * @param failure runs instead if there is none
     * @return false if too many are under way, and neither will be called
     */
    boolean forward(
            ByteBuf asked,
            DnsQuery query,
            InetAddress client,
            boolean tcp,
            EventLoop loop,
            Consumer<ByteBuf> answer,
            Runnable failure) {
        boolean tooMany = inFlight.incrementAndGet() > maxInFlight;
        tooMany |= inFlightByClient.merge(client, 1, Integer::sum) > maxPerClient;
        if (tooMany) {
            ended(client);
            return false;
        }
        ForwardedQuery forwarded =
                new ForwardedQuery(query, asked, ids.nextInt(1 << 16), Upstream.best(upstreams), () -> ended(client));
        forwarded.send(transport, tcp, loop, timeoutMillis, answer, failure);
        return true;
    }

    private void ended(InetAddress client) {
        inFlight.decrementAndGet();
        inFlightByClient.computeIfPresent(client, (address, count) -> count > 1 ? count - 1 : null);
    }
}
