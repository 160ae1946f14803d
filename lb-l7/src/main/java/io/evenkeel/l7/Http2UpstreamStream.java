package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.Http2Heads;
import io.evenkeel.l7.http.Http2Responses;
import io.evenkeel.l7.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an HTTP/2 connection to an endpoint: sends one request, and puts its response in the form of HTTP/1.1.
 *
 * <p>Lives on its connection's event loop, for one exchange. The endpoint gets back the window that it has used up once
 * the client takes more.
 */
final class Http2UpstreamStream implements Upstream {

    private final Http2UpstreamConnection connection;
    private final boolean reused;
    private final long readsBefore;
    private @Nullable Http2Stream stream;
    private @Nullable Exchange exchange;
    private @Nullable ByteBuf payload;
    private int unreturned;
    private long owed;
    private boolean headRequest;
    private boolean answering;
    private boolean responding;
    private boolean responseEnded;
    private boolean requestEnded;
    private boolean bodySent;
    private boolean refused;
    private boolean paused;
    private boolean closed;
    private boolean toBeFlushed;

    Http2UpstreamStream(Http2UpstreamConnection connection) {
        this.connection = connection;
        this.reused = connection.isUsed();
        this.readsBefore = connection.reads();
    }

    @Override
    public EndpointStats endpoint() {
        return connection.endpoint();
    }

    @Override
    public HttpStats stats(HttpBackend backend) {
        return connection.stats(backend);
    }

    @Override
    public boolean isReused() {
        return reused;
    }

    @Override
    public boolean isAnswering() {
        return answering;
    }

    @Override
    public boolean isUntouched() {
        return refused && !bodySent;
    }

    @Override
    public void begin(Exchange newExchange, boolean isHeadRequest) {
        exchange = newExchange;
        headRequest = isHeadRequest;
    }

    @Override
    public boolean isOutputOpen() {
        return !closed && !requestEnded;
    }

    @Override
    public boolean isWritable() {
        Http2Stream to = stream;
        return to == null || closed || connection.encoder().flowController().isWritable(to);
    }

    void writabilityChanged() {
        Exchange current = exchange;
        if (current != null && isWritable()) {
            current.upstreamWritable();
        }
    }

    @Override
    public void write(ByteBuf head) {
        byte[] bytes = new byte[head.readableBytes()];
        head.readBytes(bytes).release();
        endpoint().addBytesSent(bytes.length);
        Exchange current = exchange;
        requestEnded = current != null && current.endsWithHead();
        stream = connection.begin(this, Http2Heads.request(bytes, connection.isTls()), requestEnded);
        if (stream == null) {
            connection.context().executor().execute(() -> closed(true));
        }
        connection.flushSoon();
    }

    @Override
    public void writeBody(ByteBuf part, boolean chunked) {
        if (closed) {
            part.release();
            return;
        }
        endpoint().addBytesSent(part.readableBytes());
        bodySent = true;
        sendHeld();
        payload = part;
    }

    /* The last part is held back until it is known whether it is the last: it need not be followed by an empty one. */
    private void sendHeld() {
        ByteBuf held = payload;
        if (held != null) {
            payload = null;
            send(held, false);
        }
    }

    private void send(ByteBuf data, boolean isLast) {
        Http2Stream to = stream;
        if (to == null || closed) {
            data.release();
            return;
        }
        ChannelHandlerContext ctx = connection.context();
        connection.encoder().writeData(ctx, to.id(), data, 0, isLast, ctx.newPromise());
    }

    @Override
    public void writeEnd(boolean chunked, @Nullable Http2Headers trailers) {
        Http2Stream to = stream;
        if (requestEnded || closed || to == null) {
            return;
        }
        requestEnded = true;
        bodySent = true;
        if (trailers != null) {
            sendHeld();
            ChannelHandlerContext ctx = connection.context();
            connection.encoder().writeHeaders(ctx, to.id(), trailers, 0, true, ctx.newPromise());
        } else {
            ByteBuf held = payload;
            payload = null;
            send(held == null ? Unpooled.EMPTY_BUFFER : held, true);
        }
        connection.flushSoon();
    }

