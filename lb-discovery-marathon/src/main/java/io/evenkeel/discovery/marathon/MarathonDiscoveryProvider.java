package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.DiscoveryProvider;
import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.UriParameters;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Opens {@code marathon://host1:8080,host2:8080} and {@code marathon+https://user:password@host/path}.
 *
 * <p>Ports default to Marathon's own, 8080 and 8443. A path is what stands before {@code /v2} where Marathon is behind a
 * gateway. User and password, if given, are sent to all the hosts.
 *
 * <p>Parameters of the query, as in {@code marathon+https://host?ca=/etc/ca.pem&group=/shop}: {@code credential-file},
 * {@code dcos-credentials} (a file), {@code ca}, {@code cert} and {@code key} (files in PEM), {@code trusted-hosts},
 * {@code namespace}, {@code group}, {@code label} (a selector), {@code snapshot} (a file), {@code incremental-above},
 * {@code prefer-ipv6}, and the durations {@code connect-timeout}, {@code response-timeout}, {@code fetch-timeout}, {@code idle-timeout} and
 * {@code reconcile}; see {@link MarathonConfig.Builder}.
 */
public final class MarathonDiscoveryProvider implements DiscoveryProvider {

    private static final String EXPECTED = " (expected: marathon://host:port,host:port)";
    private static final Set<String> PARAMETERS = Set.of(
            "credential-file",
            "dcos-credentials",
            "ca",
            "cert",
            "key",
            "trusted-hosts",
            "namespace",
            "group",
            "label",
            "snapshot",
            "incremental-above",
            "prefer-ipv6",
            "connect-timeout",
            "response-timeout",
            "fetch-timeout",
            "idle-timeout",
            "reconcile");

    /** For the service loader. */
    public MarathonDiscoveryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("marathon", "marathon+https");
    }

    @Override
    public Discovery open(URI uri) {
        return MarathonDiscovery.of(config(uri));
    }

    static MarathonConfig config(URI uri) {
        String authority = uri.getRawAuthority();
        if (authority == null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri) + EXPECTED);
        }
        boolean secure = uri.getScheme().toLowerCase(Locale.ROOT).endsWith("+https");
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        int at = authority.lastIndexOf('@');
        List<URI> hosts = new ArrayList<>();
        for (String host : authority.substring(at + 1).split(",", -1)) {
            hosts.add(host(uri, secure, host, path));
        }
        MarathonConfig.Builder config = MarathonConfig.builder(hosts.toArray(new URI[0]));
        UriParameters parameters = UriParameters.of(uri, PARAMETERS);
        int given = (at >= 0 ? 1 : 0)
                + (parameters.text("credential-file").isPresent() ? 1 : 0)
                + (parameters.text("dcos-credentials").isPresent() ? 1 : 0);
        if (given > 1) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(uri)
                    + ": several credentials (expected: one of user:password@, credential-file and dcos-credentials)");
        }
        apply(parameters, config);
        if (at >= 0) {
            String user = authority.substring(0, at);
            int colon = user.indexOf(':');
            config.credentials(
                    decode(colon < 0 ? user : user.substring(0, colon)),
                    colon < 0 ? "" : decode(user.substring(colon + 1)));
        }
        return config.build();
    }

    private static void apply(UriParameters from, MarathonConfig.Builder config) {
        from.text("credential-file").map(Path::of).map(Credentials::file).ifPresent(config::credentials);
        from.text("dcos-credentials")
                .map(MarathonDiscoveryProvider::serviceAccount)
                .ifPresent(config::credentials);
        TlsFiles files = new TlsFiles(
                from.text("ca").map(Path::of),
                from.text("cert").map(Path::of),
                from.text("key").map(Path::of));
        if (files.authorities().isPresent() || files.certificate().isPresent()) {
            config.tls(files.context());
        }
        from.text("trusted-hosts").ifPresent(hosts -> config.trustedHosts(Set.of(hosts.split(",", -1))));
        from.text("namespace").ifPresent(config::namespace);
        from.text("group").ifPresent(config::group);
        from.text("label").ifPresent(config::labelSelector);
        from.text("snapshot").map(Path::of).ifPresent(config::snapshotFile);
        from.count("incremental-above").ifPresent(config::incrementalAbove);
        from.flag("prefer-ipv6").ifPresent(config::preferIpv6);
        from.duration("connect-timeout").ifPresent(config::connectTimeout);
        from.duration("response-timeout").ifPresent(config::responseTimeout);
        from.duration("fetch-timeout").ifPresent(config::fetchTimeout);
        from.duration("idle-timeout").ifPresent(config::idleTimeout);
        from.duration("reconcile").ifPresent(config::reconcileInterval);
    }

    private static Credentials serviceAccount(String file) {
        try {
            return Credentials.serviceAccount(Files.readString(Path.of(file)));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "dcos-credentials: " + file + ": cannot be read (expected: a file with a service account)", e);
        }
    }

    private static URI host(URI whole, boolean secure, String host, String path) {
        boolean hasPort = host.lastIndexOf(':') > host.lastIndexOf(']');
        String port = hasPort ? "" : secure ? ":8443" : ":8080";
        try {
            URI uri = URI.create((secure ? "https://" : "http://") + host + port + path);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("discovery: " + Redacted.uri(whole) + ": host " + host + EXPECTED, e);
        }
        throw new IllegalArgumentException("discovery: " + Redacted.uri(whole) + ": host " + host + EXPECTED);
    }

    private static String decode(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
