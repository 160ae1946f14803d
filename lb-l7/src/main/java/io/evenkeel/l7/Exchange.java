package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l4.Splice;
import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.evenkeel.l7.rule.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: relays both ways between the client and whom its {@link EndpointSearch} finds.
 *
 * <p>One per client connection or stream, begun anew for each request. Used on the connection's event loop only.
 */
final class Exchange {

    private static final int MAX_INFORMATIONAL = 16;
    private static final byte[] CACHE_CONTROL_PRIVATE = Bytes.of("Cache-Control: private\r\n");

    private final Downstream client;
    private final Peer peer;
    private final HttpEngine engine;
    private final LoopResources loop;
    private final EndpointSearch search;
    private final RequestRecord record;
    private Origin origin; // the client, with what is kept of the request for the response
    private @Nullable HttpBackend backend;
    private BackendOptions options = BackendOptions.NONE;
    private HttpConfig limits;
    private @Nullable ByteBuf head;
    private @Nullable HttpStats serverStats;
    private @Nullable Upstream upstream;
    private BodyFraming framing = BodyFraming.NONE;
    private @Nullable GzipBody gzip;
    private boolean takesGzip;
    private int informationals;
    private @Nullable Circuit circuit;
    private @Nullable MirroredRequest copy;
    private @Nullable KeptBody kept;
    private int status;
    private boolean active;
    private boolean headMethod;
    private boolean safeMethod;
    private boolean hostNamed;
    private boolean http10;
    private boolean keepAlive;
    private boolean webSocket;
    private boolean chunkedRequest;
    private boolean requestDone;
    private boolean halfEnded;
    private Duration tunnelPatience = HttpConfig.LONGEST;
    private boolean responded;

    Exchange(Downstream client, HttpEngine engine, LoopResources loop) {
        this.client = client;
        this.peer = client.peer();
        this.origin = peer;
        this.engine = engine;
        this.loop = loop;
        this.limits = engine.config();
        this.record = client.record();
        this.search = new EndpointSearch(this, client, engine, loop);
    }

    /** The limits of the request that is served, or was served last. */
    HttpConfig limits() {
        return limits;
    }

    /**
     * How long whoever is to move has. While nobody is connected neither client nor endpoint is: connecting, shaking hands, trying
     * again and waiting for one's turn have limits of their own.
     *
     * @param clientToMove whether that is the client, else the endpoint
     */
    Duration patience(boolean clientToMove) {
        if (active && upstream == null) {
            return HttpConfig.LONGEST;
        }
        return clientToMove ? limits.clientTimeout() : limits.serverTimeout();
    }

    boolean isActive() {
        return active;
    }

    /** Whether all of the request has been received. */
    boolean isRequestDone() {
        return requestDone;
    }

    /** Whether the request has no body, as its head tells, so that it is whole with it. */
    boolean endsWithHead() {
        return requestDone && kept == null;
    }

    boolean isResponding() {
        return responded;
    }

    /** Whether the request asks for a WebSocket. */
    boolean isWebSocket() {
        return webSocket;
    }

    /** Whether there is somebody to send the request to. */
    boolean isConnected() {
        return upstream != null;
    }

    /** Whether what comes from the client can be passed on now; while nobody is connected yet, it can be kept. */
    boolean takesMore() {
        Upstream to = upstream;
        return to == null || to.isWritable();
    }

    /** Sends what is there if that is too much to take more, and tells whether more is taken then. */
    boolean takesMoreOnceFlushed() {
        if (!takesMore()) {
            flushUpstream();
        }
        return takesMore();
    }

    /**
     * Whether there is somebody to take the request's body, as far as it has been received. What a client says before it has its
     * WebSocket is none: an endpoint that does not agree would take it for the next request.
     */
    boolean takesBody() {
        Upstream to = upstream;
        return to != null && !requestDone && !webSocket && to.isOutputOpen();
    }

