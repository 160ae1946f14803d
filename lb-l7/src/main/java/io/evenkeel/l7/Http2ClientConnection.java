package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One connection from a client that speaks HTTP/2: hands each stream's frames to the stream, and ends when there has been
 * none for a while.
 *
 * <p>Lives on one event loop. What its streams write is sent once per turn of the loop.
 */
final class Http2ClientConnection extends Http2ConnectionHandler implements SentBytes.Listener {

    private static final Route MISDIRECTED = new Route.Reply(421);
    private static final long LAST_CALL_MILLIS = 1000;
    private static final long LINGER_MILLIS = 2000;

    private final HttpFrontend frontend;
    private final HttpEngine engine;
    private final SocketChannel channel;
    private final LoopResources loop;
    private final Peer peer;
    private final Http2Connection.PropertyKey key = connection().newKey();
    private final List<Http2ClientStream> uploading = new ArrayList<>();
    private final Runnable flusher = this::flushNow;
    private final LoopClock.Timed limit = new LoopClock.Timed() {
        @Override
        void expired() {
            timedOut();
        }

        @Override
        void draining() {
            drain();
        }

        @Override
        void bound(WriteBufferWaterMark tooMuch) {
            channel.config().setWriteBufferWaterMark(tooMuch);
        }
    };
    private @Nullable ChannelHandlerContext context;
    private boolean flushing;
    private boolean lastCall;
    private boolean ending;
    private boolean lingering;

