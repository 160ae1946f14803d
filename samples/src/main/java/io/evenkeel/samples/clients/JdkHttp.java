package io.evenkeel.samples.clients;

import io.evenkeel.LoadBalancer;
import io.evenkeel.embed.BalancedHttpClient;
import io.evenkeel.embed.ServiceHosts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The JDK's HTTP client with services as hosts. Picks, retries and feedback are for each request. Thread-safe. */
public final class JdkHttp {

    private final HttpClient client;

    /**
     * A client of a load balancer's services.
     *
     * @param loadBalancer who knows them
     */
    public JdkHttp(LoadBalancer loadBalancer) {
        HttpClient plain =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        client = BalancedHttpClient.of(ServiceHosts.of(loadBalancer), plain);
    }

    /**
     * What a service answers.
     *
     * @param uri {@code http://web/path}
     * @return the body
     * @throws IOException if no endpoint answers
     * @throws InterruptedException if this thread is interrupted
     */
    public String get(String uri) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri)).build();
        return client.send(request, BodyHandlers.ofString()).body();
    }
}
