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
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
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
        ChannelFuture connecting = new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE)))
                .option(ChannelOption.SO_LINGER, 0) // nothing to wait for, and no port left in TIME_WAIT
                .handler(new ChannelInboundHandlerAdapter())
                .connect(endpoint.address())
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        verdict.complete(CONNECTED);
                    } else {
                        verdict.completeExceptionally(noConnection(connected.cause()));
                    }
                });
        verdict.whenComplete((well, problem) -> connecting.channel().close()); // also if it was cancelled
        return verdict;
    }

    /**
     * What a connection that did not come about says of an endpoint.
     *
     * @param cause why it did not
     * @return the reason why a check failed
     */
    public static CheckFailedException noConnection(Throwable cause) {
        return new CheckFailedException(
                cause instanceof ConnectTimeoutException ? Finding.L4TOUT : Finding.L4CON, cause);
    }

    @Override
    public String toString() {
        return "TCP";
    }
}
