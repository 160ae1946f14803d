package io.evenkeel.l4.dns;

import io.evenkeel.l4.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Passes queries on to other resolvers: to two at once, and the first useful answer wins.
 *
 * <p>Thread-safe; each query is handled on the event loop it came on. A bounded number is under way at any time, and what
 * exceeds it fails at once.
 */
final class Forwarder {

    private final Transport transport;
    private final List<Upstream> upstreams;
    private final long timeoutMillis;
    private final int maxInFlight;
    private final SecureRandom ids = new SecureRandom();
    private final AtomicInteger inFlight = new AtomicInteger();

    Forwarder(Transport transport, List<InetSocketAddress> upstreams, long timeoutMillis, int maxInFlight) {
        this.transport = transport;
        this.upstreams = upstreams.stream().map(Upstream::new).toList();
        this.timeoutMillis = timeoutMillis;
        this.maxInFlight = maxInFlight;
    }

    boolean hasUpstreams() {
        return !upstreams.isEmpty();
    }

    /**
     * Forwards a query.
     *
     * @param asked the message; kept only for the time of this call
     * @param query what it asks
     * @param tcp whether the client asked over TCP
     * @param loop where the query came from and the answer is delivered
     * @param answer takes the answer, with the client's id, and its ownership
     * @param failure runs instead if there is none
     * @return false if too many are under way, and neither will be called
     */
    boolean forward(
            ByteBuf asked, DnsQuery query, boolean tcp, EventLoop loop, Consumer<ByteBuf> answer, Runnable failure) {
        if (inFlight.incrementAndGet() > maxInFlight) {
            inFlight.decrementAndGet();
            return false;
        }
        ForwardedQuery forwarded = new ForwardedQuery(
                query, asked, ids.nextInt(1 << 16), Upstream.best(upstreams), inFlight::decrementAndGet);
        forwarded.send(transport, tcp, loop, timeoutMillis, answer, failure);
        return true;
    }
}
