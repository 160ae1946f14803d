package io.evenkeel.l7;

import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.Http2Heads;
import io.evenkeel.l7.http.Http2Requests;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a client's HTTP/2 connection: one request, put in the form of HTTP/1.1 and served as such, and its
 * response.
 *
 * <p>Lives on its connection's event loop. The client may send no more than a window ahead of what the endpoint has taken,
 * and the endpoint is read no faster than the client opens its own window.
 */
final class Http2ClientStream implements Downstream {

    /* It guards against nothing between us and an endpoint, but HTTP/1.1 must have one (RFC 8441, section 5.1). */
    private static final byte[] WEB_SOCKET_KEY = Bytes.of("ZXZlbmtlZWwtaHR0cDItIQ==");

    private static final int LEAST_TAKEN = 1024;

    private enum State {
        /** A request is being served. */
        EXCHANGE,
        /** Bytes pass both ways unread. */
        TUNNEL,
        /** Our last word is said, but may not be sent yet; what still comes is thrown away. */
        ENDING,
        /** As before, and it has been a reset. */
        RESET,
        CLOSED
    }

    private final Http2ClientConnection connection;
    private final Http2Stream stream;
    private final LoopResources loop;
    private final RequestRecord record;
    private final Exchange exchange;
    private final LoopClock.Timed limit = new LoopClock.Timed() {
        @Override
        void expired() {
            timedOut();
        }
    };
    private final @Nullable BodyRate rate;
    private State state = State.EXCHANGE;
    private @Nullable ByteBuf received;
    private @Nullable Http2Headers requestTrailers;
    private @Nullable Http2Headers head;
    private @Nullable ByteBuf payload;
    private int unreturned;
    private int taken;
    private boolean isHeadOnly;
    private boolean requestEnded;
    private boolean outputEnded;
    private boolean toBeFlushed;

    Http2ClientStream(Http2ClientConnection connection, Http2Stream stream) {
        this.connection = connection;
        this.stream = stream;
        this.loop = connection.loop();
        this.rate = BodyRate.of(connection.engine().config());
        this.record = new RequestRecord(connection.peer(), connection.frontend(), loop);
        this.exchange = new Exchange(this, connection.engine(), loop);
    }

    @Override
    public EventLoop eventLoop() {
        return connection.channel().eventLoop();
    }

    @Override
    public ByteBufAllocator alloc() {
        return connection.channel().alloc();
    }

    @Override
    public RequestRecord record() {
        return record;
    }

    @Override
    public Peer peer() {
        return connection.peer();
    }

    /** Begins with a request's head. */
    void begin(Http2Headers headers, boolean isWhole) {
        requestEnded = isWhole;
        isHeadOnly = isWhole;
        loop.clock.register(limit);
        record.begin();
        take(headers);
    }

    private void take(Http2Headers headers) {
        HeadWriter writer = loop.http2Writer;
        int status = loop.http2Requests.write(headers, isHeadOnly, WEB_SOCKET_KEY, writer);
        RequestHead request = loop.request;
        if (status == 0) {
            status = request.parse(writer.bytes(), 0, writer.length());
            if (status == 0 && connection.engine().trust().refuses(request)) {
                status = 400;
            }
        }
        if (status != 0) {
            connection.frontend().stats().requestError();
            if (status == Http2Requests.MALFORMED) {
                record.status(400);
                record.refused();
                reset(Http2Error.PROTOCOL_ERROR);
            } else {
                replyError(status, false);
            }
            return;
        }
        Route route = connection.engine().refusesRequest() ? Route.NONE : connection.route(request);
        if (route instanceof Route.Pending pending) {
            progress();
            pending.guard()
                    .judgeSlowly(request)
                    .whenCompleteAsync((done, failure) -> judged(headers, failure), eventLoop());
            return;
        }
        connection.frontend().stats().request();
        record.http2Head(request);
        Dispatch.dispatch(route, request, this, connection.frontend().stats());
    }

    /** Comes back to the same request, now that a guard has made up its mind. */
    private void judged(Http2Headers headers, @Nullable Throwable failure) {
        if (state != State.EXCHANGE) {
            return; // it is gone
        }
        loop.clock.mark();
        if (failure == null) {
            take(headers);
            flushUpstreamLater();
        } else {
            replyError(503, false);
        }
    }

