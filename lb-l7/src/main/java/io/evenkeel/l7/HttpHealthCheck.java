package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.l4.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint answers a GET with a status that is good enough. Only the status line is read; the connection is
 * closed then. Thread-safe; never blocks.
 */
public final class HttpHealthCheck implements HealthCheck {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])(?: .*)?");
    private static final int MAX_STATUS_LINE = 1024;

    private final Transport transport;
    private final String path;
    private final String host;
    private final int lowest;
    private final int highest;

    private HttpHealthCheck(Transport transport, String path, String host, int lowest, int highest) {
        this.transport = requireNonNull(transport, "transport");
        this.path = path;
        this.host = host;
        this.lowest = lowest;
        this.highest = highest;
    }

    /**
     * A check that is content with any status from 200 to 399, as HAProxy and Marathon are.
     *
     * @param transport whose event loops ask; closed after whatever uses the check
     * @param path what to ask for, beginning with {@code /}
     * @return the check
     */
    public static HttpHealthCheck of(Transport transport, String path) {
        if (!path.startsWith("/") || !isPrintable(path)) {
            throw new IllegalArgumentException(
                    "path: " + path + " (expected: begins with / and has printable ASCII characters only)");
        }
        return new HttpHealthCheck(transport, path, "", 200, 399);
    }

    /**
     * This check with a Host header of its own.
     *
     * @param newHost the header's value; by default the endpoint's address
     * @return the changed copy
     */
    public HttpHealthCheck withHost(String newHost) {
        if (newHost.isEmpty() || !isPrintable(newHost)) {
            throw new IllegalArgumentException(
                    "host: " + newHost + " (expected: one or more printable ASCII characters)");
        }
        return new HttpHealthCheck(transport, path, newHost, lowest, highest);
    }

    /**
     * This check with other good statuses.
     *
     * @param first the lowest, 100 to 599
     * @param last the highest, not below the lowest
     * @return the changed copy
     */
    public HttpHealthCheck expecting(int first, int last) {
        if (first < 100 || last > 599 || last < first) {
            throw new IllegalArgumentException(
                    "status: " + first + " to " + last + " (expected: a range within 100 to 599)");
        }
        return new HttpHealthCheck(transport, path, host, first, last);
    }

    /* A line break or blank here would be a second header or request. */
    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    @Override
    public CompletionStage<Void> check(Endpoint endpoint, Duration timeout) {
        CompletableFuture<Void> verdict = new CompletableFuture<>();
        String to = host.isEmpty() ? HeadRewriter.authority(endpoint.address()) : host;
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + to
                + "\r\nUser-Agent: evenkeel-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        long millis = Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.eventLoop().schedule(() -> channel.close(), millis, TimeUnit.MILLISECONDS);
                        channel.pipeline().addLast(new Answer(verdict));
                    }
                })
                .connect(endpoint.address())
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        connected
                                .channel()
                                .writeAndFlush(ByteBufUtil.writeAscii(
                                        connected.channel().alloc(), request));
                    } else {
                        verdict.completeExceptionally(connected.cause());
                    }
                });
        return verdict;
    }

    @Override
    public String toString() {
        return "HTTP " + path;
    }

    /** Reads as far as the end of the status line, however it comes. */
    private final class Answer extends SimpleChannelInboundHandler<ByteBuf> {

        private final CompletableFuture<Void> verdict;
        private final StringBuilder line = new StringBuilder();

        Answer(CompletableFuture<Void> verdict) {
            this.verdict = verdict;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            if (verdict.isDone()) {
                return;
            }
            int end = bytes.indexOf(bytes.readerIndex(), bytes.writerIndex(), (byte) '\n');
            int length = (end < 0 ? bytes.writerIndex() : end) - bytes.readerIndex();
            line.append(bytes.toString(
                    bytes.readerIndex(), Math.min(length, MAX_STATUS_LINE + 1), StandardCharsets.ISO_8859_1));
            if (line.length() > MAX_STATUS_LINE) {
                end(context, new IOException("a status line of more than " + MAX_STATUS_LINE + " bytes"));
            } else if (end >= 0) {
                end(context, problem(line.toString().stripTrailing()));
            }
        }

        private @Nullable IOException problem(String statusLine) {
            Matcher matcher = STATUS_LINE.matcher(statusLine);
            if (!matcher.matches()) {
                return new IOException("no HTTP answer: " + statusLine);
            }
            int status = Integer.parseInt(matcher.group(1));
            return status >= lowest && status <= highest
                    ? null
                    : new IOException("status " + status + " (expected: " + lowest + " to " + highest + ")");
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(context, new EOFException("closed without an answer"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            end(context, cause);
        }

        private void end(ChannelHandlerContext context, @Nullable Throwable problem) {
            if (problem == null) {
                verdict.complete(null);
            } else {
                verdict.completeExceptionally(problem);
            }
            context.close();
        }
    }
}
