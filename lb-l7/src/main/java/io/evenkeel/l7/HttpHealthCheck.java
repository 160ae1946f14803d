package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.health.HealthCheck;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.http.Http2Heads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether an endpoint answers a request without a body with a status that is good enough. Only the first status is read, as HAProxy
 * does it, be it that of an interim response; the connection is closed then. Thread-safe; never blocks.
 *
 * @param transport whose event loops ask; closed after whatever uses the check
 * @param tls over which it is asked, if it is
 * @param http2 whether it is asked by HTTP/2: over TLS, if it agrees by ALPN; else without asking first ("prior knowledge")
 * @param method of the request: capital letters
 * @param path what to ask for, beginning with {@code /}
 * @param host the Host header's value; empty for the endpoint's address
 * @param lowest the lowest good status, 100 to 599
 * @param highest the highest, not below the lowest
 */
public record HttpHealthCheck(
        Transport transport,
        Optional<CheckTls> tls,
        boolean http2,
        String method,
        String path,
        String host,
        int lowest,
        int highest)
        implements HealthCheck {

    private static final Pattern STATUS = Pattern.compile("[1-5][0-9][0-9]");
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (" + STATUS + ")(?: .*)?");
    private static final int MAX_STATUS_LINE = 1024;

    /** Checks ranges. */
    public HttpHealthCheck {
        requireNonNull(transport, "transport");
        requireNonNull(tls, "tls");
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
        return new HttpHealthCheck(transport, Optional.empty(), false, "GET", path, "", 200, 399);
    }

    /**
     * This check with a Host header of its own.
     *
     * @param newHost the header's value
     * @return the changed copy
     */
    public HttpHealthCheck withHost(String newHost) {
        return new HttpHealthCheck(transport, tls, http2, method, path, newHost, lowest, highest);
    }

    /**
     * This check by another method.
     *
     * @param newMethod capital letters
     * @return the changed copy
     */
    public HttpHealthCheck withMethod(String newMethod) {
        return new HttpHealthCheck(transport, tls, http2, newMethod, path, host, lowest, highest);
    }

    /**
     * This check over TLS.
     *
     * @param newTls what is spoken
     * @return the changed copy
     */
    public HttpHealthCheck over(CheckTls newTls) {
        return new HttpHealthCheck(transport, Optional.of(newTls), http2, method, path, host, lowest, highest);
    }

    /**
     * This check by HTTP/2.
     *
     * @return the changed copy
     */
    public HttpHealthCheck byHttp2() {
        return new HttpHealthCheck(transport, tls, true, method, path, host, lowest, highest);
    }

    /**
     * This check with other good statuses.
     *
     * @param first the lowest, 100 to 599
     * @param last the highest, not below the lowest
     * @return the changed copy
     */
    public HttpHealthCheck expecting(int first, int last) {
        return new HttpHealthCheck(transport, tls, http2, method, path, host, first, last);
    }

    /* A line break or blank here would be a second header or request. */
    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    @Override
    public CompletableFuture<Verdict> check(Endpoint endpoint, Duration timeout) {
        String to = host.isEmpty() ? HeadRewriter.authority(endpoint.address()) : host;
        String request = method + " " + path + " HTTP/1.1\r\nHost: " + to
                + "\r\nUser-Agent: evenkeel-health-check\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        return CheckConnection.open(
                transport,
                tls,
                http2,
                endpoint.address(),
                timeout,
                (context, verdict) -> ask(context, verdict, request));
    }

    private void ask(ChannelHandlerContext context, CompletableFuture<Verdict> verdict, String request) {
        if (http2) {
            CheckConnection.add(
                    context,
                    Http2Question.of(
                            Http2Heads.request(request.getBytes(StandardCharsets.US_ASCII), tls.isPresent()),
                            status -> judge(verdict, status),
                            reason -> verdict.completeExceptionally(nonsense(reason))));
        } else {
            CheckConnection.add(context, new Answer(verdict));
            context.writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), request));
        }
    }

    private void judge(CompletableFuture<Verdict> verdict, CharSequence text) {
        if (!STATUS.matcher(text).matches()) {
            verdict.completeExceptionally(nonsense("no status: " + text));
            return;
        }
        int status = Integer.parseInt(text.toString());
        if (status < lowest || status > highest) {
            String message = "status " + status + " (expected: " + lowest + " to " + highest + ")";
            verdict.completeExceptionally(new CheckFailedException(Finding.L7STS, status, message, null));
        } else {
            verdict.complete(new Verdict(Finding.L7OK, status));
        }
    }

    private static CheckFailedException nonsense(String message) {
        return new CheckFailedException(Finding.L7RSP, 0, CheckConnection.printable(message), null);
    }

    @Override
    public String toString() {
        return (http2 ? "HTTP/2 " : "HTTP ")
                + (method.equals("GET") ? "" : method + " ")
                + path
                + (tls.isPresent() ? " over TLS" : "");
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
                verdict.completeExceptionally(nonsense("a status line of more than " + MAX_STATUS_LINE + " bytes"));
            } else if (end >= 0) {
                String statusLine = line.toString().stripTrailing();
                Matcher matcher = STATUS_LINE.matcher(statusLine);
                if (matcher.matches()) {
                    judge(verdict, matcher.group(1));
                } else {
                    verdict.completeExceptionally(nonsense("no HTTP answer: " + statusLine));
                }
            }
        }
    }
}