    /** {@inheritDoc} If the request is whole by its head, the endpoint is told so; else its body may have come by now. */
    @Override
    public void serve(HttpBackend backend, BackendTerms terms, RequestHead request) {
        exchange.begin(backend, terms, request, isHeadOnly);
        if (state == State.EXCHANGE) {
            progress();
            pump(); // what came while a guard was thinking
        }
    }

    @Override
    public void redirect(Verdict.Redirect redirect, RequestHead request) {
        reply(redirect.write(loop.writer, request, peer()).finish(alloc()));
        record.answeredHere();
    }

    @Override
    public void challenge(String realm, boolean headOnly) {
        reply(Replies.challenge(alloc(), realm, headOnly));
        record.answeredHere();
    }

    @Override
    public void drop() {
        record.refused();
        reset(Http2Error.CANCEL);
    }

    /**
     * A part of the request's body.
     *
     * @return how many bytes the client may send again
     */
    int data(ByteBuf data, int padding, boolean isLast) throws Http2Exception {
        requestEnded |= isLast;
        int bytes = data.readableBytes() + padding;
        switch (state) {
            case EXCHANGE -> {
                BodyRate body = rate;
                if (body != null && unreturned > 0) {
                    body.restart(); // the endpoint is slower
                }
                unreturned += bytes;
                keep(data);
                pump();
                if (body != null && state == State.EXCHANGE && !requestEnded && !isAskingForTunnel()) {
                    endIfTooSlow(body, data.readableBytes());
                }
            }
            case TUNNEL -> {
                unreturned += bytes;
                progress();
                exchange.tunnelToServer(data.retain());
                if (isLast) {
                    exchange.tunnelEnded(true);
                }
            }
            case ENDING, RESET, CLOSED -> {
                return bytes;
            }
        }
        if (state == State.EXCHANGE || state == State.TUNNEL) {
            flushUpstreamLater();
        }
        return 0;
    }

    private void endIfTooSlow(BodyRate body, int bytes) {
        if (exchange.isActive() && !exchange.isResponding() && body.isTooSlow(bytes, loop.clock.nanos())) {
            record.because('c');
            exchange.clientTimedOut();
        }
    }

    private void keep(ByteBuf data) {
        if (data.isReadable()) {
            ByteBuf held = received;
            received = held == null ? data.retain() : Buffers.join(alloc(), held, data.retain());
        }
    }

    private void flushUpstreamLater() {
        if (!toBeFlushed) {
            toBeFlushed = true;
            connection.flushUpstreamAfterRead(this);
        }
    }

    void flushUpstream() {
        toBeFlushed = false;
        exchange.flushUpstream();
    }

    /** What follows the request's body. */
    void trailers(Http2Headers headers) {
        requestEnded = true;
        if (state == State.EXCHANGE) {
            requestTrailers = Http2Heads.trailers(headers);
            pump();
            flushUpstreamLater();
        } else if (state == State.TUNNEL) {
            exchange.tunnelEnded(true);
        }
    }

    @Override
    public void pump() {
        if (state == State.EXCHANGE && exchange.takesBody()) {
            ByteBuf held = received;
            boolean forwarded = held != null || requestEnded;
            if (held != null) {
                received = null;
                exchange.requestBody(held);
            }
            if (requestEnded && exchange.takesBody()) {
                exchange.requestDone(requestTrailers);
            }
            if (forwarded && state == State.EXCHANGE) {
                progress();
            }
        }
        adjustReading();
    }

    /** {@inheritDoc} The client gets back the window that it has used up, once what came through it has gone on. */
    @Override
    public void adjustReading() {
        int bytes = unreturned;
        if (bytes > 0 && received == null && exchange.takesMore() && state != State.CLOSED) {
            unreturned = 0;
            try {
                if (connection.connection().local().flowController().consumeBytes(stream, bytes)) {
                    connection.flushSoon();
                }
            } catch (Http2Exception e) {
                connection.onError(connection.context(), true, e);
            }
        }
    }

    @Override
    public void progress() {
        Duration patience = switch (state) {
            case TUNNEL -> exchange.tunnelPatience();
            case EXCHANGE -> exchange.patience(isClientToMove());
            case ENDING, RESET, CLOSED -> exchange.limits().clientTimeout();
        };
        loop.clock.deadline(limit, patience.toMillis());
    }

