package io.evenkeel.l4.runner;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l4.ConnectionAcceptor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the pages of a proxy's operators: a small HTTP server whose answers are made from live numbers.
 *
 * <p>It is a {@link ConnectionAcceptor}, so a {@code ListenerSet} opens it like any other listener. Endpoints are called on
 * event loops and must be quick. Immutable, thread-safe. This is no data path: it uses Netty's HTTP codec.
 */
public final class AdminServer implements ConnectionAcceptor {

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int MAX_BODY = 64 * 1024;
    private static final int IDLE_SECONDS = 30;

    /**
     * What is asked.
     *
     * @param method in upper case
     * @param path without the query
     * @param query what follows the first question mark, empty if there is none
     * @param ifNoneMatch the entity tag that the client has already, empty if none
     */
    public record Request(String method, String path, String query, String ifNoneMatch) {}

    /**
     * What is answered.
     *
     * @param status the status code
     * @param contentType of the body
     * @param body the text
     * @param headers further fields
     */
    public record Response(int status, String contentType, String body, Map<String, String> headers) {

        /** Copies the fields. */
        public Response {
            headers = Map.copyOf(headers);
        }

        /**
         * An answer without further fields.
         *
         * @param status the status code
         * @param contentType of the body
         * @param body the text
         * @return the answer
         */
        public static Response of(int status, String contentType, String body) {
            return new Response(status, contentType, body, Map.of());
        }

        /**
         * Plain text.
         *
         * @param body the text
         * @return the answer
         */
        public static Response text(String body) {
            return of(200, "text/plain", body);
        }
    }

    /** Answers what is asked at one path. */
    @FunctionalInterface
    public interface Endpoint {

        /**
         * Answers. Called on an event loop: must be quick.
         *
         * @param request what is asked
         * @return the answer
         */
        Response answer(Request request);
    }

    private record Route(Endpoint endpoint, boolean anyMethod) {}

    private final Map<String, Route> routes;
    private final Endpoint fallback;

    private AdminServer(Builder builder) {
        this.routes = Map.copyOf(builder.routes);
        this.fallback = builder.fallback;
    }

    /** Prepares a server without paths. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void accept(SocketChannel channel) {
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpServerKeepAliveHandler())
                .addLast(new HttpObjectAggregator(MAX_BODY))
                .addLast(new Handler());
    }

    Response answer(Request request) {
        Route route = find(request.path());
        if (route == null) {
            return fallback.answer(request);
        }
        boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
        if (!reads && !route.anyMethod()) {
            return new Response(
                    405, "text/plain", request.method() + " (expected: GET or HEAD)\n", Map.of("Allow", "GET, HEAD"));
        }
        try {
            return route.endpoint().answer(request);
        } catch (RuntimeException e) {
            LOG.error("The answer for {} failed", request.path(), e);
            return Response.of(500, "text/plain", "internal error: see the log\n");
        }
    }

    /** The path itself, or the longest path with a slash at its end that it begins with. */
    private @Nullable Route find(String path) {
        Route exact = routes.get(path);
        for (int slash = path.lastIndexOf('/'); exact == null && slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            exact = routes.get(path.substring(0, slash + 1));
        }
        return exact;
    }

    /** One connection. */
    private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
            if (message.decoderResult().isFailure()) {
                ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST))
                        .addListener(ChannelFutureListener.CLOSE);
                return;
            }
            String uri = message.uri();
            int question = uri.indexOf('?');
            Response response = answer(new Request(
                    message.method().name(),
                    question < 0 ? uri : uri.substring(0, question),
                    question < 0 ? "" : uri.substring(question + 1),
                    message.headers().get(HttpHeaderNames.IF_NONE_MATCH, "")));
            ByteBuf body = ByteBufUtil.writeUtf8(ctx.alloc(), response.body());
            int length = body.readableBytes();
            if (message.method().equals(HttpMethod.HEAD) || response.status() == 304) {
                body.clear();
            }
            DefaultFullHttpResponse reply = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), body);
            reply.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, response.contentType())
                    .setInt(HttpHeaderNames.CONTENT_LENGTH, length)
                    .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE)
                    .set("X-Content-Type-Options", "nosniff")
                    .set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
            response.headers().forEach((name, value) -> reply.headers().set(name, value));
            ctx.writeAndFlush(reply);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    /** Prepares an {@link AdminServer}. */
    public static final class Builder {

        private final Map<String, Route> routes = new HashMap<>();
        private Endpoint fallback = request -> Response.of(404, "text/plain", request.path() + ": not found\n");

        private Builder() {}

        /**
         * Adds a path that is read with GET and HEAD.
         *
         * @param path exact, or everything below it if it ends with a slash
         * @param endpoint who answers
         * @return this
         */
        public Builder get(String path, Endpoint endpoint) {
            routes.put(path, new Route(endpoint, false));
            return this;
        }

        /**
         * Adds a path that answers every method.
         *
         * @param path exact, or everything below it if it ends with a slash
         * @param endpoint who answers
         * @return this
         */
        public Builder any(String path, Endpoint endpoint) {
            routes.put(path, new Route(endpoint, true));
            return this;
        }

        /**
         * Answers for every other path; 404 otherwise.
         *
         * @param endpoint who answers
         * @return this
         */
        public Builder fallback(Endpoint endpoint) {
            fallback = requireNonNull(endpoint, "endpoint");
            return this;
        }

        /** The server. */
        public AdminServer build() {
            return new AdminServer(this);
        }
    }
}
