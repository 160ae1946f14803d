package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.CheckFailedException;
import io.evenkeel.health.CheckResult.Finding;
import io.evenkeel.health.CheckResult.Verdict;
import io.evenkeel.health.HealthCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Whether an endpoint accepts a connection, which is closed at once. Thread-safe; never blocks. Checks by the same transport
 * are equal.
 *
 * @param transport whose event loops do so; closed after whatever uses the check
 */
public record TcpHealthCheck(Transport transport) implements HealthCheck {

    private static final Verdict CONNECTED = new Verdict(Finding.L4OK, 0);

    /** Checks for null. */
    public TcpHealthCheck {
        requireNonNull(transport, "transport");
    }

    @Override
    public CompletableFuture<Verdict> check(Endpoint endpoint, Duration timeout) {
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        connect(transport, endpoint.address(), timeout, new ChannelInboundHandlerAdapter(), verdict)
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        connected
                                .channel()
                                .config()
                                .setOption(ChannelOption.SO_LINGER, 0); // no port is left in TIME_WAIT
                        verdict.complete(CONNECTED);
                    }
                });
        return verdict;
    }

    /**
     * Opens a check's connection, which ends when there is a verdict. If it cannot be opened, that is the verdict.
     *
     * @param transport whose event loops do so
     * @param address where to
     * @param timeout how long that may take
     * @param handler what asks
     * @param verdict what is found; completed by the handler, or cancelled by whoever waits for it
     * @return completes when there is a connection, or none will be
     */
    public static ChannelFuture connect(
            Transport transport,
            InetSocketAddress address,
            Duration timeout,
            ChannelHandler handler,
            CompletableFuture<Verdict> verdict) {
        ChannelFuture connecting = new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(timeout))
                .handler(handler)
                .connect(address)
                .addListener((ChannelFutureListener) connected -> {
                    if (!connected.isSuccess()) {
                        verdict.completeExceptionally(noConnection(connected.cause()));
                    }
                });
        verdict.whenComplete((well, problem) -> connecting.channel().close());
        return connecting;
    }

    /**
     * A check's timeout as Netty takes it.
     *
     * @param timeout any
     * @return at least a millisecond
     */
    public static int millis(Duration timeout) {
        return (int) Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
    }

    static CheckFailedException noConnection(Throwable cause) {
        return new CheckFailedException(
                cause instanceof ConnectTimeoutException ? Finding.L4TOUT : Finding.L4CON, cause);
    }

    @Override
    public String toString() {
        return "TCP";
    }
}
