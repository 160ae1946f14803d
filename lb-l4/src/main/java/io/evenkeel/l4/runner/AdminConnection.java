package io.evenkeel.l4.runner;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of an {@link AdminServer}. Reads and writes on the event loop; answers are made by an executor, one after the
 * other, so that they leave in the order of the requests.
 */
final class AdminConnection extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);

    private final Map<String, AdminServer.Route> routes;
    private final AdminHandler fallback;
    private final Executor answering;

    AdminConnection(Map<String, AdminServer.Route> routes, AdminHandler fallback, Executor answering) {
        this.routes = routes;
        this.fallback = fallback;
        this.answering = answering;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest message) {
        boolean keepAlive =
                HttpUtil.isKeepAlive(message) && message.decoderResult().isSuccess();
        AdminRequest request = null;
        String wrong = "not an HTTP request\n";
        if (message.decoderResult().isSuccess()) {
            try {
                request = request(context, message);
            } catch (IllegalArgumentException e) {
                wrong = "not a URI\n"; // an escape that is none
            }
        }
        AdminRequest asked = request;
        AdminResponse refusal = AdminResponse.text(400, wrong);
        boolean head = message.method().name().equals("HEAD");
        try {
            answering.execute(() -> write(context, asked == null ? refusal : answer(asked), head, keepAlive));
        } catch (RejectedExecutionException e) {
            context.close(); // the server is closed
        }
    }

    private static void write(ChannelHandlerContext context, AdminResponse response, boolean head, boolean keepAlive) {
        byte[] body = response.bytes();
        FullHttpResponse out = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                head || response.status() == 304 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
        response.headers().forEach(out.headers()::set);
        if (response.status() != 304) {
            out.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
            out.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        HttpUtil.setKeepAlive(out, keepAlive);
        var written = context.writeAndFlush(out);
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private AdminResponse answer(AdminRequest request) {
        try {
            AdminServer.Route route = route(request.path());
            if (route == null) {
                return fallback.handle(request);
            }
            if (!route.takes(request.method())) {
                return AdminResponse.text(405, "method not allowed\n")
                        .withHeader("Allow", String.join(", ", new TreeSet<>(route.methods())));
            }
            return route.handler().handle(request);
        } catch (RuntimeException e) {
            LOG.error("{} {} failed", request.method(), request.path().replaceAll("\\p{Cntrl}", "?"), e);
            return AdminResponse.text(500, "internal error\n");
        }
    }

    private AdminServer.@Nullable Route route(String path) {
        AdminServer.Route exact = routes.get(path);
        for (int slash = path.lastIndexOf('/'); exact == null && slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            exact = routes.get(path.substring(0, slash + 1));
        }
        return exact;
    }

    private static AdminRequest request(ChannelHandlerContext context, FullHttpRequest message) {
        QueryStringDecoder uri = new QueryStringDecoder(message.uri());
        Map<String, String> headers = new HashMap<>();
        message.headers().forEach(header -> headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return new AdminRequest(
                message.method().name(),
                uri.path(),
                uri.rawQuery(),
                headers,
                message.content().toString(StandardCharsets.UTF_8),
                context.channel().remoteAddress() instanceof InetSocketAddress client ? client.getAddress() : null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close(); // a client that breaks off or is silent for too long
    }
}
