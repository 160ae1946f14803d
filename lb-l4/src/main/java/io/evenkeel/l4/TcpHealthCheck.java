package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.HealthCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Whether an endpoint accepts a connection, which is closed at once. Thread-safe; never blocks. Checks by the same transport
 * are equal.
 *
 * @param transport whose event loops do so; closed after whatever uses the check
 */
public record TcpHealthCheck(Transport transport) implements HealthCheck {

    /** Checks for null. */
    public TcpHealthCheck {
        requireNonNull(transport, "transport");
    }

    @Override
    public CompletableFuture<Void> check(Endpoint endpoint, Duration timeout) {
        CompletableFuture<Void> verdict = new CompletableFuture<>();
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
                        verdict.complete(null);
                    } else {
                        verdict.completeExceptionally(connected.cause());
                    }
                });
        verdict.whenComplete((well, problem) -> connecting.channel().close()); // also if it was cancelled
        return verdict;
    }

    @Override
    public String toString() {
        return "TCP";
    }
}