    /** Begins with a request; its head may be all there is of it. */
    void begin(HttpBackend newBackend, BackendTerms terms, RequestHead request, boolean isWhole) {
        backend = newBackend;
        options = terms.options();
        limits = newBackend.limits(terms, engine.config());
        active = true;
        headMethod = request.isHead();
        safeMethod = request.isSafe();
        PrefixStrip strip = options.prefixStrip();
        hostNamed = request.isHostNamed() || (strip != null && strip.host() != null);
        http10 = request.http10();
        keepAlive = request.persistent();
        webSocket = request.isWebSocketUpgrade();
        chunkedRequest = request.chunked();
        informationals = 0;
        halfEnded = false;
        tunnelPatience = limits.tunnelTimeout();
        framing = BodyFraming.NONE;
        responded = false;
        requestDone = isWhole;
        Gate gate = terms.gate();
        circuit = gate == null ? null : gate.circuit();
        takesGzip = options.compression() != null && Compression.isAccepted(request);
        RetryRule rule = options.policy().retries();
        kept = rule != null && request.isIdempotent() && !isWhole && request.contentLength() <= KeptBody.MAX
                ? new KeptBody(client.alloc(), loop.kept)
                : null;
        search.begin(newBackend, terms, limits, request, isWhole);
        newBackend.stats().request();
        byte[] target = options.rules().paths().target(request, peer);
        if (target != null && target.length == 0) {
            fail(414, Outcome.CANCELLED);
            return;
        }
        origin = options.rules().captures().keep(request, peer);
        head = HeadRewriter.request(loop.writer, request, target, options, peer, peer.forwarded(), client.alloc());
        newBackend.retryBudget().request();
        Mirror mirror = client.isCopy() ? null : newBackend.mirror();
        copy = mirror == null ? null : mirror.copy(request, client, engine, loop);
        if (isWhole) {
            sendCopy();
        }
        search.connect();
    }

    private HttpBackend backend() {
        return requireNonNull(backend, "begun");
    }

    /** Somebody is found to serve it. */
    void connected(Upstream connection) {
        ByteBuf request = requireNonNull(head, "kept until there is a response");
        HttpStats stats = connection.stats(backend());
        upstream = connection;
        serverStats = stats;
        record.connected(stats);
        if (!connection.isReused()) {
            stats.connect();
            backend().stats().connect();
        }
        connection.begin(this, headMethod);
        client.progress();
        connection.write(hostNamed ? request.retainedDuplicate() : headWithHost(request, connection));
        KeptBody body = kept;
        if (body != null && requestDone) {
            body.sendTo(connection, chunkedRequest);
        }
        client.pump();
        if (upstream == connection) {
            connection.flush();
        }
    }

    private ByteBuf headWithHost(ByteBuf hostless, Upstream to) {
        return HeadRewriter.withHost(hostless, to.endpoint().endpoint().address(), client.alloc());
    }

    /** Forwards a part of the request's body; to be called while {@link #takesBody}. */
    void requestBody(ByteBuf payload) {
        Upstream to = upstream;
        if (to == null) {
            payload.release();
            return;
        }
        MirroredRequest mirrored = copy;
        if (mirrored != null && !mirrored.add(payload)) {
            copy = null;
        }
        KeptBody body = kept;
        if (body != null && !body.add(payload)) {
            kept = null;
        }
        to.writeBody(payload, chunkedRequest);
    }

    private void sendCopy() {
        MirroredRequest mirrored = copy;
        if (mirrored != null) {
            copy = null;
            mirrored.send();
        }
    }

    /** The request's body is whole. */
    void requestDone(@Nullable Http2Headers trailers) {
        requestDone = true;
        sendCopy();
        if (kept != null && trailers == null) {
            search.mayRepeat();
        }
        Upstream to = upstream;
        if (to != null) {
            to.writeEnd(chunkedRequest, trailers);
        }
    }

    /** The request's body turns out not to be one. */
    void badRequest() {
        fail(400, Outcome.CANCELLED);
    }

    void flushUpstream() {
        Upstream to = upstream;
        if (to != null) {
            to.flush();
        }
    }

    void flushClient() {
        client.flush();
    }

    /** The endpoint takes nothing more of the request, but may have answered it. */
    void upstreamTakesNoMore() {
        client.adjustReading();
    }

    void upstreamWritable() {
        client.adjustReading();
        client.progress();
    }

    /** The client takes more again. */
    void clientWritable() {
        Upstream from = upstream;
        if (from != null && from.resumeReading()) {
            client.progress();
        }
    }

    void upstreamAlive() {
        client.progress();
    }

    /** Passes an informational response on; false if there were too many. */
    boolean informational(ResponseHead response) {
        if (++informationals > MAX_INFORMATIONAL) {
            badResponse();
            return false;
        }
        if (!http10) {
            client.writeInformational(HeadRewriter.informational(loop.writer, response));
        }
        return true;
    }

    /** The endpoint agrees to an upgrade; false if nobody asked for one. */
    boolean upgraded(ResponseHead response) {
        Upstream connection = upstream;
        if (!webSocket || !response.isWebSocketUpgrade() || connection == null) {
            badResponse();
            return false;
        }
        beginResponse(101);
        connection.tunnel();
        client.beginTunnel(HeadRewriter.upgrade(loop.writer, response, options, origin, search.cookie()));
        return true;
    }

    void tunnelToClient(ByteBuf bytes) {
        client.writeBody(bytes, BodyFraming.NONE);
        pauseUpstreamIfFull();
    }

