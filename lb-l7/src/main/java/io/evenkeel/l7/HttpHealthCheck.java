package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.l4.TcpHealthCheck;
import io.evenkeel.l4.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an endpoint answers a request without a body with a status that is good enough. Only the status line is read; the connection is
 * closed then. Thread-safe; never blocks.
 *
 * @param transport whose event loops ask; closed after whatever uses the check
 * @param method of the request: capital letters
 * @param path what to ask for, beginning with {@code /}
 * @param host the Host header's value; empty for the endpoint's address
 * @param lowest the lowest good status, 100 to 599
 * @param highest the highest, not below the lowest
 */
public record HttpHealthCheck(Transport transport, String method, String path, String host, int lowest, int highest)
        implements HealthCheck {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9])(?: .*)?");
    private static final int MAX_STATUS_LINE = 1024;

    /** Checks ranges. */
    public HttpHealthCheck {
        requireNonNull(transport, "transport");
        if (!method.matches("[A-Z]{1,32}")) {
            throw new IllegalArgumentException("method: " + method + " (expected: capital letters)");
        }
        if (!(path.startsWith("/") || path.equals("*")) || !isPrintable(path)) {
            throw new IllegalArgumentException(
                    "path: " + path + " (expected: begins with / and has printable ASCII characters only, or is *)");
        }
        if (!isPrintable(host)) {
            throw new IllegalArgumentException("host: " + host + " (expected: printable ASCII characters)");
        }
        if (lowest < 100 || highest > 599 || highest < lowest) {
            throw new IllegalArgumentException(
                    "status: " + lowest + " to " + highest + " (expected: a range within 100 to 599)");
        }
    }

    /**
     * A check by GET that is content with any status from 200 to 399, as HAProxy and Marathon are.
     *
     * @param transport whose event loops ask; closed after whatever uses the check
     * @param path what to ask for, beginning with {@code /}
     * @return the check
     */
    public static HttpHealthCheck of(Transport transport, String path) {
        return new HttpHealthCheck(transport, "GET", path, "", 200, 399);
    }

    /**
     * This check with a Host header of its own.
     *
     * @param newHost the header's value
     * @return the changed copy
     */
    public HttpHealthCheck withHost(String newHost) {
        return new HttpHealthCheck(transport, method, path, newHost, lowest, highest);
    }

    /**
     * This check by another method.
     *
     * @param newMethod capital letters
     * @return the changed copy
     */
    public HttpHealthCheck withMethod(String newMethod) {
        return new HttpHealthCheck(transport, newMethod, path, host, lowest, highest);
    }

    /**
     * This check with other good statuses.
     *
     * @param first the lowest, 100 to 599
     * @param last the highest, not below the lowest
     * @return the changed copy
     */
    public HttpHealthCheck expecting(int first, int last) {
        return new HttpHealthCheck(transport, method, path, host, first, last);
    }

    /* A line break or blank here would be a second header or request. */
    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    @Override
    public CompletableFuture<Verdict> check(Endpoint endpoint, Duration timeout) {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        String to = host.isEmpty() ? HeadRewriter.authority(endpoint.address()) : host;
        String request = method + " " + path + " HTTP/1.1\r\nHost: " + to
                + "\r\nUser-Agent: evenkeel-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        long millis = Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
        ChannelFuture connecting = new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Future<?> timer = channel.eventLoop()
                                .schedule(
                                        () -> verdict.completeExceptionally(silence(channel, millis)),
                                        millis,
                                        TimeUnit.MILLISECONDS);
                        verdict.whenComplete((well, problem) -> timer.cancel(false));
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
                        verdict.completeExceptionally(TcpHealthCheck.noConnection(connected.cause()));
                    }
                });
        verdict.whenComplete((well, problem) -> connecting.channel().close()); // also if it was cancelled
        return verdict;
    }

    private static CheckFailedException silence(SocketChannel channel, long millis) {
        return new CheckFailedException(
                channel.isActive() ? Finding.L7TOUT : Finding.L4TOUT,
                0,
                (channel.isActive() ? "no answer" : "no connection") + " within " + millis + " ms",
                null);
    }

    @Override
    public String toString() {
        return "HTTP " + (method.equals("GET") ? "" : method + " ") + path;
    }

    /** Reads as far as the end of the status line, however it comes. */
    private final class Answer extends SimpleChannelInboundHandler<ByteBuf> {

        private final CompletableFuture<Verdict> verdict;
        private final StringBuilder line = new StringBuilder();

        Answer(CompletableFuture<Verdict> verdict) {
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
                fail(context, nonsense("a status line of more than " + MAX_STATUS_LINE + " bytes"));
            } else if (end >= 0) {
                judge(context, line.toString().stripTrailing());
            }
        }

        private void judge(ChannelHandlerContext context, String statusLine) {
            Matcher matcher = STATUS_LINE.matcher(statusLine);
            if (!matcher.matches()) {
                fail(context, nonsense("no HTTP answer: " + statusLine));
                return;
            }
            int status = Integer.parseInt(matcher.group(1));
            if (status < lowest || status > highest) {
                String message = "status " + status + " (expected: " + lowest + " to " + highest + ")";
                fail(context, new CheckFailedException(Finding.L7STS, status, message, null));
                return;
            }
            verdict.complete(new Verdict(Finding.L7OK, status));
            context.close();
        }

        private static CheckFailedException nonsense(String message) {
            return new CheckFailedException(Finding.L7RSP, 0, message, null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(context, new CheckFailedException(Finding.L7RSP, new EOFException("closed without an answer")));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(context, new CheckFailedException(Finding.L7RSP, cause));
        }

        private void fail(ChannelHandlerContext context, CheckFailedException problem) {
            verdict.completeExceptionally(problem);
            context.close();
        }
    }
}
