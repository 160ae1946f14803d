package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.BodyReader;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: picks an endpoint, tries others when its {@link Attempts} allow it, and relays both ways.
 *
 * <p>One per client connection, begun anew for each request. Used on the connection's event loop only.
 */
final class Exchange {

    private static final int MAX_INFORMATIONAL = 16;

    private final ClientConnection client;
    private final HttpEngine engine;
    private final LoopResources loop;
    private final Attempts attempts;
    private final BodyReader requestBody = new BodyReader();
    private @Nullable HttpBackend backend;
    private HttpBackend.Options options = HttpBackend.Options.NONE;
    private @Nullable ByteBuf head;
    private @Nullable EndpointStats endpoint;
    private @Nullable HttpStats serverStats;
    private @Nullable UpstreamConnection upstream;
    private BodyFraming framing = BodyFraming.NONE;
    private int informationals;
    private int status;
    private boolean active;
    private boolean headMethod;
    private boolean hostNamed;
    private boolean http10;
    private boolean keepAlive;
    private boolean webSocket;
    private boolean chunkedRequest;
    private boolean responded;

    Exchange(ClientConnection client, HttpEngine engine, LoopResources loop) {
        this.client = client;
        this.engine = engine;
        this.loop = loop;
        this.attempts = new Attempts(engine.config().retries());
    }

    boolean isActive() {
        return active;
    }

    /** Whether all of the request has been received. */
    boolean isRequestDone() {
        return requestBody.isDone();
    }

    boolean isResponding() {
        return responded;
    }

    boolean isHeadMethod() {
        return headMethod;
    }

    /** Whether there is somebody to send the request to. */
    boolean isConnected() {
        return upstream != null;
    }

    /** Whether what comes from the client can be passed on now; while nobody is connected yet, it can be kept. */
    boolean takesMore() {
        UpstreamConnection to = upstream;
        return to == null || to.channel().isWritable();
    }

    void begin(HttpBackend newBackend, RequestHead request) {
        backend = newBackend;
        options = newBackend.options();
        active = true;
        headMethod = request.isHead();
        hostNamed = request.isHostNamed();
        http10 = request.http10();
        keepAlive = request.persistent();
        webSocket = request.isWebSocketUpgrade();
        chunkedRequest = request.chunked();
        informationals = 0;
        framing = BodyFraming.NONE;
        responded = false;
        if (chunkedRequest) {
            requestBody.beginChunked();
        } else {
            requestBody.beginLength(Math.max(request.contentLength(), 0));
        }
        attempts.begin(request.isIdempotent() && requestBody.isDone());
        if (newBackend.cluster().state().usesKey()) {
            newBackend.key().put(attempts.ownContext(), request, client.address());
        }
        head = HeadRewriter.request(
                loop.writer, request, client.forwardedLines(), client.channel().alloc());
        newBackend.stats().request();
        newBackend.retryBudget().request();
        connect();
    }

    private void connect() {
        HttpBackend current = backend;
        if (!active || current == null) {
            return;
        }
        EndpointStats chosen = current.cluster().pick(attempts.context());
        if (chosen == null) {
            if (attempts.isFirst() || current.cluster().state().active().isEmpty()) {
                fail(503);
            } else {
                // Everyone there is was tried: begin again from the start, after a pause.
                attempts.startOver();
                client.channel()
                        .eventLoop()
                        .schedule(this::connect, engine.config().retryDelay().toMillis(), TimeUnit.MILLISECONDS);
            }
            return;
        }
        endpoint = chosen;
        UpstreamConnection pooled = attempts.mayReuse() ? loop.pool.take(chosen) : null;
        if (pooled != null) {
            connected(pooled);
        } else {
            UpstreamConnector.open(engine, loop, client.channel().eventLoop(), chosen, this);
        }
    }

