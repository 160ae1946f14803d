package io.evenkeel.l7;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterState;
import io.evenkeel.endpoint.EndpointStats;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.WriteBufferWaterMark;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection to one endpoint, shared by exchanges of its event loop.
 *
 * <p>Nothing is sent before the endpoint has shown that it speaks HTTP/2, so that what waits here can go elsewhere. Once
 * it takes no more, by its own word or ours, it ends with the streams that it has.
 */
final class Http2UpstreamConnection extends Http2ConnectionHandler {

    private enum State {
        CONNECTING,
        OPEN,
        RETIRED
    }

    private static final int LAST_STREAM = Integer.MAX_VALUE - 2 * Http2Limits.MAX_STREAMS;

    private final HttpEngine engine;
    private final @Nullable UpstreamTls tls;
    private final LoopResources loop;
    private final SocketChannel channel;
    private final Cluster cluster;
    private final EndpointStats endpoint;
    private final Http2Connection.PropertyKey key = connection().newKey();
    private final ArrayDeque<EndpointSearch> waiting = new ArrayDeque<>(2);
    private final List<Http2UpstreamStream> answering = new ArrayList<>();
    private final Runnable flusher = this::flushNow;
    private final LoopClock.Timed limit = new LoopClock.Timed() {
        @Override
        void expired() {
            timedOut();
        }

        @Override
        void cut(EndpointStats other) {
            if (other == endpoint) {
                channel.close();
            }
        }

        @Override
        void bound(WriteBufferWaterMark tooMuch) {
            channel.config().setWriteBufferWaterMark(tooMuch);
        }
    };
    private @Nullable ChannelHandlerContext context;
    private @Nullable ClusterState seen;
    private @Nullable HttpBackend statsOwner;
    private @Nullable HttpStats stats;
    private State state = State.CONNECTING;
    private final int hopedFor;
    private int refusedAbove = Integer.MAX_VALUE;
    private long reads;
    private boolean probing;
    private boolean used;
    private boolean flushing;

