package io.evenkeel.l7;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.l4.Splice;
import io.evenkeel.l7.http.BodyReader;
import io.evenkeel.l7.http.HeadScanner;
import io.evenkeel.l7.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one endpoint: idle in its event loop's pool, or busy with one exchange.
 *
 * <p>It reads responses and tells the exchange what they are; what becomes of them is the exchange's business.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements Upstream {

    /*
     * A failed write does not close the connection: an endpoint that refuses an upload answers at the head and goes, and
     * its answer may still lie unread in the kernel's buffer when the next part of the body cannot be sent. Such a
     * connection is read to its end, at once and without regard to back-pressure: what the kernel holds is bounded. Its end
     * looks the same whether the endpoint has said everything or not, so it ends no body.
     */
    private final EndpointStats endpoint;
    private final @Nullable UpstreamTls tls;
    private final LoopResources loop;
    private final SocketChannel channel;
    private final long idleMillis;
    private final HeadScanner scanner = new HeadScanner();
    private final BodyReader body = new BodyReader();
    private final LoopClock.Timed idleLimit = new LoopClock.Timed() {
        @Override
        void expired() {
            channel.close();
        }

        @Override
        void cut(EndpointStats other) {
            if (other == endpoint) {
                cut = true;
                channel.close();
            }
        }

        @Override
        void bound(WriteBufferWaterMark tooMuch) {
            channel.config().setWriteBufferWaterMark(tooMuch);
        }
    };
    private final Splice.Listener moves = new Splice.Listener() {
        @Override
        public void moved(long bytes) {
            Exchange current = exchange;
            if (current != null) {
                loop.clock.mark();
                endpoint.addBytesReceived(bytes);
                body.skip(bytes);
                current.responseMoved(bytes);
            }
        }

        @Override
        public void waiting() {
            Exchange current = exchange;
            if (current != null) {
                loop.clock.mark();
                current.upstreamAlive();
            }
        }

        @Override
        public void ended() {
            download = null;
        }
    };
    private @Nullable Exchange exchange;
    private @Nullable Splice download; // ends with either connection, if it has not come to its end
    private @Nullable ByteBuf received;
    private @Nullable HttpBackend statsOwner;
    private @Nullable HttpStats stats;
    private boolean headRequest;
    private boolean inBody;
    private boolean tunnel;
    private boolean persistent;
    private boolean reused;
    private boolean answering;
    private boolean pooled;
    private boolean outputFailed;
    private boolean outputEnded;
    private boolean cut;

    UpstreamConnection(
            EndpointStats endpoint,
            @Nullable UpstreamTls tls,
            LoopResources loop,
            SocketChannel channel,
            long idleMillis) {
        this.endpoint = endpoint;
        this.tls = tls;
        this.loop = loop;
        this.channel = channel;
        this.idleMillis = idleMillis;
    }

    /** Whether it was made by this, which may be null for plain text. */
    boolean isMadeBy(@Nullable UpstreamTls other) {
        return tls == other;
    }

    /** It is connected: from now on it has deadlines. */
    void opened() {
        loop.clock.mark();
        loop.clock.register(idleLimit);
        channel.config().setWriteBufferWaterMark(loop.tooMuch());
    }

    @Override
    public EndpointStats endpoint() {
        return endpoint;
    }

    /** Whether the pool has it. */
    boolean isPooled() {
        return pooled;
    }

    void pooled(boolean now) {
        pooled = now;
    }

    SocketChannel channel() {
        return channel;
    }

    /** {@inheritDoc} Remembered, since it hardly ever is another one. */
    @Override
    public HttpStats stats(HttpBackend backend) {
        HttpStats known = stats;
        if (known == null || statsOwner != backend) {
            statsOwner = backend;
            stats = known = backend.stats(endpoint);
        }
        return known;
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
        return false; // HTTP/1.1 has no way to say so
    }

    @Override
    public void begin(Exchange newExchange, boolean isHeadRequest) {
        exchange = newExchange;
        headRequest = isHeadRequest;
        inBody = false;
        answering = false;
        persistent = true;
        loop.clock.clear(idleLimit);
    }

    @Override
    public boolean isOutputOpen() {
        return !outputFailed;
    }

    @Override
    public boolean isWritable() {
        return channel.isWritable();
    }

    @Override
    public void pauseReading() {
        if (!outputFailed) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public @Nullable SocketChannel plainChannel() {
        return tls == null && !outputFailed ? channel : null;
    }

    private boolean isSpliced() {
        Splice moving = download;
        return moving != null && !moving.isOver();
    }

    @Override
    public boolean isWaitingForClient() {
        Splice moving = download;
        return moving != null && moving.isWaitingForRoom();
    }

    @Override
    public boolean resumeReading() {
        if (isSpliced() || channel.config().isAutoRead()) {
            return false;
        }
        channel.config().setAutoRead(true);
        return true;
    }

    @Override
    public void write(ByteBuf bytes) {
        endpoint.addBytesSent(bytes.readableBytes());
        channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void writeBody(ByteBuf payload, boolean chunked) {
        if (chunked) {
            endpoint.addBytesSent(payload.readableBytes());
            ChunkWriter.write(channel, payload);
        } else {
            write(payload);
        }
    }

    @Override
    public void writeEnd(boolean chunked, @Nullable Http2Headers trailers) {
        if (chunked) {
            ChunkWriter.writeLast(channel, trailers);
        }
    }

    @Override
    public void flush() {
        channel.flush();
    }

    /** {@inheritDoc} TLS ends as a whole, as a rule. */
    @Override
    public void tunnel() {
        tunnel = true;
        channel.config().setAllowHalfClosure(tls == null);
    }

    @Override
    public void endTunnelOutput() {
        outputEnded = true;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> Goodbye.say(channel));
    }

    /** {@inheritDoc} Back into the pool if that is safe, closed otherwise. */
    @Override
    public void release(boolean clean) {
        exchange = null;
        reused = true;
        if (clean && persistent && !outputFailed && channel.isActive() && toPool()) {
            if (!channel.config().isAutoRead()) {
                channel.config().setAutoRead(true);
            }
            loop.clock.deadline(idleLimit, idleMillis);
        } else if (tunnel && channel.isActive()) {
            loop.clock.deadline(idleLimit, idleMillis);
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        } else {
            channel.close();
        }
    }

    private boolean toPool() {
        HttpBackend owner = statsOwner;
        return owner != null && loop.pool.put(this, owner.cluster());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        Exchange current = exchange;
        if (current == null) {
            in.release(); // nobody asked: whatever it is, the connection cannot be trusted any more
            channel.close();
            return;
        }
        loop.clock.mark();
        endpoint.addBytesReceived(in.readableBytes());
        answering = true;
        ByteBuf held = received;
        if (held == null) {
            current.upstreamAlive();
        }
        if (tunnel) {
            current.tunnelToClient(in);
            return;
        }
        received = null;
        read(current, held == null ? in : Buffers.join(channel.alloc(), held, in));
        if (held != null && received == null && exchange == current) {
            current.upstreamAlive(); // but not for each piece of a head: it is to come whole in one patience
        }
    }

    private void read(Exchange current, ByteBuf in) {
        try {
            while (!inBody) {
                int length = scanner.scan(in, loop.scratch);
                if (length == 0) {
                    if (in.isReadable()) {
                        received = in.retain();
                    }
                    return;
                }
                ResponseHead head = loop.response;
                if (length < 0 || head.parse(loop.scratch, 0, length) != 0) {
                    scanner.reset();
                    current.badResponse();
                    return;
                }
                in.skipBytes(length);
                if (head.isInformational()) {
                    if (!current.informational(head)) {
                        return;
                    }
                } else {
                    int start = in.readerIndex();
                    if (!finalHead(current, head, in)) {
                        return;
                    }
                    if (in.readerIndex() < start) {
                        relayWithHead(current, in, start);
                        return;
                    }
                }
            }
            relayBody(current, in);
        } finally {
            in.release();
        }
    }

    /**
     * Returns false when this connection is done with HTTP, or with this exchange. What the client gets in front of the body may be
     * there afterwards.
     */
    private boolean finalHead(Exchange current, ResponseHead head, ByteBuf in) {
        if (head.status() == 101) {
            if (current.upgraded(head) && in.isReadable()) {
                current.tunnelToClient(in.retain());
            }
            return false;
        }
        inBody = true;
        persistent = head.persistent();
        if (headRequest || head.isBodiless()) {
            body.beginNone();
            boolean mayAnnounce = headRequest || head.status() == 304;
            if (!mayAnnounce && (head.chunked() || head.contentLength() > 0)) {
                persistent = false; // it may send what it has announced, in front of the next response
            }
        } else if (head.chunked()) {
            body.beginLenientChunked();
            if (head.mayNameTrailers()) {
                body.dropTrailers();
            }
        } else if (head.contentLength() >= 0) {
            body.beginLength(head.contentLength());
        } else {
            body.beginUntilClose();
            persistent = false;
        }
        return current.responseHead(head, body.remaining() > 0 && in.isReadable() ? in : null);
    }

    /* The buffer goes on as it is, with the new head in it: there is no further one to be had, not even a slice. */
    private void relayWithHead(Exchange current, ByteBuf in, int start) {
        int there = in.writerIndex() - start;
        int taken = (int) Math.min(there, body.remaining());
        if (there > taken) {
            persistent = false; // bytes that belong to no response: never reuse this connection
            in.writerIndex(start + taken);
        }
        body.skip(taken);
        current.responseBody(in.retain());
        bodyGoesOn(current);
    }

    private void relayBody(Exchange current, ByteBuf in) {
        ByteBuf payload;
        while ((payload = body.read(in)) != null) {
            current.responseBody(payload);
        }
        if (body.isFailed()) {
            current.badResponse();
            return;
        }
        if (body.isDone() && in.isReadable()) {
            persistent = false;
        }
        bodyGoesOn(current);
    }

    private void bodyGoesOn(Exchange current) {
        if (body.isDone()) {
            current.responseDone(body.trailers());
        } else if (body.remaining() >= Buffers.LONG_BODY
                && exchange == current
                && plainChannel() != null
                && !isSpliced()) {
            // But the last byte: what may be behind it has to be seen before the connection is used again.
            download = current.spliceResponse(channel, body.remaining() - 1, moves);
            if (download != null) {
                current.upstreamAlive();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null) {
            current.flushClient();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null && channel.isWritable()) {
            current.upstreamWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            Exchange current = exchange;
            if (current != null) {
                current.tunnelEnded(false);
            }
        } else if (event instanceof ChannelOutputShutdownEvent) {
            if (outputEnded) {
                return; // as it was told to
            }
            if (channel.isInputShutdown()) {
                channel.close(); // both sides of a tunnel are
                return;
            }
            outputFailed = true;
            cut = true;
            channel.config().setAutoRead(true);
            Exchange current = exchange;
            if (current != null) {
                current.upstreamTakesNoMore();
            }
        } else if (event instanceof SslCloseCompletionEvent end && !end.isSuccess()) {
            cut = true; // whoever cut the connection was not the endpoint: it would have said so
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        loop.clock.unregister(idleLimit);
        ByteBuf held = received;
        if (held != null) {
            received = null;
            held.release();
        }
        loop.pool.remove(this);
        Exchange current = exchange;
        if (current == null) {
            return;
        }
        if (inBody && body.isUntilClose() && !tunnel && !cut) {
            body.beginNone();
            current.responseDone(null);
        } else {
            current.upstreamClosed(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        cut = true; // a reset is not the end of a body
        if (!(cause instanceof IOException)) {
            channel.close(); // else it closes by itself, once there is nothing more to be read
        }
    }
}
