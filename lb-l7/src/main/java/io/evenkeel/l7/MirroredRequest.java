package io.evenkeel.l7;

import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The copy of one request: collects it while the original goes its way, then has it served by an exchange of its own, to
 * which it is a client that takes everything and keeps nothing. Used on the event loop of the original only.
 */
final class MirroredRequest implements Downstream {

    private final Mirror mirror;
    private final HttpEngine engine;
    private final LoopResources loop;
    private final EventLoop eventLoop;
    private final ByteBufAllocator allocator;
    private final Peer peer;
    private final RequestRecord record;
    private final byte[] head;
    private final Exchange exchange;
    private final KeptBody body;
    private final LoopClock.Timed limit = new LoopClock.Timed() {
        @Override
        void expired() {
            exchange.serverTimedOut();
        }
    };
    private boolean ended;

    MirroredRequest(Mirror mirror, RequestHead request, Downstream client, HttpEngine engine, LoopResources loop) {
        this.mirror = mirror;
        this.engine = engine;
        this.loop = loop;
        this.eventLoop = client.eventLoop();
        this.allocator = client.alloc();
        this.peer = client.peer();
        this.record = client.record().silent(loop);
        this.head = Arrays.copyOfRange(request.bytes(), request.methodStart(), request.end());
        this.exchange = new Exchange(this, engine, loop);
        this.body = new KeptBody(allocator, loop.kept);
    }

    /** Adds to the body; false if it becomes too large, so that this is no copy any more. */
    boolean add(ByteBuf part) {
        if (!body.add(part)) {
            drop();
            return false;
        }
        return true;
    }

    /** The original is whole: the copy goes, but not before the loop is done with what it does now. */
    void send() {
        eventLoop.execute(this::begin);
    }

    private void begin() {
        RequestHead request = loop.request;
        HttpBackend to = mirror.backend();
        BackendTerms terms = to.terms();
        Gate gate = terms.gate();
        if (request.parse(head, 0, head.length) != 0) {
            drop(); // it was good a moment ago
            return;
        }
        if (!terms.allows(peer.address())
                || terms.options().rules().verdict(request, peer) != null
                || (gate != null && !gate.admits(to, request, this, new HttpStats()))) {
            drop();
            return;
        }
        loop.clock.register(limit);
        long patience = to.limits(terms, engine.config()).serverTimeout().toMillis();
        loop.clock.deadline(limit, patience); // for all of it: whatever happens, it ends
        exchange.begin(to, terms, request, body.isEmpty() && !request.chunked());
    }

    /** {@inheritDoc} There is no copy any more, or not after all. */
    @Override
    public void drop() {
        if (!ended) {
            ended = true;
            loop.clock.unregister(limit);
            mirror.ended();
            body.release();
        }
    }

    @Override
    public boolean isCopy() {
        return true;
    }

    @Override
    public EventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public ByteBufAllocator alloc() {
        return allocator;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public RequestRecord record() {
        return record;
    }

    @Override
    public void pump() {
        if (!exchange.takesBody()) {
            return;
        }
        ByteBuf held = body.take();
        if (held != null) {
            exchange.requestBody(held);
        }
        if (exchange.takesBody()) {
            exchange.requestDone(null);
        }
    }

    @Override
    public void adjustReading() {
        // nothing more comes
    }

    @Override
    public void progress() {
        // nobody waits for it, so that it gets no more time
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public boolean mayGoOn() {
        return !engine.isDraining();
    }

    @Override
    public void count(int status) {
        // that the client got something else is what counts
    }

    @Override
    public void countCompressed(GzipBody body) {
        // neither
    }

    @Override
    public void writeInformational(HeadWriter informational) {
        // thrown away
    }

    @Override
    public void beginTunnel(HeadWriter agreement) {
        throw new IllegalStateException("no upgrade was asked for");
    }

    /** {@inheritDoc} The rest is not waited for, unless it comes together with the head. */
    @Override
    public void writeHead(HeadWriter response) {
        eventLoop.execute(this::endAfterHead);
    }

    private void endAfterHead() {
        if (!ended) {
            exchange.endAfterHead();
            drop();
        }
    }

    @Override
    public void writeBody(ByteBuf payload, BodyFraming framing) {
        payload.release();
    }

    @Override
    public void endTunnelOutput() {
        // there is nobody
    }

    @Override
    public void writeEnd(BodyFraming framing, @Nullable Http2Headers trailers) {
        // thrown away
    }

    @Override
    public void flush() {
        // there is nobody
    }

    @Override
    public void exchangeDone(boolean keepAlive) {
        drop();
    }

    @Override
    public void serve(HttpBackend backend, BackendTerms terms, RequestHead request) {
        throw new IllegalStateException("a copy goes to its mirror only");
    }

    @Override
    public void redirect(Verdict.Redirect redirect, RequestHead request) {
        drop();
    }

    @Override
    public void challenge(String realm, boolean headOnly) {
        drop();
    }

    @Override
    public void replyPage(int status, ByteBuf page) {
        page.release();
        drop();
    }

    @Override
    public void cut(BodyFraming framing) {
        drop();
    }
}
