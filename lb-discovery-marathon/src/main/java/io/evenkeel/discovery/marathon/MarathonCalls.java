package io.evenkeel.discovery.marathon;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Redacted;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one Marathon's API that may change something, with the credentials and the trust of a configuration.
 *
 * <p>Blocks its callers; thread-safe. The hosts are tried in turn, but only one that cannot be connected to has another take
 * its place: whatever else goes wrong, the call may have been carried out.
 */
public final class MarathonCalls {

    private static final int MOST_REDIRECTS = 3;

    private final MarathonConfig config;
    private final HttpClient http;
    private final @Nullable Authorization authorization;
    private final HttpTarget target;
    private final HostRing ring;

    /**
     * What a Marathon answered.
     *
     * @param status the status code
     * @param body the body
     */
    public record Answer(int status, String body) {

        /** Checks for nulls. */
        public Answer {
            requireNonNull(body, "body");
        }
    }

    private MarathonCalls(MarathonConfig config) {
        this.config = config;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(config.connectTimeout());
        config.tls().ifPresent(builder::sslContext);
        http = builder.build();
        authorization = Connections.authorization(config, http, RandomGenerator.getDefault());
        target = new HttpTarget(config, authorization);
        ring = new HostRing(config.hosts());
    }

    /**
     * Calls to that Marathon.
     *
     * @param config where it is, who asks and whom to trust; the rest is not looked at
     * @return the calls; nothing is opened yet
     */
    public static MarathonCalls to(MarathonConfig config) {
        return new MarathonCalls(config);
    }

    /**
     * Calls, and waits for the whole answer.
     *
     * @param method the HTTP method
     * @param pathAndQuery what to call, from {@code /v2} on
     * @param json the body; empty for none
     * @return the answer, whatever its status
     * @throws DiscoveryException if there is none; the message names the URL and shows no secret
     * @throws InterruptedException if the caller is interrupted
     */
    public Answer call(String method, String pathAndQuery, String json) throws InterruptedException {
        IOException last = new IOException("no host");
        for (URI host : ring.inOrder()) {
            URI uri = URI.create(host + pathAndQuery);
            try {
                Answer answer = follow(method, uri, json);
                ring.good(host);
                return answer;
            } catch (ConnectException | HttpConnectTimeoutException e) {
                last = e;
                ring.bad(host);
            } catch (IOException | IllegalArgumentException | CompletionException e) {
                throw failure(method, uri, e);
            }
        }
        throw failure(method, URI.create(ring.first() + pathAndQuery), last);
    }

    private static DiscoveryException failure(String method, URI uri, Exception e) {
        Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        return new DiscoveryException(method + " " + Redacted.uri(uri) + ": " + MarathonClient.reason(cause), e);
    }

    private Answer follow(String method, URI first, String json) throws IOException, InterruptedException {
        URI uri = first;
        boolean again = false;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            HttpRequest request = request(method, uri, json);
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            String location = response.headers().firstValue("Location").orElse("");
            if (response.statusCode() == 401 && !again && target.refused(request)) {
                again = true;
            } else if (response.statusCode() / 100 == 3 && !location.isEmpty()) {
                uri = HttpTarget.follow(uri, location);
            } else {
                return new Answer(response.statusCode(), response.body());
            }
        }
        throw new IOException("more than " + MOST_REDIRECTS + " redirects");
    }

    private HttpRequest request(String method, URI uri, String json) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(config.responseTimeout())
                .header("Accept", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (authorization != null && target.mayKnowCredentials(uri)) {
            request.header("Authorization", authorization.header().join());
        }
        return request.build();
    }
}