    void tunnelToServer(ByteBuf bytes) {
        Upstream to = upstream;
        if (to == null) {
            bytes.release();
            return;
        }
        to.write(bytes);
        client.adjustReading();
    }

    /** How long both sides of a tunnel may be silent. */
    Duration tunnelPatience() {
        return tunnelPatience;
    }

    /**
     * One side of a tunnel has said its last. The other is told so, and may go on for as long as it is not silent for more than
     * the time in which it owes something elsewhere: many a WebSocket is left without a goodbye, and an endpoint that takes no
     * notice of that would keep it for as long as tunnels may be silent.
     */
    void tunnelEnded(boolean byClient) {
        loop.clock.mark();
        Upstream connection = upstream;
        if (connection == null) {
            return;
        }
        if (halfEnded) {
            end(Outcome.SUCCESS);
            connection.release(false);
            client.cut(framing);
            return;
        }
        halfEnded = true;
        Duration owed = byClient ? limits.serverTimeout() : limits.clientTimeout();
        tunnelPatience = owed.compareTo(tunnelPatience) < 0 ? owed : tunnelPatience;
        if (byClient) {
            connection.endTunnelOutput();
        } else {
            client.endTunnelOutput();
        }
        client.progress();
    }

    private void beginResponse(int newStatus) {
        status = newStatus;
        responded = true;
        search.answered(isTunnel());
        record.answered();
        releaseHead();
        Circuit entered = circuit;
        if (entered != null) {
            circuit = null;
            entered.answered(newStatus);
        }
        client.count(newStatus);
        backend().stats().response(newStatus);
        if (serverStats != null) {
            serverStats.response(newStatus);
        }
    }

    /**
     * The final response begins.
     *
     * @param begun the beginning of its body, if it has one of known length that begins to be there; what the client gets in
     *     front of that may be there then
     * @return false if nothing is to go on, since the request is sent to somebody else instead
     */
    boolean responseHead(ResponseHead response, @Nullable ByteBuf begun) {
        if (options.policy().retries() != null && againInsteadOf(response.status())) {
            return false;
        }
        beginResponse(response.status());
        framing = BodyFraming.of(response, headMethod, http10);
        Compression compression = options.compression();
        if (takesGzip && compression != null && compression.applies(response, framing)) {
            gzip = new GzipBody();
            framing = BodyFraming.CHUNKED;
        }
        keepAlive = keepAlive && requestDone && client.mayGoOn() && framing != BodyFraming.UNTIL_CLOSE;
        byte[] cookie = search.cookie();
        HeadWriter rewritten = HeadRewriter.response(
                loop.writer, response, framing, gzip != null, options, origin, cookie, http10, keepAlive);
        StickyCookie sticky = options.sticky();
        if (cookie != null
                && sticky != null
                && sticky.isPrivate()
                && Cacheability.of(rewritten, response.status(), safeMethod)) {
            rewritten.add(CACHE_CONTROL_PRIVATE);
        }
        if (begun != null && framing == BodyFraming.LENGTH) {
            client.writeHead(rewritten, begun);
        } else {
            client.writeHead(rewritten);
        }
        return true;
    }

    /* Nothing of any response has gone on to the client yet. */
    private boolean againInsteadOf(int refused) {
        Upstream connection = upstream;
        if (connection == null || informationals > 0 || !search.againInsteadOf(refused, connection.endpoint())) {
            return false;
        }
        if (serverStats != null) {
            serverStats.response(refused);
        }
        upstream = null;
        connection.release(false);
        search.again(connection.endpoint(), refused >= 500 ? Outcome.FAILURE : Outcome.SUCCESS, RetryReason.STATUS);
        return true;
    }

    void responseBody(ByteBuf payload) {
        GzipBody compressed = gzip;
        client.writeBody(compressed == null ? payload : compressed.compress(client.alloc(), payload), framing);
        pauseUpstreamIfFull();
    }

    private void pauseUpstreamIfFull() {
        if (client.isWritable()) {
            return;
        }
        client.flush(); // a fast transfer never stops reading: that would take two system calls each time
        Upstream from = upstream;
        if (from != null && !client.isWritable()) {
            from.pauseReading();
            client.progress();
        }
    }

    /** Has a long part of the response's body go to the client by itself; null if it cannot. */
    @Nullable
    Splice spliceResponse(SocketChannel from, long length, Splice.Listener listener) {
        SocketChannel to = active && gzip == null && framing == BodyFraming.LENGTH ? client.plainChannel() : null;
        return to == null ? null : engine.transport().splice(from, to, length, listener);
    }

    /** A part of the response's body has gone to the client by itself. */
    void responseMoved(long bytes) {
        client.sent(bytes);
        client.progress();
    }

    /** Whether what goes to the client by itself waits for it to take more. */
    boolean isWaitingForClient() {
        Upstream from = upstream;
        return from != null && from.isWaitingForClient();
    }

