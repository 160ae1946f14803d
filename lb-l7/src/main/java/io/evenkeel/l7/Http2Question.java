package io.evenkeel.l7;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One request on an HTTP/2 connection of its own, sent at once, as who knows that the endpoint speaks HTTP/2 may. It listens
 * until there is a status, or the reason why there will be none. Lives on its connection's event loop.
 */
final class Http2Question extends Http2ConnectionHandler {

    private final Http2Headers request;
    private final Consumer<CharSequence> statuses;
    private final Consumer<String> failures;
    private int stream;

    private Http2Question(
            Http2Headers request,
            Consumer<CharSequence> statuses,
            Consumer<String> failures,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings) {
        super(decoder, encoder, settings, true, false);
        this.request = request;
        this.statuses = statuses;
        this.failures = failures;
        decoder.frameListener(new Frames());
    }

    /**
     * A question for a connection that is there.
     *
     * @param request what is sent
     * @param statuses takes the status of the answer
     * @param failures takes why there is none; both may be told more than once, and the first counts
     */
    static Http2Question of(Http2Headers request, Consumer<CharSequence> statuses, Consumer<String> failures) {
        return Http2Limits.client(
                Duration.ZERO, // nothing is waited for: the connection is closed at once
                (decoder, encoder, settings) ->
                        new Http2Question(request, statuses, failures, decoder, encoder, settings));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        stream = connection().local().incrementAndGetNextStreamId();
        encoder().writeHeaders(ctx, stream, request, 0, true, ctx.newPromise());
        flush(ctx);
    }

    /* Whatever it is, and whomever it concerns, there will be no answer that could be understood. */
    @Override
    public void onError(ChannelHandlerContext ctx, boolean outbound, Throwable cause) {
        failures.accept("no HTTP/2: " + cause.getMessage());
    }

    private static String text(String frame, long code) {
        Http2Error error = Http2Error.valueOf(code);
        return frame + " with error " + (error == null ? Long.toString(code) : error.toString());
    }

    private final class Frames extends UnprioritizedFrames {

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endOfStream) {
            CharSequence status = headers.status();
            statuses.accept(status == null ? "" : status);
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            failures.accept(text("RST_STREAM", errorCode));
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            if (errorCode != Http2Error.NO_ERROR.code() || lastStreamId < stream) { // else the answer is still to come
                failures.accept(text("GOAWAY", errorCode));
            }
        }
    }
}
