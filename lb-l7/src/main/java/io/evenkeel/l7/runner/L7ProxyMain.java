package io.evenkeel.l7.runner;

import io.evenkeel.discovery.HostPort;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.runner.AdminServer;
import io.evenkeel.l4.runner.EndSignal;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The standalone layer-7 proxy: takes marathon-lb's flags, follows a Marathon, and serves until it is told to stop. */
@Command(
        name = "lb-l7",
        mixinStandardHelpOptions = true,
        versionProvider = L7ProxyMain.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Serves the applications of a Marathon by their HAPROXY_ labels, in marathon-lb's place.%n",
        footer = {
            "%nExample:",
            "  java -jar lb-l7-standalone.jar --marathon http://master.mesos:8080 --group external --health-check",
            "%nStatistics are at http://HOST:9090/haproxy?stats. Changes apply in place; nothing is ever reloaded.",
            "Ends on SIGTERM or SIGINT. Exit codes: 0 ended, 1 failed, 2 wrong usage."
        })
public final class L7ProxyMain implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(L7ProxyMain.class);
    private static final String DEFAULT_CERTIFICATE = "/etc/ssl/cert.pem";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"--marathon", "-m"},
            arity = "1..*",
            paramLabel = "URL",
            converter = MarathonUrl.class,
            defaultValue = "http://master.mesos:8080",
            description = "The nodes of one Marathon, tried in turn (default: ${DEFAULT-VALUE}).")
    private List<URI> marathon = List.of();

    @Option(
            names = "--group",
            arity = "1..*",
            required = true,
            paramLabel = "GROUP",
            description = "Serve applications whose HAPROXY_GROUP names one of these; * serves all.")
    private List<String> groups = List.of();

    @Option(
            names = {"--health-check", "-H"},
            description = "Send requests only to tasks that pass Marathon's health checks, where there are any.")
    private boolean healthCheck;

    @Option(
            names = {"--sse", "-s"},
            description = "Accepted for compatibility: events are always followed.")
    @SuppressWarnings("unused")
    private boolean sse;

    @Option(names = "--strict-mode", description = "Serve only ports with HAPROXY_n_ENABLED=true.")
    private boolean strictMode;

    @Option(
            names = "--dont-bind-http-https",
            description = "Do not open the HTTP and HTTPS ports of the virtual hosts.")
    private boolean dontBindHttpHttps;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            defaultValue = "0.0.0.0:80",
            description = "Where virtual hosts are served (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress http = new InetSocketAddress(80);

    @Option(
            names = "--https",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            defaultValue = "0.0.0.0:443",
            description = "Where virtual hosts are served over TLS (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress https = new InetSocketAddress(443);

    @Option(
            names = "--ssl-certs",
            split = ",",
            paramLabel = "FILE",
            description =
                    "PEM files with certificate and key for HTTPS, or directories of such; the first is the default"
                            + " (default: " + DEFAULT_CERTIFICATE + " if it exists, otherwise HTTPS is not served).")
    private List<Path> sslCerts = List.of();

    @Option(
            names = "--app-id",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            defaultValue = "0.0.0.0:9091",
            description = "Where applications are served by X-Marathon-App-Id (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress appId = new InetSocketAddress(9091);

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            converter = Address.class,
            defaultValue = "0.0.0.0:9090",
            description = "Where statistics are served; they can only be read (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress admin = new InetSocketAddress(9090);

    @Option(
            names = "--service-address",
            paramLabel = "HOST",
            defaultValue = "*",
            description = "Address of service ports whose labels name none (default: ${DEFAULT-VALUE}, all addresses).")
    private String serviceAddress = "*";

    /** For the command line. */
    public L7ProxyMain() {}

    /**
     * Runs the proxy until it is told to stop.
     *
     * @param args the flags
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new L7ProxyMain())
                .setUnmatchedOptionsAllowedAsOptionParameters(false)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    LOG.error("Failed: {}", failure.getMessage());
                    return 1;
                })
                .execute(args));
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        MarathonLbOptions options = new MarathonLbOptions(groups(), healthCheck, strictMode);
        Optional<Certificates> certificates = dontBindHttpHttps ? Optional.empty() : certificates();
        try (EndSignal end = new EndSignal();
                Transport transport = Transport.open(0);
                MarathonLbProxy proxy = MarathonLbProxy.builder(
                                MarathonDiscovery.of(MarathonConfig.builder(marathon.toArray(URI[]::new))
                                        .build()),
                                options,
                                transport)
                        .http(dontBindHttpHttps ? Optional.empty() : Optional.of(http))
                        .https(Optional.of(https), certificates)
                        .appId(appId)
                        .reservedPorts(Set.of(admin.getPort()))
                        .serviceAddress(serviceAddress)
                        .build();
                AdminServer adminServer = L7Admin.open(proxy, transport, admin)) {
            LOG.info("Following {} for groups {}; statistics at {}", marathon, groups(), adminServer.address());
            proxy.whenReady()
                    .thenRun(() -> LOG.info("Serving: {}", proxy.loadBalancer().catalog()));
            end.await();
        }
        return 0;
    }

    private Set<String> groups() {
        return new LinkedHashSet<>(groups);
    }

    private Optional<Certificates> certificates() {
        List<Path> paths = new ArrayList<>(sslCerts);
        if (paths.isEmpty()) {
            Path usual = Path.of(DEFAULT_CERTIFICATE);
            if (!Files.isRegularFile(usual)) {
                LOG.info("HTTPS is not served: no --ssl-certs, and no {}", DEFAULT_CERTIFICATE);
                return Optional.empty();
            }
            paths.add(usual);
        }
        try {
            return Optional.of(Certificates.load(paths));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Reads {@code HOST:PORT}. */
    static final class Address implements ITypeConverter<InetSocketAddress> {

        @Override
        public InetSocketAddress convert(String value) {
            try {
                InetSocketAddress address = HostPort.parse("address", value);
                if (address.isUnresolved()) {
                    throw new TypeConversionException("address: " + value + " (expected: a host that can be resolved)");
                }
                return address;
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Reads the URL of a Marathon. */
    static final class MarathonUrl implements ITypeConverter<URI> {

        @Override
        public URI convert(String value) {
            try {
                URI uri = URI.create(value);
                if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                // said below, like everything else that is no URL
            }
            throw new TypeConversionException("marathon: " + value + " (expected: a URL like http://host:8080)");
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = L7ProxyMain.class.getPackage().getImplementationVersion();
            return new String[] {"lb-l7 " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