    /** Whether it is the client that an exchange waits for: to send its body, or to take what is there for it. */
    private boolean isClientToMove() {
        boolean owesBody = !requestEnded && unreturned == 0 && !isAskingForTunnel();
        return owesBody || !isWritable();
    }

    /** Whether it waits for an agreement: what the client sends before that goes nowhere. */
    private boolean isAskingForTunnel() {
        return state == State.EXCHANGE && exchange.isWebSocket();
    }

    @Override
    public boolean isWritable() {
        return connection.encoder().flowController().isWritable(stream);
    }

    void writabilityChanged() {
        if (isWritable()) {
            exchange.clientWritable();
        }
    }

    /**
     * The client has let more of the response be sent. That is what shows that it reads: not that it opens a window, if
     * another one is closed, and whichever it was that it opened. HAProxy renews its {@code timeout client} for every byte
     * that is sent; here it takes {@value #LEAST_TAKEN}, or a client that opens its window by one byte at a time would hold
     * for weeks what is there for it.
     */
    void taken(int bytes) {
        if (isMute() || (state != State.ENDING && isWritable())) {
            return; // it is not the client that is waited for
        }
        taken += bytes;
        if (taken >= LEAST_TAKEN) {
            taken = 0;
            progress();
        }
    }

    @Override
    public boolean mayGoOn() {
        return true;
    }

    @Override
    public void count(int status) {
        record.status(status);
        connection.frontend().stats().response(status);
    }

    @Override
    public void countCompressed(GzipBody body) {
        connection.frontend().stats().compressed(body);
    }

    private Http2ConnectionEncoder encoder() {
        return connection.encoder();
    }

    private boolean isMute() {
        return state == State.RESET || state == State.CLOSED;
    }

    @Override
    public void writeInformational(HeadWriter informational) {
        sendHead(Http2Heads.response(
                informational.bytes(), informational.length(), Http2Heads.status(informational.bytes())));
    }

    @Override
    public void writeHead(HeadWriter response) {
        int status = Http2Heads.status(response.bytes());
        if (exchange.isWebSocket() && status / 100 == 2) {
            reset(Http2Error.CONNECT_ERROR); // to the client it would mean that the WebSocket is there
            return;
        }
        countBytes(response.length());
        head = Http2Heads.response(response.bytes(), response.length(), status);
    }

    private void countBytes(int bytes) {
        record.sent(bytes);
        connection.frontend().traffic().addBytesOut(bytes);
    }

    private void sendHead(Http2Headers headers) {
        if (!isMute()) {
            ChannelHandlerContext ctx = connection.context();
            encoder().writeHeaders(ctx, stream.id(), headers, 0, false, ctx.newPromise());
        }
    }

    /* The last frame is held back until it is known whether it is the last: it need not be followed by an empty one. */
    private void sendHeld() {
        Http2Headers heldHead = head;
        if (heldHead != null) {
            head = null;
            sendHead(heldHead);
        }
        ByteBuf held = payload;
        if (held != null) {
            payload = null;
            sendData(held, false);
        }
    }

    private ChannelFuture sendData(ByteBuf data, boolean isLast) {
        ChannelHandlerContext ctx = connection.context();
        return encoder().writeData(ctx, stream.id(), data, 0, isLast, ctx.newPromise());
    }

    @Override
    public void writeBody(ByteBuf part, BodyFraming framing) {
        if (isMute()) {
            part.release();
            return;
        }
        countBytes(part.readableBytes());
        sendHeld();
        payload = part;
    }

    @Override
    public void writeEnd(BodyFraming framing, @Nullable Http2Headers trailers) {
        if (isMute()) {
            return;
        }
        ChannelHandlerContext ctx = connection.context();
        ChannelFuture last;
        if (trailers != null) {
            sendHeld();
            last = encoder().writeHeaders(ctx, stream.id(), trailers, 0, true, ctx.newPromise());
        } else {
            ByteBuf held = payload;
            Http2Headers heldHead = head;
            payload = null;
            head = null;
            if (held == null && heldHead != null) {
                last = encoder().writeHeaders(ctx, stream.id(), heldHead, 0, true, ctx.newPromise());
            } else {
                if (heldHead != null) {
                    sendHead(heldHead);
                }
                last = sendData(held == null ? Unpooled.EMPTY_BUFFER : held, true);
            }
        }
        if (!requestEnded) {
            last.addListener(sent -> stopRequest());
        }
        connection.flushSoon();
    }

