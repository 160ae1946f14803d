package io.evenkeel.l4.runner;

import io.evenkeel.discovery.marathon.Credentials;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The flags that say how to speak with Marathon, besides where it is; a mix-in for both proxies. */
public final class MarathonAccess {

    private static final Logger LOG = LoggerFactory.getLogger(MarathonAccess.class);

    @ArgGroup
    private @Nullable Who who;

    @Option(
            names = "--marathon-ca-cert",
            paramLabel = "FILE",
            description =
                    "The certificates to trust over https, in PEM. Without it those of the JVM; there is no way to"
                            + " trust everybody.")
    private @Nullable Path authorities;

    @Option(
            names = "--marathon-client-cert",
            paramLabel = "FILE",
            description = "The certificate chain to present to Marathon, in PEM.")
    private @Nullable Path certificate;

    @Option(
            names = "--marathon-client-key",
            paramLabel = "FILE",
            description = "The private key of that certificate, in PEM and unencrypted.")
    private @Nullable Path key;

    @Option(
            names = "--marathon-trusted-hosts",
            arity = "1..*",
            split = ",",
            paramLabel = "HOST[:PORT]",
            description =
                    "Who else may see the credentials when a standby redirects there: leaders, by the names that they"
                            + " give themselves.")
    private List<String> trustedHosts = List.of();

    @Option(
            names = "--marathon-group",
            paramLabel = "PATH",
            description = "Follow only the applications and pods of this group, such as /shop.")
    private @Nullable String group;

    @Option(
            names = "--marathon-label",
            paramLabel = "SELECTOR",
            description = "Follow only those with such labels, in Marathon's notation: HAPROXY_GROUP==external.")
    private @Nullable String label;

    @Option(
            names = "--marathon-namespace",
            paramLabel = "NAME",
            description = "What VIP names end with. Default: the name of the framework.")
    private @Nullable String namespace;

    @Option(
            names = "--marathon-prefer-ipv6",
            description = "Take the IPv6 address of a task or an agent that has both kinds.")
    private boolean preferIpv6;

    @Option(
            names = "--marathon-incremental-above",
            converter = WholeNumber.class,
            paramLabel = "APPLICATIONS",
            description =
                    "Of more applications than this, read one by itself when an event names it, and the list seconds"
                            + " later. Default: 100.")
    private @Nullable Integer incrementalAbove;

    @Option(
            names = "--marathon-response-timeout",
            converter = SecondsConverter.class,
            paramLabel = "SECONDS",
            description =
                    "How long Marathon may take until it begins with an answer; large ones take long. Default: 30.")
    private @Nullable Duration responseTimeout;

    @Option(
            names = "--marathon-fetch-timeout",
            converter = SecondsConverter.class,
            paramLabel = "SECONDS",
            description = "How long a whole answer may take from then on. Default: 60.")
    private @Nullable Duration fetchTimeout;

    @Option(
            names = "--max-backoff",
            converter = SecondsConverter.class,
            paramLabel = "SECONDS",
            description = "The longest pause between attempts to reach Marathon while it is away. Default: 1.")
    private @Nullable Duration maxBackoff;

    @Option(
            names = "--marathon-snapshot",
            paramLabel = "FILE",
            description = "Where to keep the last good state, for a start while Marathon is away.")
    private @Nullable Path snapshot;

    private @Nullable Duration reconcileWithin;

    /** At most one of these. */
    static final class Who {

        @Option(
                names = "--marathon-auth-credential-file",
                paramLabel = "FILE",
                description = "A file whose first line is USER:PASSWORD for Marathon; it may change.")
        private @Nullable Path file;

        @Option(
                names = "--auth-credentials",
                paramLabel = "USER:PASSWORD",
                description = "The same on the command line, where every user of the machine can see it.")
        private @Nullable String pair;

        @Option(
                names = "--dcos-auth-credentials",
                paramLabel = "JSON",
                description = "A service account of DC/OS, or the path of a file with one."
                        + " Default: the environment's DCOS_SERVICE_ACCOUNT_CREDENTIAL, else its MARATHON_USER and"
                        + " MARATHON_PASSWORD.")
        private @Nullable String account;
    }

    /** For picocli. */
    public MarathonAccess() {}

    /**
     * Has every Marathon read at least so often, also when nothing happens.
     *
     * @param most the longest time between two reads; that of {@link MarathonConfig}, if it is shorter
     */
    public void reconcileWithin(Duration most) {
        reconcileWithin = most;
    }

    /**
     * What the flags say; reads the files that they name.
     *
     * @param hosts where Marathon is
     * @param environment the environment's variables
     * @return the configuration of a source
     * @throws IllegalArgumentException naming the flag, what is wrong with its value and what was expected; shows no secret
     */
    public MarathonConfig config(List<URI> hosts, Map<String, String> environment) {
        return config(hosts, environment, Optional.empty());
    }