    void connected(UpstreamConnection connection) {
        if (!active || head == null || endpoint != connection.endpoint()) {
            connection.release(false); // the client went away meanwhile
            return;
        }
        upstream = connection;
        serverStats = backend == null ? null : connection.stats(backend);
        if (serverStats != null && backend != null && !connection.isReused()) {
            serverStats.connect();
            backend.stats().connect();
        }
        connection.begin(this, headMethod);
        client.progress();
        connection.write(hostNamed ? head.retainedDuplicate() : headWithHost(head, connection));
        client.pump();
        if (upstream == connection) {
            connection.channel().flush();
        }
    }

    private ByteBuf headWithHost(ByteBuf hostless, UpstreamConnection to) {
        return HeadRewriter.withHost(
                hostless, to.endpoint().endpoint().address(), client.channel().alloc());
    }

    /** We have nothing to connect with: that is nobody's fault but ours, and no better with another endpoint. */
    void cannotConnect(EndpointStats chosen) {
        if (active && endpoint == chosen) {
            fail(503);
        }
    }

    void connectFailed(EndpointStats failed) {
        if (!active || endpoint != failed) {
            return;
        }
        failed.complete(Outcome.CONNECT_FAILED);
        endpoint = null;
        if (backend != null) {
            backend.stats(failed).connect();
            backend.stats().connect();
        }
        if (attempts.againAfterRefusal(failed)) {
            again(failed);
        } else {
            fail(503);
        }
    }

    /** Tries again, on another endpoint if there is one; the one that failed is charged with it. */
    private void again(EndpointStats failed) {
        HttpBackend current = backend;
        if (current != null) {
            boolean elsewhere = current.cluster().state().active().size() > 1;
            HttpStats server = current.stats(failed);
            if (elsewhere) {
                current.stats().redispatch();
                server.redispatch();
            } else {
                current.stats().retry();
                server.retry();
            }
        }
        connect();
    }

    /** Forwards what has been received of the request's body; true if that brought it any further. */
    boolean forwardBody(ByteBuf received) {
        UpstreamConnection to = upstream;
        if (to == null || requestBody.isDone() || !to.isOutputOpen()) {
            return false;
        }
        boolean forwarded = false;
        ByteBuf payload;
        while ((payload = requestBody.read(received)) != null) {
            forwarded = true;
            if (chunkedRequest) {
                to.writeChunk(payload);
            } else {
                to.write(payload);
            }
        }
        if (requestBody.isFailed()) {
            fail(400);
        } else if (requestBody.isDone() && chunkedRequest) {
            ChunkWriter.writeLast(to.channel());
        }
        return forwarded || requestBody.isDone();
    }

    void flushUpstream() {
        UpstreamConnection to = upstream;
        if (to != null) {
            to.channel().flush();
        }
    }

    void flushClient() {
        client.channel().flush();
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
        UpstreamConnection from = upstream;
        if (from != null && !from.channel().config().isAutoRead()) {
            from.channel().config().setAutoRead(true);
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
            client.write(HeadRewriter.informational(
                    loop.writer, response, client.channel().alloc()));
        }
        return true;
    }

    /** The endpoint agrees to an upgrade; false if nobody asked for one. */
    boolean upgraded(ResponseHead response) {
        UpstreamConnection connection = upstream;
        if (!webSocket || !response.isWebSocketUpgrade() || connection == null) {
            badResponse();
            return false;
        }
        beginResponse(101);
        connection.tunnel();
        client.write(
                HeadRewriter.upgrade(loop.writer, response, client.channel().alloc()));
        client.channel().flush();
        client.tunnel();
        return true;
    }

    void tunnelToClient(ByteBuf bytes) {
        client.write(bytes);
        pauseUpstreamIfFull();
    }

    void tunnelToServer(ByteBuf bytes) {
        UpstreamConnection to = upstream;
        if (to == null) {
            bytes.release();
            return;
        }
        to.write(bytes);
        client.adjustReading();
    }

    private void beginResponse(int newStatus) {
        status = newStatus;
        responded = true;
        releaseHead();
        client.count(newStatus);
        if (backend != null) {
            backend.stats().response(newStatus);
        }
        if (serverStats != null) {
            serverStats.response(newStatus);
        }
    }