    /** The response is whole and was sent: the client need not send the rest of its request (RFC 9113, section 8.1). */
    private void stopRequest() {
        if (!isMute() && !requestEnded) {
            reset(Http2Error.NO_ERROR);
        }
    }

    @Override
    public void flush() {
        if (!isMute()) {
            sendHeld();
        }
        connection.flushSoon();
    }

    @Override
    public void beginTunnel(HeadWriter agreement) {
        countBytes(agreement.length());
        sendHead(Http2Heads.response(agreement.bytes(), agreement.length(), 200));
        connection.flushSoon();
        state = State.TUNNEL;
        progress();
        ByteBuf held = received;
        if (held != null) {
            received = null;
            exchange.tunnelToServer(held);
            exchange.flushUpstream();
        }
        if (requestEnded) {
            exchange.tunnelEnded(true);
        }
    }

    @Override
    public void endTunnelOutput() {
        if (!isMute()) {
            outputEnded = true;
            ByteBuf held = payload;
            payload = null;
            sendData(held == null ? Unpooled.EMPTY_BUFFER : held, true);
            connection.flushSoon();
        }
    }

    @Override
    public void exchangeDone(boolean keepAlive) {
        record.finish();
        ending();
    }

    @Override
    public void replyPage(int status, ByteBuf page) {
        count(status);
        reply(page);
        record.refused();
    }

    /** Answers with a whole message in the form of HTTP/1.1. */
    private void reply(ByteBuf message) {
        byte[] bytes = new byte[message.readableBytes()];
        message.readBytes(bytes).release();
        int body = 4;
        while (bytes[body - 1] != '\n' || bytes[body - 3] != '\n') {
            body++;
        }
        if (isMute()) {
            return;
        }
        countBytes(bytes.length);
        head = Http2Heads.response(bytes, body, Http2Heads.status(bytes));
        if (body < bytes.length) {
            payload = Unpooled.wrappedBuffer(bytes, body, bytes.length - body);
        }
        writeEnd(BodyFraming.LENGTH, null);
        ending();
    }

    private void ending() {
        if (!isMute()) {
            state = State.ENDING;
            dropHeld();
            adjustReading();
            progress();
        }
    }

    @Override
    public void cut(BodyFraming framing) {
        record.finish();
        if (state == State.TUNNEL) {
            if (!outputEnded) {
                writeEnd(framing, null);
            } else if (!requestEnded) {
                reset(Http2Error.CANCEL); // else it would talk on to nobody
            }
            ending();
        } else {
            reset(Http2Error.INTERNAL_ERROR);
        }
    }

    private void reset(Http2Error error) {
        if (isMute()) {
            return;
        }
        state = State.RESET;
        dropHeld();
        ChannelHandlerContext ctx = connection.context();
        encoder().writeRstStream(ctx, stream.id(), error.code(), ctx.newPromise());
        connection.flushSoon();
        progress();
    }

    private void timedOut() {
        switch (state) {
            case EXCHANGE -> {
                if (!exchange.isActive()) {
                    reset(Http2Error.CANCEL);
                } else if (!isClientToMove()) {
                    exchange.serverTimedOut();
                } else {
                    record.because('c');
                    if (exchange.isResponding()) {
                        exchange.abort();
                        reset(Http2Error.CANCEL);
                    } else {
                        exchange.clientTimedOut();
                    }
                }
            }
            case TUNNEL -> {
                record.because('c');
                exchange.abort();
                reset(Http2Error.CANCEL);
            }
            case ENDING -> reset(Http2Error.CANCEL);
            case RESET -> connection.abandon();
            case CLOSED -> {}
        }
    }

    private void dropHeld() {
        head = null;
        ByteBuf held = received;
        if (held != null) {
            received = null;
            held.release();
        }
        held = payload;
        if (held != null) {
            payload = null;
            held.release();
        }
    }

    /** The stream is no more, for whatever reason. */
    void closed() {
        state = State.CLOSED;
        loop.clock.unregister(limit);
        dropHeld();
        if (exchange.isActive()) {
            exchange.abort();
        }
        record.clientGone();
    }
}
