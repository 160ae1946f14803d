package io.evenkeel.l7.runner.deploy;

import io.evenkeel.l7.runner.AdminToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The admin ports of the load balancers in front: every address that the names in their URLs have, looked up anew each
 * time.
 */
final class LoadBalancers {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int PROCESSES_AT_REST = 2;

    private final List<URI> urls;
    private final Optional<AdminToken> token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    /**
     * Load balancers.
     *
     * @param urls their admin ports
     * @param token what those ports ask for, if they do
     */
    LoadBalancers(List<URI> urls, Optional<AdminToken> token) {
        this.urls = List.copyOf(urls);
        this.token = token;
    }

    boolean isEmpty() {
        return urls.isEmpty();
    }

    /** What all of them say now. */
    List<LbView> look() throws DeployException, InterruptedException {
        List<LbView> views = new ArrayList<>();
        for (URI url : addresses()) {
            views.add(look(url));
        }
        return views;
    }

    private Set<URI> addresses() throws DeployException {
        Set<URI> all = new LinkedHashSet<>();
        for (URI url : urls) {
            if ("https".equalsIgnoreCase(url.getScheme())) {
                all.add(url); // its certificate is for its name
                continue;
            }
            try {
                for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
                    all.add(new URI(
                            url.getScheme(), null, address.getHostAddress(), url.getPort(), url.getPath(), null, null));
                }
            } catch (UnknownHostException | URISyntaxException e) {
                throw new DeployException(
                        Exit.LOAD_BALANCER, url + ": no such host (expected: an address of a load balancer)");
            }
        }
        return all;
    }

    private LbView look(URI url) throws DeployException, InterruptedException {
        String base = url.toString().replaceFirst("/+$", "");
        String pids = get(base + "/_haproxy_getpids");
        String csv = get(base + "/haproxy?stats;csv");
        try {
            return LbView.of(csv, pids.trim().split("\\s+", -1).length <= PROCESSES_AT_REST);
        } catch (IllegalArgumentException e) {
            throw new DeployException(Exit.LOAD_BALANCER, base + "/haproxy?stats;csv: " + e.getMessage());
        }
    }

    private String get(String url) throws DeployException, InterruptedException {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
            token.ifPresent(brought -> request.header("Authorization", brought.authorization()));
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() == 200) {
                return response.body();
            }
            throw new DeployException(Exit.LOAD_BALANCER, url + ": " + response.statusCode() + " (expected: 200)");
        } catch (IOException e) {
            throw new DeployException(Exit.LOAD_BALANCER, url + ": cannot be read: " + e);
        }
    }
}