    void responseHead(ResponseHead response) {
        beginResponse(response.status());
        framing = BodyFraming.of(response, headMethod, http10);
        keepAlive = keepAlive && requestBody.isDone() && client.mayGoOn() && framing != BodyFraming.UNTIL_CLOSE;
        client.write(HeadRewriter.response(
                loop.writer,
                response,
                framing,
                options,
                http10,
                keepAlive,
                client.channel().alloc()));
    }

    void responseBody(ByteBuf payload) {
        client.writeBody(payload, framing == BodyFraming.CHUNKED);
        pauseUpstreamIfFull();
    }

    private void pauseUpstreamIfFull() {
        UpstreamConnection from = upstream;
        if (from != null && !client.channel().isWritable()) {
            from.pauseReading();
            client.progress();
        }
    }

    void responseDone() {
        if (framing == BodyFraming.CHUNKED) {
            ChunkWriter.writeLast(client.channel());
        }
        UpstreamConnection connection = upstream;
        boolean requestDone = requestBody.isDone();
        end(status >= 500 ? Outcome.FAILURE : Outcome.SUCCESS);
        if (connection != null) {
            connection.release(requestDone);
        }
        client.exchangeDone(keepAlive && requestDone);
    }

    /** The endpoint said something that is no response. */
    void badResponse() {
        UpstreamConnection connection = upstream;
        end(Outcome.FAILURE);
        if (connection != null) {
            connection.release(false);
        }
        refuse(502);
    }

    void upstreamClosed(UpstreamConnection connection) {
        if (connection != upstream) {
            return;
        }
        EndpointStats failed = connection.endpoint();
        if (responded) {
            end(isTunnel() ? Outcome.SUCCESS : Outcome.RESET);
            cut();
            return;
        }
        failed.complete(Outcome.RESET);
        endpoint = null;
        upstream = null;
        if (backend != null && attempts.againAfterBreak(connection, backend.retryBudget())) {
            again(failed);
        } else {
            fail(502);
        }
    }

    /** The endpoint was silent for too long. */
    void serverTimedOut() {
        UpstreamConnection connection = upstream;
        boolean late = responded;
        end(Outcome.TIMEOUT);
        if (connection != null) {
            connection.release(false);
        }
        if (late) {
            cut();
        } else {
            refuse(504);
        }
    }

    /** The client is gone, or must go. */
    void abort() {
        UpstreamConnection connection = upstream;
        end(isTunnel() ? Outcome.SUCCESS : Outcome.CANCELLED);
        if (connection != null) {
            connection.channel().flush();
            connection.release(false);
        }
    }

    /** Gives up on this request with an answer of our own. */
    private void fail(int giveUpStatus) {
        UpstreamConnection connection = upstream;
        end(Outcome.CANCELLED);
        if (connection != null) {
            connection.release(false);
        }
        refuse(giveUpStatus);
    }

    private void refuse(int refusal) {
        if (responded) {
            cut();
            return;
        }
        if (backend != null) {
            backend.stats().response(refusal);
        }
        client.replyError(refusal, headMethod);
    }

    private boolean isTunnel() {
        return responded && status == 101;
    }

    /** Ends a response that is not whole so that the client can tell. */
    private void cut() {
        if (framing == BodyFraming.UNTIL_CLOSE) {
            client.reset();
        } else {
            client.closeAfterFlush();
        }
    }

    /** Ends the use of the endpoint and forgets it; what the request was stays readable until the next begins. */
    private void end(Outcome outcome) {
        active = false;
        releaseHead();
        EndpointStats used = endpoint;
        endpoint = null;
        upstream = null;
        if (used != null) {
            used.complete(outcome);
        }
    }

    private void releaseHead() {
        ByteBuf kept = head;
        if (kept != null) {
            head = null;
            kept.release();
        }
    }
}
