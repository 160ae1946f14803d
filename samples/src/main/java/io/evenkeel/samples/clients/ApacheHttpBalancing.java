package io.evenkeel.samples.clients;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import io.evenkeel.embed.Attempts;
import io.evenkeel.embed.ServiceHosts;
import io.evenkeel.endpoint.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;

/**
 * Apache HttpClient with services as hosts, as {@code addExecInterceptorBefore(ChainElement.CONNECT.name(), "balancing", …)}.
 *
 * <p>Each request is balanced for itself, and goes elsewhere if it cannot connect. Only the route changes: servers see the
 * service's name, and certificates are for it. The lease ends with the response's head. Thread-safe.
 *
 * @param hosts which hosts stand for services
 */
public record ApacheHttpBalancing(ServiceHosts hosts) implements ExecChainHandler {

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        HttpHost host = scope.route.getTargetHost();
        Cluster cluster = hosts.find(host.getHostName(), host.getPort());
        if (cluster == null) {
            return chain.proceed(request, scope);
        }
        Attempts attempts = Attempts.at(cluster);
        Lease lease = attempts.first();
        while (true) {
            try {
                ClassicHttpResponse response = chain.proceed(request, at(lease, scope));
                lease.complete(response.getCode() >= 500 ? Outcome.FAILURE : Outcome.SUCCESS);
                return response;
            } catch (IOException e) {
                lease = attempts.after(lease, e);
                scope.execRuntime.discardEndpoint();
            }
        }
    }

    private static ExecChain.Scope at(Lease lease, ExecChain.Scope scope) {
        HttpHost name = scope.route.getTargetHost();
        InetSocketAddress to = lease.address();
        HttpHost host = new HttpHost(name.getSchemeName(), to.getAddress(), name.getHostName(), to.getPort());
        HttpRoute route = new HttpRoute(host, null, scope.route.isSecure());
        return new ExecChain.Scope(
                scope.exchangeId, route, scope.originalRequest, scope.execRuntime, scope.clientContext);
    }
}
