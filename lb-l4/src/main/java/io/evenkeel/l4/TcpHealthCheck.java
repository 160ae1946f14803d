package io.evenkeel.l4;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.HealthCheck;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Whether an endpoint accepts a connection, which is closed at once. Thread-safe; never blocks. */
public final class TcpHealthCheck implements HealthCheck {

    private final Transport transport;

    /**
     * A check that connects.
     *
     * @param transport whose event loops do so; closed after whatever uses the check
     */
    public TcpHealthCheck(Transport transport) {
        this.transport = requireNonNull(transport, "transport");
    }

    @Override
    public CompletionStage<Void> check(Endpoint endpoint, Duration timeout) {
        CompletableFuture<Void> verdict = new CompletableFuture<>();
        new Bootstrap()
                .group(transport.eventLoops())
                .channel(transport.socketChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE)))
                .option(ChannelOption.SO_LINGER, 0) // nothing to wait for, and no port left in TIME_WAIT
                .handler(new ChannelInboundHandlerAdapter())
                .connect(endpoint.address())
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        connected.channel().close();
                        verdict.complete(null);
                    } else {
                        verdict.completeExceptionally(connected.cause());
                    }
                });
        return verdict;
    }

    @Override
    public String toString() {
        return "TCP";
    }
}
