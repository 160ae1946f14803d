package io.evenkeel.l7;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.time.Duration;

/**
 * Makes HTTP/2 connections whose other end cannot make them hold much or work much: every limit of the protocol that is
 * ours to set is set here. Stateless.
 */
final class Http2Limits {

    /** Streams at a time on one connection. */
    static final int MAX_STREAMS = 100;

    /*
     * What may be under way on one stream: also how much we hold for it while nobody takes that, as much as of a client of
     * HTTP/1.1. Towards endpoints a connection's own window is refilled whatever becomes of the bytes, lest clients that take
     * slowly hold up all others: each holds no more than if it had a connection of its own. Towards a client it is not: the
     * most that we hold for one is a connection's window.
     */
    private static final int STREAM_WINDOW = 64 * 1024;

    private static final int MAX_HEADER_LIST = 32 * 1024;
    private static final int CONNECTION_WINDOW = 1024 * 1024;
    private static final int DEFAULT_WINDOW = 65_535; // RFC 9113, section 6.9.2: of a connection, whatever is set
    private static final int MAX_RESETS = 200;
    private static final int RESETS_SECONDS = 30;
    private static final int MAX_SMALL_CONTINUATIONS = 16;
    private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;
    private static final int FAIR_SHARE = 16 * 1024;

    private Http2Limits() {}

    /** What makes a handler of the codec's two halves. */
    @FunctionalInterface
    interface Handler<T extends Http2ConnectionHandler> {
        T of(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings);
    }

    /** A handler for our end of a connection with a client, which is told of what is sent. */
    static <T extends Http2ConnectionHandler & SentBytes.Listener> T server(Duration patience, Handler<T> handler) {
        Builder<T> builder = new Builder<>(true, patience, handler);
        T made = builder.build();
        builder.sent.listener(made);
        return made;
    }

    /** A handler for our end of a connection with an endpoint. */
    static <T extends Http2ConnectionHandler> T client(Duration patience, Handler<T> handler) {
        return new Builder<>(false, patience, handler).build();
    }

    /** Opens the connection's window, which no setting does; the handler must be in its pipeline. */
    static void openWindow(Http2ConnectionHandler handler, ChannelHandlerContext ctx) throws Http2Exception {
        Http2Connection connection = handler.connection();
        connection
                .local()
                .flowController()
                .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW - DEFAULT_WINDOW);
        ctx.flush();
    }

    private static final class Builder<T extends Http2ConnectionHandler>
            extends AbstractHttp2ConnectionHandlerBuilder<T, Builder<T>> {

        private final Handler<T> handler;
        private final SentBytes sent;

        Builder(boolean server, Duration patience, Handler<T> handler) {
            this.handler = handler;
            Http2Connection connection = new DefaultHttp2Connection(server, 0);
            UniformStreamByteDistributor distributor = new UniformStreamByteDistributor(connection);
            distributor.minAllocationChunk(FAIR_SHARE);
            sent = new SentBytes(distributor);
            connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, sent));
            connection
                    .local()
                    .flowController(new DefaultHttp2LocalFlowController(
                            connection, DefaultHttp2LocalFlowController.DEFAULT_WINDOW_UPDATE_RATIO, !server));
            connection(connection);
            Http2Settings settings =
                    new Http2Settings().maxHeaderListSize(MAX_HEADER_LIST).initialWindowSize(STREAM_WINDOW);
            if (server) {
                settings.maxConcurrentStreams(MAX_STREAMS).connectProtocolEnabled(true);
            } else {
                settings.pushEnabled(false).maxConcurrentStreams(0);
            }
            initialSettings(settings);
            validateHeaders(true);
            flushPreface(false);
            gracefulShutdownTimeoutMillis(patience.toMillis());
            encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
            decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS);
            // Towards endpoints every reset was paid for with a request, and one client's must not end another's
            // stream.
            int resets = server ? MAX_RESETS : 0;
            decoderEnforceMaxRstFramesPerWindow(resets, RESETS_SECONDS);
            encoderEnforceMaxRstFramesPerWindow(resets, RESETS_SECONDS);
        }

        @Override
        protected T build() {
            return super.build();
        }

        @Override
        protected T build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return handler.of(decoder, encoder, settings);
        }
    }
}