    /**
     * What the flags say; reads the files that they name.
     *
     * @param hosts where Marathon is
     * @param environment the environment's variables
     * @param name the namespace of its services if the flags name none; that of the framework, otherwise
     * @return the configuration of a source
     * @throws IllegalArgumentException naming the flag, what is wrong with its value and what was expected; shows no secret
     */
    public MarathonConfig config(List<URI> hosts, Map<String, String> environment, Optional<String> name) {
        MarathonConfig.Builder config = common(hosts);
        credentials(environment).ifPresent(config::credentials);
        Optional.ofNullable(namespace).or(() -> name).ifPresent(config::namespace);
        Optional.ofNullable(snapshot).ifPresent(config::snapshotFile);
        return build("--marathon", config);
    }

    /**
     * What the flags say of one more Marathon, which gets none of their credentials and keeps no state.
     *
     * @param flag what names it, for messages
     * @param name the namespace of its services
     * @param hosts where it is
     * @param credentialFile a file whose first line is {@code USER:PASSWORD}
     * @return the configuration of a source
     * @throws IllegalArgumentException naming the flag, what is wrong with its value and what was expected; shows no secret
     */
    public MarathonConfig another(String flag, String name, List<URI> hosts, Optional<Path> credentialFile) {
        MarathonConfig.Builder config = common(hosts).namespace(name);
        credentialFile.map(Credentials::file).ifPresent(config::credentials);
        return build(flag, config);
    }

    private MarathonConfig.Builder common(List<URI> hosts) {
        MarathonConfig.Builder config = MarathonConfig.builder(hosts.toArray(URI[]::new));
        if (authorities != null || certificate != null || key != null) {
            config.tls(new TlsFiles(
                            Optional.ofNullable(authorities),
                            Optional.ofNullable(certificate),
                            Optional.ofNullable(key))
                    .context());
        }
        config.trustedHosts(Set.copyOf(trustedHosts)).preferIpv6(preferIpv6);
        Optional.ofNullable(group).ifPresent(config::group);
        Optional.ofNullable(label).ifPresent(config::labelSelector);
        Optional.ofNullable(incrementalAbove).ifPresent(config::incrementalAbove);
        Optional.ofNullable(responseTimeout).ifPresent(config::responseTimeout);
        Optional.ofNullable(fetchTimeout).ifPresent(config::fetchTimeout);
        Optional.ofNullable(maxBackoff).ifPresent(config::maxBackoff);
        Optional.ofNullable(reconcileWithin).ifPresent(config::reconcileWithin);
        return config;
    }

    private static MarathonConfig build(String flag, MarathonConfig.Builder config) {
        try {
            return config.build();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
        }
    }

    private Optional<Credentials> credentials(Map<String, String> environment) {
        if (who == null) {
            String account = environment.getOrDefault("DCOS_SERVICE_ACCOUNT_CREDENTIAL", "");
            return account.isBlank()
                    ? ofUser(environment)
                    : Optional.of(account("DCOS_SERVICE_ACCOUNT_CREDENTIAL", account));
        }
        if (who.file != null) {
            return Optional.of(Credentials.file(who.file));
        }
        if (who.pair != null) {
            LOG.warn("--auth-credentials shows the password to every user of this machine;"
                    + " --marathon-auth-credential-file does not");
            int colon = who.pair.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("--auth-credentials: no colon (expected: USER:PASSWORD)");
            }
            return Optional.of(Credentials.basic(who.pair.substring(0, colon), who.pair.substring(colon + 1)));
        }
        return Optional.ofNullable(who.account).map(text -> account("--dcos-auth-credentials", text));
    }

    private static Optional<Credentials> ofUser(Map<String, String> environment) {
        String user = environment.getOrDefault("MARATHON_USER", "");
        String password = environment.getOrDefault("MARATHON_PASSWORD", "");
        return user.isEmpty() || password.isEmpty() ? Optional.empty() : Optional.of(Credentials.basic(user, password));
    }

    private static Credentials account(String what, String text) {
        String json = text;
        if (!text.strip().startsWith("{")) {
            try {
                json = Files.readString(text.startsWith("file:") ? Path.of(URI.create(text)) : Path.of(text));
            } catch (IOException
                    | IllegalArgumentException e) { // not kept as the cause: it shows what was meant as JSON
                throw new IllegalArgumentException(
                        what + ": neither JSON nor a file that can be read (expected: {\"uid\", \"private_key\","
                                + " \"login_endpoint\"} or the path of a file with that)");
            }
        }
        try {
            return Credentials.serviceAccount(json);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + ": " + e.getMessage(), e);
        }
    }
}