    @Override
    public void flush() {
        sendHeld();
        connection.flushSoon();
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public boolean resumeReading() {
        if (!paused) {
            return false;
        }
        paused = false;
        returnWindow();
        return true;
    }

    private void returnWindow() {
        int bytes = unreturned;
        Http2Stream from = stream;
        if (bytes > 0 && from != null && !closed) {
            unreturned = 0;
            try {
                if (connection.connection().local().flowController().consumeBytes(from, bytes)) {
                    connection.flushSoon();
                }
            } catch (Http2Exception e) {
                connection.onError(connection.context(), true, e);
            }
        }
    }

    @Override
    public void tunnel() {
        throw new IllegalStateException("no upgrade was asked for");
    }

    @Override
    public void endTunnelOutput() {
        throw new IllegalStateException("no upgrade was asked for");
    }

    @Override
    public void release(boolean clean) {
        exchange = null;
        ByteBuf held = payload;
        if (held != null) {
            payload = null;
            held.release();
        }
        Http2Stream from = stream;
        if (from == null || closed) {
            return;
        }
        if (!(responseEnded && requestEnded)) {
            ChannelHandlerContext ctx = connection.context();
            connection.encoder().writeRstStream(ctx, from.id(), Http2Error.CANCEL.code(), ctx.newPromise());
            connection.flushSoon();
        }
        if (!clean && connection.reads() == readsBefore) {
            connection.probe();
        }
    }

    void headers(Http2Headers headers, boolean isLast) {
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        answering = true;
        current.upstreamAlive();
        if (responding) {
            if (owed > 0) {
                current.badResponse();
                return;
            }
            responseEnded = true;
            current.responseDone(Http2Heads.trailers(headers));
            return;
        }
        HeadWriter writer = connection.loop().http2Writer;
        ResponseHead head = connection.loop().response;
        if (!Http2Responses.write(headers, writer)
                || head.parse(writer.bytes(), 0, writer.length()) != 0
                || head.status() == 101
                || (isLast && head.isInformational())) {
            current.badResponse();
            return;
        }
        endpoint().addBytesReceived(writer.length());
        if (head.isInformational()) {
            current.informational(head);
            flushClientLater();
            return;
        }
        owed = headRequest || head.isBodiless() ? 0 : head.contentLength();
        if (isLast && owed > 0) {
            current.badResponse();
            return;
        }
        responding = true;
        if (!current.responseHead(head, null)) {
            return;
        }
        if (isLast) {
            responseEnded = true;
            current.responseDone(null);
        } else {
            flushClientLater();
        }
    }

    /**
     * A part of the response's body.
     *
     * @return how many bytes the endpoint may send again
     */
    int data(ByteBuf data, int padding, boolean isLast) {
        int bytes = data.readableBytes() + padding;
        Exchange current = exchange;
        if (current == null) {
            return bytes;
        }
        current.upstreamAlive();
        if (!responding || !isOwed(data.readableBytes(), isLast)) {
            current.badResponse();
            return bytes;
        }
        endpoint().addBytesReceived(data.readableBytes());
        if (data.isReadable()) {
            current.responseBody(data.retain());
        }
        if (exchange != current) {
            return bytes; // the client turned out to be gone
        }
        if (isLast) {
            responseEnded = true;
            current.responseDone(null);
            return bytes;
        }
        flushClientLater();
        if (paused) {
            unreturned += bytes;
            return 0;
        }
        return bytes;
    }

    /* In HTTP/1.1 what is more or less than the head says would be taken for the next response, or that for it. */
    private boolean isOwed(int bytes, boolean isLast) {
        if (owed < 0) {
            return true; // the head says nothing
        }
        owed -= bytes;
        return isLast ? owed == 0 : owed >= 0;
    }

    private void flushClientLater() {
        if (!toBeFlushed) {
            toBeFlushed = true;
            connection.flushClientAfterRead(this);
        }
    }

    void flushClient() {
        toBeFlushed = false;
        Exchange current = exchange;
        if (current != null) {
            current.flushClient();
        }
    }

    /** The endpoint says that it has done nothing with the request. */
    void refused() {
        refused = true;
    }

    /** The stream is no more, for whatever reason; perhaps the endpoint never looked at it. */
    void closed(boolean wasRefused) {
        closed = true;
        refused |= wasRefused;
        ByteBuf held = payload;
        if (held != null) {
            payload = null;
            held.release();
        }
        Exchange current = exchange;
        if (current != null) {
            exchange = null;
            current.upstreamClosed(this);
        }
    }
}