    /** Has a long part of the request's body go to the endpoint by itself; null if it cannot. */
    @Nullable
    Splice spliceRequest(SocketChannel from, long length, Splice.Listener listener) {
        Upstream connection = upstream;
        SocketChannel to = connection == null || copy != null || kept != null ? null : connection.plainChannel();
        return to == null || !active ? null : engine.transport().splice(from, to, length, listener);
    }

    /** A part of the request's body has gone to the endpoint by itself. */
    void requestMoved(long bytes) {
        Upstream to = upstream;
        if (to != null) {
            to.endpoint().addBytesSent(bytes);
        }
    }

    void responseDone(@Nullable Http2Headers trailers) {
        GzipBody compressed = gzip;
        if (compressed != null) {
            client.writeBody(compressed.finish(client.alloc()), framing);
        }
        client.writeEnd(framing, trailers);
        Upstream connection = upstream;
        end(status >= 500 ? Outcome.FAILURE : Outcome.SUCCESS);
        if (connection != null) {
            connection.release(requestDone);
        }
        client.exchangeDone(keepAlive && requestDone);
    }

    /** The endpoint said something that is no response. */
    void badResponse() {
        record.because('P');
        Upstream connection = upstream;
        end(Outcome.FAILURE);
        if (connection != null) {
            connection.release(false);
        }
        refuse(502);
    }

    void upstreamClosed(Upstream connection) {
        if (connection != upstream) {
            return;
        }
        loop.clock.mark();
        if (responded) {
            if (!isTunnel()) {
                record.because('S');
            }
            end(isTunnel() ? Outcome.SUCCESS : Outcome.RESET);
            client.cut(framing);
            return;
        }
        upstream = null;
        if (!search.againAfterBreak(connection)) {
            fail(502, Outcome.RESET);
        }
    }

    /** The endpoint was silent for too long. */
    void serverTimedOut() {
        record.because('s');
        Upstream connection = upstream;
        boolean late = responded;
        end(Outcome.TIMEOUT);
        if (connection != null) {
            connection.release(false);
        }
        if (late) {
            client.cut(framing);
        } else {
            refuse(504);
        }
    }

    /** Nobody wants more of the response than its head, which has come. */
    void endAfterHead() {
        Upstream connection = upstream;
        end(status >= 500 ? Outcome.FAILURE : Outcome.SUCCESS);
        if (connection != null) {
            connection.release(false);
        }
    }

    /** The client is gone, or must go. */
    void abort() {
        loop.clock.mark();
        record.because('C');
        Upstream connection = upstream;
        end(isTunnel() ? Outcome.SUCCESS : Outcome.CANCELLED);
        if (connection != null) {
            connection.flush();
            connection.release(false);
        }
    }

    /** The client owed the rest of its request for too long; nothing has been answered yet. */
    void clientTimedOut() {
        abort();
        backend().reply(client, 408, headMethod, 0);
    }

    /** Gives up on this request with an answer of our own, and says what the circuit breaker is to know of it. */
    void fail(int giveUpStatus, Outcome outcome) {
        record.gaveUp(giveUpStatus);
        Upstream connection = upstream;
        end(outcome);
        if (connection != null) {
            connection.release(false);
        }
        refuse(giveUpStatus);
    }

    private void refuse(int refusal) {
        if (responded) {
            client.cut(framing);
            return;
        }
        HttpBackend current = backend();
        current.stats().response(refusal);
        current.reply(client, refusal, headMethod, 0);
    }

    private boolean isTunnel() {
        return responded && status == 101;
    }

    /** Ends the use of the endpoint and forgets it; what the request was stays readable until the next begins. */
    private void end(Outcome outcome) {
        active = false;
        judge(outcome);
        MirroredRequest mirrored = copy;
        if (mirrored != null) {
            copy = null;
            mirrored.drop();
        }
        releaseHead();
        GzipBody compressed = gzip;
        if (compressed != null) {
            gzip = null;
            compressed.close();
            client.countCompressed(compressed);
            backend().stats().compressed(compressed);
        }
        upstream = null;
        search.end(outcome);
    }

    /** Tells the circuit breaker that there was no response, and why, unless it knows already of one. */
    private void judge(Outcome outcome) {
        Circuit entered = circuit;
        if (entered != null) {
            circuit = null;
            if (outcome == Outcome.CANCELLED) {
                entered.left();
            } else {
                entered.failed();
            }
        }
    }

    /* Nothing is sent again any more. */
    private void releaseHead() {
        ByteBuf held = head;
        if (held != null) {
            head = null;
            held.release();
        }
        KeptBody body = kept;
        if (body != null) {
            kept = null;
            body.release();
        }
    }
}
