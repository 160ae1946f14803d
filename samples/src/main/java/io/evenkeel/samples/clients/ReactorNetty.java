package io.evenkeel.samples.clients;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import java.net.ConnectException;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;

/**
 * Reactor Netty's HTTP client over a service, a lease for each request. For connections alone there is also
 * {@code client.resolver(BalancedResolverGroup.of(hosts))}, which balances them, but not the requests on them.
 *
 * @param client sends the requests
 * @param cluster the service's
 */
public record ReactorNetty(HttpClient client, Cluster cluster) {

    /**
     * Asks the service; another endpoint, if the first one cannot be reached.
     *
     * @param path what for
     * @return the body, asked for anew by each subscriber
     */
    public Mono<String> get(String path) {
        return Mono.using(cluster::acquire, lease -> get(lease, path), Lease::close)
                .retryWhen(Retry.max(2).filter(ConnectException.class::isInstance));
    }

    private Mono<String> get(Lease lease, String path) {
        return client.remoteAddress(lease::address)
                .get()
                .uri(path)
                .responseSingle((response, body) -> body.asString()
                        .doOnSuccess(whole ->
                                lease.complete(outcome(response.status().code()))))
                .doOnError(e -> lease.complete(e instanceof ConnectException ? Outcome.CONNECT_FAILED : Outcome.RESET));
    }

    private static Outcome outcome(int status) {
        return status >= 500 ? Outcome.FAILURE : Outcome.SUCCESS;
    }
}
