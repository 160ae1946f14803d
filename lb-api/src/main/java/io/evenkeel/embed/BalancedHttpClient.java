package io.evenkeel.embed;

import static java.util.Objects.requireNonNull;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.Lease;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP client with services as hosts: {@code http://web/path} goes to an endpoint of the service.
 *
 * <pre>{@code
 * HttpClient client = BalancedHttpClient.of(loadBalancer);
 * client.send(HttpRequest.newBuilder(URI.create("http://web.marathon:80/path")).build(), BodyHandlers.ofString());
 * }</pre>
 *
 * <p>It is a {@link HttpClient} and can stand wherever one does; another one does the work and decides on everything else
 * (version, redirects, TLS, executor). Each request is balanced for itself. Its lease ends with the last byte of the body:
 * as success, or as failure if the status was 5xx; a stream that is given back unread and open keeps it. A request for which
 * no connection came about goes to another endpoint, as nothing of it was sent; its timeout counts for each attempt.
 *
 * <p>What differs from a request to the endpoint's address: nothing. So {@link HttpResponse#uri} tells who answered; a
 * server that looks at {@code Host} sees the endpoint's address unless {@link #keepingHost}; and a certificate of an
 * {@code https} service has to name the addresses of its endpoints. Redirects that the other client follows lead where they
 * say, unbalanced.
 *
 * <p>Thread-safe. Closing it has no effect: the other client is its owner's.
 */
public final class BalancedHttpClient extends HttpClient {

    private final ServiceHosts hosts;
    private final HttpClient client;
    private final int attempts;
    private final boolean keepHost;

    private BalancedHttpClient(ServiceHosts hosts, HttpClient client, int attempts, boolean keepHost) {
        this.hosts = requireNonNull(hosts, "hosts");
        this.client = requireNonNull(client, "client");
        this.attempts = Attempts.checkLimit(attempts);
        this.keepHost = keepHost;
    }

    /**
     * A client over a new {@link HttpClient} with defaults.
     *
     * @param loadBalancer who knows the services; not closed from here
     * @return the client
     */
    public static BalancedHttpClient of(LoadBalancer loadBalancer) {
        return of(ServiceHosts.of(loadBalancer), HttpClient.newHttpClient());
    }

    /**
     * A client over another one.
     *
     * @param hosts which hosts stand for services
     * @param client sends the requests
     * @return the client
     */
    public static BalancedHttpClient of(ServiceHosts hosts, HttpClient client) {
        return new BalancedHttpClient(hosts, client, Attempts.DEFAULT_LIMIT, false);
    }

    /**
     * This client with another limit to the endpoints that one request tries to reach.
     *
     * @param newAttempts 1 or more; 3 if not set
     * @return the changed copy
     */
    public BalancedHttpClient attempts(int newAttempts) {
        return new BalancedHttpClient(hosts, client, newAttempts, keepHost);
    }

    /**
     * This client sending the host of the request's URI in {@code Host}, as servers with virtual hosts need it. The JDK lets
     * nobody set that field unless it was started with {@code -Djdk.httpclient.allowRestrictedHeaders=host}.
     *
     * @return the changed copy
     * @throws IllegalStateException if the JDK was started without
     */
    public BalancedHttpClient keepingHost() {
        try {
            HttpRequest.newBuilder().setHeader("Host", "localhost");
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "the JDK restricts Host (expected: -Djdk.httpclient.allowRestrictedHeaders=host)", e);
        }
        return new BalancedHttpClient(hosts, client, attempts, true);
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Cluster cluster = find(request.uri());
        return cluster == null ? client.send(request, handler) : send(cluster, request, handler);
    }

    /**
     * Sends a request to a service, whatever its URI's host says.
     *
     * @param service the name of the service, {@code application:portName}, or a VIP
     * @param request the request
     * @param handler what becomes of the body
     * @param <T> the kind of body
     * @return the response, with the endpoint's address in its URI
     * @throws IOException as the client throws; a {@link java.net.ConnectException} also if the service has no endpoint
     * @throws InterruptedException if this thread is interrupted
     */
    public <T> HttpResponse<T> send(String service, HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return send(hosts.cluster(service), request, handler);
    }

    private <T> HttpResponse<T> send(Cluster cluster, HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Attempts tries = new Attempts(cluster, attempts);
        Lease lease = tries.first();
        while (true) {
            HttpAttempt attempt = new HttpAttempt(request, lease, keepHost);
            try {
                HttpResponse<T> response = client.send(attempt.request(), attempt.observing(handler));
                attempt.answered(response);
                return response;
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
                Lease next = attempt.nothingSent(e) ? tries.next(lease) : null;
                if (next == null) {
                    attempt.failed(e);
                    throw e;
                }
                lease = next;
            }
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
        Cluster cluster;
        try {
            cluster = find(request.uri());
        } catch (UnknownHostException e) {
            return CompletableFuture.failedFuture(e);
        }
        return cluster == null
                ? client.sendAsync(request, handler, pushes)
                : HttpFlight.begin(client, new Attempts(cluster, attempts), request, handler, pushes, keepHost);
    }

    /**
     * Sends a request to a service, whatever its URI's host says, without waiting.
     *
     * @param service the name of the service, {@code application:portName}, or a VIP
     * @param request the request
     * @param handler what becomes of the body
     * @param <T> the kind of body
     * @return completes as {@link #send} returns or throws; cancelling it ends the request
     */
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            String service, HttpRequest request, BodyHandler<T> handler) {
        Attempts tries = new Attempts(hosts.cluster(service), attempts);
        return HttpFlight.begin(client, tries, request, handler, null, keepHost);
    }

    private @Nullable Cluster find(URI uri) throws UnknownHostException {
        String host = uri.getHost();
        int port = uri.getPort();
        if (port < 0) {
            port = uri.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return hosts.find(host, port);
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    @Override
    public String toString() {
        return "balanced " + client;
    }
}