    private Http2UpstreamConnection(
            HttpEngine engine,
            @Nullable UpstreamTls tls,
            LoopResources loop,
            SocketChannel channel,
            Cluster cluster,
            EndpointStats endpoint,
            int hopedFor,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings, true, false);
        this.engine = engine;
        this.tls = tls;
        this.loop = loop;
        this.channel = channel;
        this.cluster = cluster;
        this.endpoint = endpoint;
        this.hopedFor = hopedFor;
        decoder.frameListener(new Frames());
        connection().addListener(new Closings());
        encoder.flowController().listener(this::writabilityChanged);
    }

    /** A connection that is about to be opened; until its endpoint says so, it is hoped to take so many exchanges. */
    static Http2UpstreamConnection of(
            HttpEngine engine,
            @Nullable UpstreamTls tls,
            LoopResources loop,
            SocketChannel channel,
            Cluster cluster,
            EndpointStats endpoint,
            int hopedFor) {
        return Http2Limits.client(
                engine.config().clientTimeout(),
                (decoder, encoder, settings) -> new Http2UpstreamConnection(
                        engine, tls, loop, channel, cluster, endpoint, hopedFor, decoder, encoder, settings));
    }

    EndpointStats endpoint() {
        return endpoint;
    }

    /** Whether it was made by this, which may be null for plain text. */
    boolean isMadeBy(@Nullable UpstreamTls other) {
        return tls == other;
    }

    /** Whether it is encrypted. */
    boolean isTls() {
        return tls != null;
    }

    LoopResources loop() {
        return loop;
    }

    /** Whether exchanges have used it before, so that the endpoint may just be closing it. */
    boolean isUsed() {
        return used;
    }

    /** Changes whenever anything comes from the endpoint. */
    long reads() {
        return reads;
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    HttpStats stats(HttpBackend backend) {
        HttpStats known = stats;
        if (known == null || statsOwner != backend) {
            statsOwner = backend;
            stats = known = backend.stats(endpoint);
        }
        return known;
    }

    /** Whether the endpoint was still to get new work when last looked; cheap while its cluster is what it was. */
    boolean isStillWanted() {
        ClusterState now = cluster.state();
        if (now != seen) {
            if (!now.active().contains(endpoint)) {
                return false;
            }
            seen = now;
        }
        return true;
    }

    /** How many exchanges it takes at a time, as far as is known. */
    int allowed() {
        return state == State.CONNECTING
                ? hopedFor
                : Math.min(Http2Limits.MAX_STREAMS, connection().local().maxActiveStreams());
    }

    /** Whether it takes one more exchange. */
    boolean hasRoom() {
        return state != State.RETIRED && connection().numActiveStreams() + waiting.size() < allowed();
    }

    /** Gives a search a stream, now or as soon as there is a connection. */
    void open(EndpointSearch search) {
        if (state == State.OPEN) {
            search.connected(new Http2UpstreamStream(this));
        } else {
            waiting.add(search);
        }
    }

    /** Begins a stream with a request's head; null if there can be none after all. */
    @Nullable
    Http2Stream begin(Http2UpstreamStream served, Http2Headers head, boolean isWhole) {
        if (!probing) {
            loop.clock.clear(limit);
        }
        int id = connection().local().incrementAndGetNextStreamId();
        if (id > LAST_STREAM) {
            retire();
        }
        encoder().writeHeaders(context(), id, head, 0, isWhole, context().newPromise());
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            stream.setProperty(key, served);
        }
        return stream;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
        if (channel.isActive()) { // behind TLS
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        begin(ctx);
    }

    private void begin(ChannelHandlerContext ctx) throws Http2Exception {
        channel.config().setWriteBufferWaterMark(loop.tooMuch());
        loop.clock.register(limit);
        loop.clock.deadline(limit, engine.config().connectTimeout().toMillis());
        Http2Limits.openWindow(this, ctx);
    }

    private void opened() {
        if (state != State.CONNECTING) {
            return;
        }
        state = State.OPEN;
        loop.clock.deadline(limit, engine.config().keepAliveTimeout().toMillis());
        int allowed = allowed();
        if (allowed == 0) {
            failed();
            return;
        }
        EndpointSearch next;
        while (connection().numActiveStreams() < allowed && (next = waiting.poll()) != null) {
            next.connected(new Http2UpstreamStream(this));
        }
        List<EndpointSearch> left = new ArrayList<>(waiting); // the endpoint takes fewer than was hoped
        waiting.clear();
        left.forEach(search -> search.noRoom(endpoint));
    }

    /** There was no connection, or none of HTTP/2. */
    void failed() {
        retire();
        failWaiting();
        closeIfUnused();
    }

    private void failWaiting() {
        for (EndpointSearch next = waiting.poll(); next != null; next = waiting.poll()) {
            next.connectFailed(endpoint);
        }
    }

    /** Takes no more exchanges, and ends with those it has; those that wait for a connection go elsewhere. */
    void retire() {
        boolean wasConnecting = state == State.CONNECTING;
        if (state != State.RETIRED) {
            state = State.RETIRED;
            loop.http2Pool.remove(this);
        }
        if (wasConnecting) {
            failWaiting(); // nothing was sent
            if (channel.isRegistered()) {
                channel.close(); // which also ends what is about to become a connection
            }
        } else {
            closeIfUnused();
        }
    }

    /** The same, but those that wait for a connection still get it. */
    void endWithWhatItHas() {
        if (state == State.OPEN) {
            retire();
        }
    }

    private void closeIfUnused() {
        if (connection().numActiveStreams() == 0 && waiting.isEmpty() && channel.isActive()) {
            channel.close();
        }
    }

    /** Nothing has come for a request: finds out whether the endpoint is there at all. */
    void probe() {
        if (!probing && channel.isActive()) {
            probing = true;
            encoder().writePing(context(), false, 0, context().newPromise());
            flushSoon();
            loop.clock.deadline(limit, engine.config().connectTimeout().toMillis());
        }
    }

    private void timedOut() {
        if (probing || state == State.CONNECTING) {
            channel.close();
        } else if (connection().numActiveStreams() == 0) {
            retire();
        }
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2UpstreamStream served = stream.getProperty(key);
        if (served != null) {
            served.writabilityChanged();
        }
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

    /** Has a stream's client be sent what this burst of reads brings for it, when the burst is over. */
    void flushClientAfterRead(Http2UpstreamStream stream) {
        answering.add(stream);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        loop.clock.mark();
        reads++;
        if (probing) {
            probing = false;
            loop.clock.clear(limit);
            idleIfUnused();
        }
        super.channelRead(ctx, msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        for (int i = 0; i < answering.size(); i++) {
            answering.get(i).flushClient();
        }
        answering.clear();
        super.channelReadComplete(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        loop.clock.unregister(limit);
        failed();
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            onError(ctx, false, cause);
        } else {
            ctx.close();
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
        retire();
        super.onConnectionError(ctx, outbound, cause, error);
    }

    private void idleIfUnused() {
        if (state == State.RETIRED) {
            closeIfUnused();
        } else if (connection().numActiveStreams() == 0 && !probing) {
            loop.clock.deadline(limit, engine.config().keepAliveTimeout().toMillis());
        }
    }

    private final class Closings extends Http2ConnectionAdapter {

        @Override
        public void onStreamClosed(Http2Stream stream) {
            used = true;
            Http2UpstreamStream served = stream.removeProperty(key);
            if (served != null) {
                served.closed(stream.id() > refusedAbove);
            }
            idleIfUnused();
        }
    }

    private final class Frames extends UnprioritizedFrames {

        private @Nullable Http2UpstreamStream served(int streamId) {
            Http2Stream stream = connection().stream(streamId);
            return stream == null ? null : stream.getProperty(key);
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            opened();
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            Http2UpstreamStream served = served(streamId);
            if (served != null) {
                served.headers(headers, endOfStream);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
            Http2UpstreamStream served = served(streamId);
            return served == null ? data.readableBytes() + padding : served.data(data, padding, endOfStream);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            Http2UpstreamStream served = served(streamId);
            if (served != null && errorCode == Http2Error.REFUSED_STREAM.code()) {
                served.refused();
            }
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            refusedAbove = Math.min(refusedAbove, lastStreamId);
            retire();
            failWaiting();
        }
    }
}
