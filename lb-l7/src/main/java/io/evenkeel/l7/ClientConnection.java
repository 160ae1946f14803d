package io.evenkeel.l7;

import io.evenkeel.l4.Splice;
import io.evenkeel.l7.HeadRewriter.BodyFraming;
import io.evenkeel.l7.http.BodyReader;
import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadScanner;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection from a client that speaks HTTP/1: reads requests one after the other and hands each to its exchange.
 *
 * <p>Lives on one event loop. Whatever arrives while a request is being served is kept, within a bound, until its turn.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter implements Downstream {

    private enum State {
        /** Between requests, or in the middle of a head. */
        HEAD,
        /** A whole head is there, and it is being found out whether its sender may do what it asks for. */
        GUARD,
        /** A request is being served. */
        EXCHANGE,
        /** Bytes pass both ways unread. */
        TUNNEL,
        /** Our last word is said; what still comes is thrown away, so that the client gets to read it. */
        CLOSING
    }

    private static final int MAX_AHEAD = 64 * 1024;
    private static final long LINGER_MILLIS = 2000;
    private static final byte[] HTTP_2_PREFACE = Bytes.of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

    private final HttpFrontend frontend;
    private final HttpEngine engine;
    private final SocketChannel channel;
    private final boolean tls;
    private final LoopResources loop;
    private final Peer peer;
    private final RequestRecord record;
    private final Exchange exchange;
    private final HeadScanner scanner = new HeadScanner();
    private final BodyReader body = new BodyReader();
    private final LoopClock.Timed limit = new LoopClock.Timed() {
        @Override
        void expired() {
            timedOut();
        }

        @Override
        void draining() {
            endIfIdle();
        }

        @Override
        void bound(WriteBufferWaterMark tooMuch) {
            channel.config().setWriteBufferWaterMark(tooMuch);
        }
    };
    private final Splice.Listener moves = new Splice.Listener() {
        @Override
        public void moved(long bytes) {
            loop.clock.mark();
            frontend.traffic().addBytesIn(bytes);
            body.skip(bytes);
            exchange.requestMoved(bytes);
            progress();
            if (isWaitingForEndpoint()) {
                restartRate();
            } else {
                endIfTooSlow(bytes);
            }
        }

        @Override
        public void waiting() {
            loop.clock.mark();
            progress();
            restartRate();
        }

        @Override
        public void ended() {
            upload = null;
            adjustReading();
        }

        @Override
        public void sourceFailed() {
            channel.close();
        }
    };
    private final @Nullable BodyRate rate;
    private State state = State.HEAD;
    private @Nullable ByteBuf received;
    private @Nullable Splice upload; // ends with either connection, if it has not come to its end
    private boolean inHead;
    private boolean mayBeHttp2;
    private boolean inputClosed;

    ClientConnection(HttpFrontend frontend, HttpEngine engine, SocketChannel channel, boolean tls) {
        this.frontend = frontend;
        this.tls = tls;
        this.mayBeHttp2 = !tls && frontend.http2();
        this.engine = engine;
        this.channel = channel;
        this.loop = engine.loop(channel.eventLoop());
        this.rate = BodyRate.of(engine.config());
        this.peer = new Peer(channel, engine.trust(), tls);
        this.record = new RequestRecord(peer, frontend, loop);
        this.exchange = new Exchange(this, engine, loop);
    }

    HttpFrontend frontend() {
        return frontend;
    }

    HttpEngine engine() {
        return engine;
    }

    LoopResources loop() {
        return loop;
    }

    SocketChannel channel() {
        return channel;
    }

    @Override
    public EventLoop eventLoop() {
        return channel.eventLoop();
    }

    @Override
    public ByteBufAllocator alloc() {
        return channel.alloc();
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public RequestRecord record() {
        return record;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        peer.connected();
        frontend.traffic().connectionOpened();
        channel.config().setWriteBufferWaterMark(loop.tooMuch());
        loop.clock.register(limit);
        loop.clock.deadline(limit, engine.config().headTimeout().toMillis());
        SslHandler handler = tls ? channel.pipeline().get(SslHandler.class) : null;
        if (handler != null && ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol())) {
            becomeHttp2();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        loop.clock.mark();
        frontend.traffic().addBytesIn(in.readableBytes());
        switch (state) {
            case CLOSING -> in.release();
            case TUNNEL -> {
                progress();
                exchange.tunnelToServer(in);
            }
            case HEAD, GUARD, EXCHANGE -> {
                int bytes = state == State.EXCHANGE ? in.readableBytes() : 0;
                keep(in);
                if (mayBeHttp2 && beginsHttp2()) {
                    return;
                }
                pump();
                if (bytes > 0 && state == State.EXCHANGE) {
                    endIfTooSlow(bytes);
                }
            }
        }
    }

    private void endIfTooSlow(long bytes) {
        BodyRate pace = rate;
        if (pace != null
                && !exchange.isRequestDone()
                && !exchange.isResponding()
                && pace.isTooSlow(bytes, loop.clock.nanos())) {
            record.because('c');
            exchange.clientTimedOut();
        }
    }

    private void restartRate() {
        BodyRate pace = rate;
        if (pace != null) {
            pace.restart();
        }
    }

    /** Whether what was received begins as HTTP/2 does; if all of that has come, another handler has taken over. */
    private boolean beginsHttp2() {
        ByteBuf held = received;
        if (held == null) {
            return false;
        }
        int length = Math.min(held.readableBytes(), HTTP_2_PREFACE.length);
        for (int i = 0; i < length; i++) {
            if (held.getByte(held.readerIndex() + i) != HTTP_2_PREFACE[i]) {
                mayBeHttp2 = false;
                return false;
            }
        }
        if (length == HTTP_2_PREFACE.length) {
            becomeHttp2();
        }
        return true;
    }

    private void becomeHttp2() {
        loop.clock.unregister(limit);
        ByteBuf held = received;
        received = null;
        Http2ClientConnection handler = Http2ClientConnection.of(this);
        channel.pipeline().replace(this, null, handler);
        if (held != null) {
            handler.takeOver(held);
        }
    }

    private void keep(ByteBuf in) {
        ByteBuf held = received;
        if (held == null) {
            received = in;
        } else {
            received = Buffers.join(channel.alloc(), held, in);
        }
    }

    @Override
    public void pump() {
        // A client that takes no responses gets no further ones, else they would pile up here.
        while (state == State.HEAD && channel.isWritable() && readHead()) {
            // one turn per request that could be answered at once
        }
        ByteBuf held = received;
        boolean forwarded = state == State.EXCHANGE && held != null && forwardBody(held);
        dropIfEmpty();
        if (inputClosed) {
            endOfInput();
        }
        adjustReading();
        if (forwarded && state == State.EXCHANGE) {
            progress(); // but not for what is kept: a client that talks while it waits does not make the endpoint
            // answer
        }
    }

    /** Forwards what has been received of the request's body; true if that brought it any further. */
    private boolean forwardBody(ByteBuf held) {
        if (!exchange.takesBody()) {
            return false;
        }
        boolean forwarded = false;
        ByteBuf payload;
        while ((payload = body.read(held)) != null) {
            forwarded = true;
            exchange.requestBody(payload);
        }
        if (body.isFailed()) {
            exchange.badRequest();
        } else if (body.isDone()) {
            exchange.requestDone(body.trailers());
        } else if (body.remaining() >= Buffers.LONG_BODY && !tls && !held.isReadable() && !isSpliced()) {
            upload = exchange.spliceRequest(channel, body.remaining() - 1, moves);
        }
        return forwarded || body.isDone();
    }

    /** What was received is all there is: goes on for as long as that makes requests. */
    private void endOfInput() {
        if (state == State.HEAD && channel.isWritable()) {
            closeAfterFlush();
        } else if (state == State.EXCHANGE && !exchange.isRequestDone() && exchange.isConnected()) {
            channel.close();
        }
    }

    /** {@inheritDoc} Reads while there is somebody to take what comes, or room to keep it. */
    @Override
    public void adjustReading() {
        if (isSpliced()) {
            return; // it is another one who reads
        }
        ByteBuf held = received;
        boolean read = switch (state) {
            case HEAD -> channel.isWritable();
            case GUARD -> mayKeepMore(held);
            case EXCHANGE, TUNNEL -> exchange.takesMoreOnceFlushed() && mayKeepMore(held);
            case CLOSING -> true;
        };
        if (channel.config().isAutoRead() != read) {
            channel.config().setAutoRead(read);
            restartRate();
        }
    }

    private boolean mayKeepMore(@Nullable ByteBuf held) {
        return held == null || (held.readableBytes() < MAX_AHEAD && !loop.isSparing());
    }

    private void dropIfEmpty() {
        ByteBuf held = received;
        if (held != null && !held.isReadable()) {
            received = null;
            held.release();
        }
    }

    /** Returns true if a whole head was read and answered at once, so that there may be another. */
    private boolean readHead() {
        ByteBuf in = received;
        if (in == null || !in.isReadable()) {
            return false;
        }
        if (!inHead) {
            if (!skipEmptyLine(in)) {
                return false;
            }
            inHead = true;
            record.begin();
            if (!Bytes.isToken(in.getByte(in.readerIndex()))) { // TLS, for instance: no head may ever follow
                frontend.stats().requestError();
                replyError(400, false);
                return false;
            }
            loop.clock.deadline(limit, engine.config().headTimeout().toMillis());
        }
        int length = scanner.scan(in, loop.scratch);
        if (length == 0) {
            return false;
        }
        inHead = false;
        RequestHead head = loop.request;
        int status = length < 0 ? 431 : head.parse(loop.scratch, 0, length);
        if (status == 0 && engine.trust().refuses(head)) {
            status = 400;
        }
        if (status != 0) {
            frontend.stats().requestError();
            replyError(status, false);
            return false;
        }
        Route route = engine.refusesRequest() ? Route.NONE : frontend.router().route(head, peer);
        if (route instanceof Route.Pending pending) {
            return await(pending.guard(), head);
        }
        in.skipBytes(length);
        frontend.stats().request();
        record.head(head);
        Dispatch.dispatch(route, head, this, frontend.stats());
        return state == State.HEAD;
    }

    /** Comes back to the same request, which stays where it is, once the guard has made up its mind. */
    private boolean await(Guard guard, RequestHead head) {
        state = State.GUARD;
        loop.clock.deadline(limit, engine.config().serverTimeout().toMillis());
        guard.judgeSlowly(head)
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (state != State.GUARD) {
                                return; // it is gone
                            }
                            loop.clock.mark();
                            state = State.HEAD;
                            if (failure != null) {
                                replyError(503, false);
                                return;
                            }
                            pump();
                        },
                        channel.eventLoop());
        return false;
    }

    /* RFC 9112, section 2.2: one empty line before a request line is ignored. False if more bytes are needed to tell. */
    private static boolean skipEmptyLine(ByteBuf in) {
        int at = in.readerIndex();
        if (in.getByte(at) != '\r') {
            return true;
        }
        if (in.readableBytes() > 1 && in.getByte(at + 1) == '\n') {
            in.skipBytes(2);
            return in.isReadable();
        }
        return in.readableBytes() > 1;
    }

    @Override
    public void serve(HttpBackend backend, BackendTerms terms, RequestHead head) {
        state = State.EXCHANGE;
        restartRate();
        if (head.chunked()) {
            body.beginChunked();
            if (head.mayNameTrailers()) {
                body.dropTrailers();
            }
        } else {
            body.beginLength(Math.max(head.contentLength(), 0));
        }
        exchange.begin(backend, terms, head, body.isDone());
        if (state == State.EXCHANGE) {
            progress();
        }
    }

    @Override
    public void redirect(Verdict.Redirect redirect, RequestHead head) {
        boolean hasBody = head.chunked() || head.contentLength() > 0;
        HeadWriter writer = redirect.write(loop.writer, head, peer);
        if (!head.persistent() || hasBody || engine.isDraining()) {
            write(writer.add(Replies.CONNECTION_CLOSE).finish(channel.alloc()));
            record.answeredHere();
            linger();
            return;
        }
        write(writer.finish(channel.alloc()));
        record.answeredHere();
        channel.flush();
        loop.clock.deadline(limit, engine.config().keepAliveTimeout().toMillis());
    }

    @Override
    public void challenge(String realm, boolean headOnly) {
        write(Replies.challenge(channel.alloc(), realm, headOnly));
        record.answeredHere();
        linger();
    }

    @Override
    public void drop() {
        record.refused();
        state = State.CLOSING;
        dropReceived();
        channel.close();
    }

    @Override
    public @Nullable SocketChannel plainChannel() {
        return tls ? null : channel;
    }

    @Override
    public void sent(long bytes) {
        record.sent(bytes);
        frontend.traffic().addBytesOut(bytes);
    }

    private void write(ByteBuf bytes) {
        sent(bytes.readableBytes());
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void writeInformational(HeadWriter head) {
        write(head.finish(channel.alloc()));
    }

    @Override
    public void writeHead(HeadWriter head) {
        write(head.finish(channel.alloc()));
    }

    /** {@inheritDoc} One buffer less to be had and to be sent. */
    @Override
    public void writeHead(HeadWriter head, ByteBuf begun) {
        if (!head.finishBefore(begun)) {
            writeHead(head);
        }
    }

    @Override
    public void writeBody(ByteBuf payload, BodyFraming framing) {
        if (framing == BodyFraming.CHUNKED) {
            sent(payload.readableBytes());
            ChunkWriter.write(channel, payload);
        } else {
            write(payload);
        }
    }

    @Override
    public void writeEnd(BodyFraming framing, @Nullable Http2Headers trailers) {
        if (framing == BodyFraming.CHUNKED) {
            ChunkWriter.writeLast(channel, trailers);
        }
    }

    @Override
    public void flush() {
        channel.flush();
    }

    @Override
    public void count(int status) {
        record.status(status);
        frontend.stats().response(status);
    }

    @Override
    public void countCompressed(GzipBody body) {
        frontend.stats().compressed(body);
    }

    @Override
    public void progress() {
        Duration patience = state == State.TUNNEL ? exchange.tunnelPatience() : exchange.patience(isClientToMove());
        loop.clock.deadline(limit, patience.toMillis());
    }

    /** Whether it is the client that an exchange waits for: to send its body, or to take what is there for it. */
    private boolean isClientToMove() {
        boolean owesBody = isSpliced()
                ? !isWaitingForEndpoint()
                : !exchange.isRequestDone() && channel.config().isAutoRead();
        return owesBody || !channel.isWritable() || exchange.isWaitingForClient();
    }

    private boolean isSpliced() {
        Splice moving = upload;
        return moving != null && !moving.isOver();
    }

    private boolean isWaitingForEndpoint() {
        Splice moving = upload;
        return moving != null && moving.isWaitingForRoom();
    }

    /** {@inheritDoc} The client may still send one, or has, and we are not about to end. */
    @Override
    public boolean mayGoOn() {
        return !engine.isDraining() && (!inputClosed || received != null);
    }

    private void endIfIdle() {
        if (state == State.HEAD && received == null) {
            closeAfterFlush();
        }
    }

    @Override
    public void beginTunnel(HeadWriter head) {
        write(head.finish(channel.alloc()));
        channel.flush();
        state = State.TUNNEL;
        progress();
        ByteBuf held = received;
        if (held != null) {
            received = null;
            exchange.tunnelToServer(held);
            exchange.flushUpstream();
        }
        if (inputClosed) {
            exchange.tunnelEnded(true);
        }
    }

    @Override
    public void endTunnelOutput() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> Goodbye.say(channel));
    }

    @Override
    public void exchangeDone(boolean keepAlive) {
        record.finish();
        if (!channel.isActive()) {
            return;
        }
        if (!keepAlive || !mayGoOn()) {
            if (exchange.isRequestDone() && received == null) {
                closeAfterFlush();
            } else {
                linger();
            }
            return;
        }
        channel.flush();
        state = State.HEAD;
        loop.clock.deadline(limit, engine.config().keepAliveTimeout().toMillis());
        adjustReading();
        if (received != null) {
            // A pipelined request: taken up from the loop, so that a long pipeline is no deep stack.
            channel.eventLoop().execute(this::pump);
        }
    }

    @Override
    public void replyPage(int status, ByteBuf page) {
        count(status);
        write(page);
        record.refused();
        linger();
    }

    /** Says that nothing more comes once all is said, and waits a little for the client to take it. */
    private void linger() {
        if (inputClosed) {
            closeAfterFlush();
            return;
        }
        state = State.CLOSING;
        dropReceived();
        loop.clock.deadline(limit, engine.config().clientTimeout().toMillis());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> endOutput());
        adjustReading();
    }

    private void endOutput() {
        Goodbye.say(channel);
        loop.clock.deadline(limit, LINGER_MILLIS);
    }

    @Override
    public void cut(BodyFraming framing) {
        record.finish();
        if (framing == BodyFraming.UNTIL_CLOSE) {
            reset();
        } else {
            closeAfterFlush();
        }
    }

    private void closeAfterFlush() {
        state = State.CLOSING;
        dropReceived();
        if (!tls) {
            channel.flush();
            ChannelOutboundBuffer left = channel.unsafe().outboundBuffer();
            if (left == null || left.isEmpty()) {
                channel.close(); // what is nearly always so, without a further write and a promise
                return;
            }
        }
        loop.clock.deadline(limit, engine.config().clientTimeout().toMillis());
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        adjustReading();
    }

    /** Ends the connection in a way that nobody can take for the end of a body: by a reset, and without a TLS alert. */
    private void reset() {
        state = State.CLOSING;
        channel.flush();
        if (!channel.isOpen()) {
            return; // the flush has found out that the client is gone
        }
        try {
            channel.config().setSoLinger(0);
        } catch (ChannelException e) {
            // The client was faster: there is no connection left that could end in any way.
        }
        channel.pipeline().firstContext().close();
    }

    private void dropReceived() {
        ByteBuf held = received;
        if (held != null) {
            received = null;
            held.release();
        }
    }

    private void timedOut() {
        if (state == State.HEAD && inHead) {
            frontend.stats().requestError();
            replyError(408, false);
        } else if (state == State.EXCHANGE && exchange.isActive()) {
            if (!isClientToMove()) {
                exchange.serverTimedOut();
                return;
            }
            record.because('c');
            if (exchange.isResponding()) {
                channel.close();
            } else {
                exchange.clientTimedOut();
            }
        } else {
            record.because('c');
            channel.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        exchange.flushUpstream();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (channel.isWritable()) {
            exchange.clientWritable();
            if (state == State.HEAD) {
                channel.eventLoop().execute(this::pump); // requests that were held back
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputClosed = true;
            switch (state) {
                case HEAD, GUARD, EXCHANGE -> pump();
                case TUNNEL -> exchange.tunnelEnded(true);
                case CLOSING -> closeAfterFlush();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.CLOSING;
        loop.clock.unregister(limit);
        dropReceived();
        if (exchange.isActive()) {
            exchange.abort();
        }
        record.clientGone();
        frontend.traffic().connectionClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        channel.close();
    }
}
