package io.evenkeel.samples.clients;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.UnprocessedRequestException;
import com.linecorp.armeria.client.endpoint.AbstractEndpointSelector;
import com.linecorp.armeria.client.endpoint.DynamicEndpointGroup;
import com.linecorp.armeria.common.logging.RequestLog;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.embed.Addresses;
import io.evenkeel.endpoint.Outcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A service for Armeria: {@code WebClient.of(SessionProtocol.HTTP, new ArmeriaEndpoints(loadBalancer.cluster("/web")))}. */
public final class ArmeriaEndpoints extends DynamicEndpointGroup {
    private final Subscription changes;

    /**
     * The endpoints of a cluster, each request picked by its strategy and leased until its response has ended.
     *
     * @param cluster the service's
     */
    public ArmeriaEndpoints(Cluster cluster) {
        super(group -> new AbstractEndpointSelector(group) {
            @Override
            protected @Nullable Endpoint doSelectNow(ClientRequestContext context) {
                try {
                    Lease lease = cluster.acquire();
                    context.log().whenComplete().thenAccept(log -> lease.complete(outcome(log)));
                    return Endpoint.of(lease.address());
                } catch (NoEndpointException e) {
                    return null; // Armeria waits for one
                }
            }
        });
        changes = Addresses.follow(cluster, Endpoint::of, this::setEndpoints);
    }

    private static Outcome outcome(RequestLog log) {
        if (log.responseCause() instanceof UnprocessedRequestException) {
            return Outcome.CONNECT_FAILED;
        }
        return log.responseCause() != null
                ? Outcome.RESET
                : log.responseStatus().isServerError() ? Outcome.FAILURE : Outcome.SUCCESS;
    }

    @Override
    protected void doCloseAsync(CompletableFuture<?> future) {
        changes.close();
        future.complete(null);
    }
}
