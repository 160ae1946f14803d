package io.evenkeel.l7;

import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.l4.TcpHealthCheck;
import io.evenkeel.l4.Transport;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one health check, over TLS if that is wanted, open until there is a verdict. Last in its pipeline, so that
 * whatever nobody else has dealt with ends the check. Lives on its event loop.
 */
final class CheckConnection extends ChannelInboundHandlerAdapter {

    private static final int MAX_REASON = 200;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0080-\\u009F\\u2028\\u2029]");

    /** What is to be found out. */
    @FunctionalInterface
    interface Question {

        /** Asks by handlers that are put before the context's; called once there is a connection. */
        void ask(ChannelHandlerContext context, CompletableFuture<Verdict> verdict);
    }

    private final CompletableFuture<Verdict> verdict;
    private final Optional<CheckTls> tls;
    private final boolean http2;
    private final InetSocketAddress address;
    private final int millis;
    private final Question question;
    private boolean encrypting;

    private CheckConnection(
            CompletableFuture<Verdict> verdict,
            Optional<CheckTls> tls,
            boolean http2,
            InetSocketAddress address,
            int millis,
            Question question) {
        this.verdict = verdict;
        this.tls = tls;
        this.http2 = http2;
        this.address = address;
        this.millis = millis;
        this.question = question;
    }

    /**
     * Opens one and asks.
     *
     * @param http2 whether an endpoint that speaks TLS must agree to HTTP/2
     * @return the verdict; who cancels it closes the connection
     */
    static CompletableFuture<Verdict> open(
            Transport transport,
            Optional<CheckTls> tls,
            boolean http2,
            InetSocketAddress address,
            Duration timeout,
            Question question) {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        TcpHealthCheck.connect(
                transport,
                address,
                timeout,
                new CheckConnection(verdict, tls, http2, address, TcpHealthCheck.millis(timeout), question),
                verdict);
        return verdict;
    }

    /** Puts a handler before a context's own. */
    static void add(ChannelHandlerContext context, ChannelHandler handler) {
        context.pipeline().addBefore(context.name(), null, handler);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Future<?> timer = context.executor().schedule(() -> timedOut(context), millis, TimeUnit.MILLISECONDS);
        verdict.whenComplete((well, problem) -> timer.cancel(false));
    }

    private void timedOut(ChannelHandlerContext context) {
        if (!context.channel().isActive()) {
            fail(Finding.L4TOUT, "no connection within " + millis + " ms", null);
        } else if (encrypting) {
            fail(Finding.L6TOUT, "no TLS handshake within " + millis + " ms", null);
        } else {
            fail(Finding.L7TOUT, "no answer within " + millis + " ms", null);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws SSLException {
        if (tls.isEmpty()) {
            question.ask(context, verdict);
            return;
        }
        encrypting = true;
        SslHandler handler = tls.get().newHandler(context.alloc(), address, http2);
        handler.setHandshakeTimeoutMillis(0); // the check has a timeout of its own
        handler.handshakeFuture().addListener(agreed -> {
            if (!agreed.isSuccess()) {
                exceptionCaught(context, agreed.cause());
            } else if (http2 && !UpstreamTls.agrees(handler)) {
                fail(Finding.L6RSP, "TLS: no agreement to HTTP/2 by ALPN", null);
            } else if (!verdict.isDone()) {
                encrypting = false;
                askEncrypted(context);
            }
        });
        add(context, handler);
    }

    /* Nobody but the log would be told of what this throws in a listener. */
    private void askEncrypted(ChannelHandlerContext context) {
        try {
            question.ask(context, verdict);
        } catch (RuntimeException e) {
            exceptionCaught(context, e);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        exceptionCaught(context, new EOFException("closed without an answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (encrypting || root instanceof SSLException) {
            fail(Finding.L6RSP, "TLS: " + reason(root), cause);
        } else {
            fail(Finding.L7RSP, reason(root), cause);
        }
    }

    private static String reason(Throwable root) {
        if (root instanceof NotSslRecordException) {
            return "the endpoint does not speak it"; // the exception has all that it said
        }
        if (root instanceof ClosedChannelException) {
            return "closed during the handshake";
        }
        return String.valueOf(root.getMessage());
    }

    /** A reason as it may be logged and shown: endpoints have a say in it, and are not to write lines of a log. */
    static String printable(String reason) {
        String text = CONTROL.matcher(reason).replaceAll("?");
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + " …";
    }

    private void fail(Finding finding, String reason, @Nullable Throwable cause) {
        verdict.completeExceptionally(new CheckFailedException(finding, 0, printable(reason), cause));
    }
}