    private Http2ClientConnection(
            ClientConnection from,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings, false, false);
        this.frontend = from.frontend();
        this.engine = from.engine();
        this.channel = from.channel();
        this.loop = from.loop();
        this.peer = from.peer();
        decoder.frameListener(new Frames());
        connection().addListener(new Closings());
        encoder.flowController().listener(this::writabilityChanged);
    }

    /** The handler for a connection that turns out to be of HTTP/2. */
    static Http2ClientConnection of(ClientConnection from) {
        return Http2Limits.server(
                from.engine().config().clientTimeout(),
                (decoder, encoder, settings) -> new Http2ClientConnection(from, decoder, encoder, settings));
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

    Peer peer() {
        return peer;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        loop.clock.register(limit);
        loop.clock.deadline(limit, engine.config().headTimeout().toMillis());
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        Http2Limits.openWindow(this, ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        loop.clock.mark();
        frontend.traffic().addBytesIn(((ByteBuf) msg).readableBytes());
        super.channelRead(ctx, msg);
    }

    /** Reads what was received before it was known to be of HTTP/2, and has been counted. */
    void takeOver(ByteBuf received) {
        try {
            super.channelRead(context(), received);
        } catch (Exception e) {
            exceptionCaught(context(), e);
        }
    }

    /**
     * Where a request goes. A client may ask for several hosts on one connection, if one certificate is for all of them
     * (RFC 9113, section 9.1.1): each host's requests then go where a handshake for it would have led, if anywhere.
     */
    Route route(RequestHead request) {
        byte[] name = peer.serverName();
        if (name == null || isFor(name, request)) {
            return frontend.router().route(request, peer);
        }
        String host = hostWithoutPort(request);
        if (!frontend.isSameServer(new String(name, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT), host)) {
            return MISDIRECTED;
        }
        Route route = frontend.router().route(request, peer.askingFor(Bytes.of(host)));
        return route == Route.NONE ? frontend.router().route(request, peer) : route;
    }

    private static boolean isFor(byte[] name, RequestHead request) {
        int length = name.length;
        int start = request.hostStart();
        int end = request.hostEnd();
        if (end - start < length || (end - start > length && request.bytes()[start + length] != ':')) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (Bytes.lower(name[i]) != Bytes.lower(request.bytes()[start + i])) {
                return false;
            }
        }
        return true;
    }

    private static String hostWithoutPort(RequestHead request) {
        String host = request.host().toLowerCase(Locale.ROOT);
        int colon = host.startsWith("[") ? -1 : host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    /** Sends what was written, together with what others write until the loop has gone round. */
    void flushSoon() {
        if (!flushing) {
            flushing = true;
            channel.eventLoop().execute(flusher);
        }
    }

    private void flushNow() {
        flushing = false;
        flush(context());
    }

    /** Has a stream's endpoint be sent what this burst of reads brings for it, when the burst is over. */
    void flushUpstreamAfterRead(Http2ClientStream stream) {
        uploading.add(stream);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (int i = 0; i < uploading.size(); i++) {
            uploading.get(i).flushUpstream();
        }
        uploading.clear();
        super.channelReadComplete(ctx);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2ClientStream served = stream.getProperty(key);
        if (served != null) {
            served.writabilityChanged();
        }
    }

    @Override
    public void sent(Http2Stream stream, int bytes) {
        Http2ClientStream served = stream.getProperty(key);
        if (served != null) {
            served.taken(bytes);
        }
    }

    private void idle() {
        if (ending || engine.isDraining()) {
            end();
        } else {
            loop.clock.deadline(limit, engine.config().keepAliveTimeout().toMillis());
        }
    }

    /**
     * Ends in two steps (RFC 9113, section 6.8): first the client is told to begin no more streams, and what it has begun
     * before it heard of that is still served.
     */
    private void drain() {
        if (lastCall) {
            return;
        }
        lastCall = true;
        goAway(Integer.MAX_VALUE);
        encoder().writePing(context(), false, 0, context().newPromise());
        flushSoon();
        loop.clock.deadline(limit, LAST_CALL_MILLIS);
    }

    private void goAway(int lastStream) {
        goAway(
                context(),
                lastStream,
                Http2Error.NO_ERROR.code(),
                Unpooled.EMPTY_BUFFER,
                context().newPromise());
    }

    private void lastCallHeard() {
        if (lastCall && !ending) {
            end();
        }
    }

    /** Takes no more streams, and closes after the last. */
    private void end() {
        if (lingering) {
            return;
        }
        ending = true;
        loop.clock.clear(limit);
        if (!connection().goAwaySent() || connection().remote().lastStreamKnownByPeer() == Integer.MAX_VALUE) {
            goAway(connection().remote().lastStreamCreated());
        }
        if (connection().numActiveStreams() == 0) {
            linger();
        } else {
            flushSoon();
        }
    }

    /** Says that nothing more comes, and waits a little for the client to take what did. */
    private void linger() {
        if (!lingering) {
            lingering = true;
            loop.clock.deadline(limit, engine.config().clientTimeout().toMillis());
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> endOutput());
        }
    }

    private void endOutput() {
        Goodbye.say(channel);
        loop.clock.deadline(limit, LINGER_MILLIS);
    }

    private void timedOut() {
        if (lingering) {
            abandon();
        } else if (lastCall || connection().numActiveStreams() == 0) {
            end();
        }
    }

    /** Closes at once: the client does not even take what would tell it so. */
    void abandon() {
        context().close();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        loop.clock.unregister(limit);
        frontend.traffic().connectionClosed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            onError(ctx, false, cause);
        } else {
            ctx.close();
        }
    }

    private final class Closings extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2ClientStream served = stream.removeProperty(key);
            if (served != null) {
                served.closed();
            }
            if (connection().numActiveStreams() == 0 && channel.isActive()) {
                idle();
            }
        }
    }

    private final class Frames extends UnprioritizedFrames {

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            Http2Stream stream = connection().stream(streamId);
            Http2ClientStream served = stream.getProperty(key);
            if (served != null) {
                served.trailers(headers);
                return;
            }
            loop.clock.clear(limit);
            served = new Http2ClientStream(Http2ClientConnection.this, stream);
            stream.setProperty(key, served);
            served.begin(headers, endOfStream);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            Http2ClientStream served = connection().stream(streamId).getProperty(key);
            return served == null ? data.readableBytes() + padding : served.data(data, padding, endOfStream);
        }

        @Override
        public void onPingAckRead(ChannelHandlerContext ctx, long data) {
            lastCallHeard();
        }
    }
}
