package io.evenkeel.l7.runner;

import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.l4.runner.EndSignal;
import io.evenkeel.l4.runner.JarVersion;
import io.evenkeel.l4.runner.LeakDetection;
import io.evenkeel.l4.runner.ListenAddressConverter;
import io.evenkeel.l4.runner.MarathonAccess;
import io.evenkeel.l4.runner.MarathonUrlConverter;
import io.evenkeel.l4.runner.ProcessSignal;
import io.evenkeel.l4.runner.SecondsConverter;
import io.evenkeel.l4.runner.TransportFlags;
import io.evenkeel.l4.runner.WrongUsage;
import io.evenkeel.l7.Certificates;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.PathPrecedence;
import io.evenkeel.l7.marathonlb.PortRange;
import io.evenkeel.l7.runner.deploy.DeployMain;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The standalone layer-7 proxy: takes marathon-lb's flags, follows a Marathon, and serves until it is told to stop. */
@Command(
        name = "lb-l7",
        mixinStandardHelpOptions = true,
        versionProvider = JarVersion.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        customSynopsis = {
            "java -jar lb-l7-standalone.jar [--marathon URL...] --group GROUP... [OPTIONS]",
            "java -jar lb-l7-standalone.jar deploy [OPTIONS]%n"
        },
        header = "Serves the applications of a Marathon by their HAPROXY_ labels, in marathon-lb's place.%n",
        footer = {
            "%nExample:",
            "  java -jar lb-l7-standalone.jar --marathon http://master.mesos:8080 --group external --health-check",
            "%nThe first argument deploy begins a deployment without downtime instead: see deploy --help.",
            "%nStatistics are at http://HOST:9090/haproxy?stats. Changes apply in place; nothing is ever reloaded.",
            "SIGHUP reads Marathon, and certificates, again; SIGUSR1 begins a new file of the access log.",
            "Ends on SIGTERM or SIGINT, on a second one at once.",
            "Exit codes: 0 ended, 1 failed, 2 wrong usage."
        })
public final class L7ProxyMain implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(L7ProxyMain.class);
    private static final String MAIN_MARATHON = "marathon";
    static final String DEFAULT_CERTIFICATE = "/etc/ssl/cert.pem";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"--marathon", "-m"},
            arity = "1..*",
            paramLabel = "URL",
            converter = MarathonUrlConverter.class,
            defaultValue = "http://master.mesos:8080",
            description = "The nodes of one Marathon, tried in turn (default: ${DEFAULT-VALUE}).")
    private List<URI> marathon = List.of();

    @Mixin
    private MarathonAccess access = new MarathonAccess();

    @Mixin
    private AlsoMarathonFlags others = new AlsoMarathonFlags();

    @Mixin
    private RoutesFlag routes = new RoutesFlag();

    @Option(
            names = "--group",
            arity = "1..*",
            required = true,
            split = ",",
            converter = Name.class,
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
            names = "--haproxy-map",
            description = "Look virtual hosts without a path up as HAProxy's maps do: a port in the Host header and the"
                    + " case of a server name do not matter, HAPROXY_n_BACKEND_WEIGHT neither.")
    private boolean haproxyMap;

    @Option(
            names = "--path-precedence",
            paramLabel = "application|longest",
            converter = Precedence.class,
            defaultValue = "application",
            description = "Of several HAPROXY_n_PATH of one virtual host that match and have the same weight, which one"
                    + " decides: that of the application which comes first, as with marathon-lb, or the longest"
                    + " (default: ${DEFAULT-VALUE}).")
    private PathPrecedence pathPrecedence = PathPrecedence.APPLICATION;

    @Option(
            names = "--acme-app",
            paramLabel = "ID",
            defaultValue = "",
            description =
                    "The application whose port of mode http answers /.well-known/acme-challenge/TOKEN on the HTTP"
                            + " port of the virtual hosts, whatever the host and before redirects and passwords (default: as"
                            + " the host's labels say).")
    private String acmeApp = "";

    @Option(
            names = "--min-serv-port-ip-per-task",
            converter = AssignedPort.class,
            paramLabel = "PORT",
            defaultValue = "10050",
            description = "The first service port for applications that have none (default: ${DEFAULT-VALUE}).")
    private int minServicePort = 10_050;

    @Option(
            names = "--max-serv-port-ip-per-task",
            converter = AssignedPort.class,
            paramLabel = "PORT",
            defaultValue = "10100",
            description = "The last one (default: ${DEFAULT-VALUE}); both 0 give none.")
    private int maxServicePort = 10_100;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            converter = LogLevel.Converter.class,
            defaultValue = "info",
            description = "How much is logged: debug, info, warning, error or critical (default: ${DEFAULT-VALUE}).")
    private LogLevel logLevel = LogLevel.INFO;

    @Parameters(
            arity = "0..1",
            paramLabel = "sse|poll",
            converter = Mode.class,
            description = "Accepted for compatibility with the command of marathon-lb's image, in the first place.")
    @SuppressWarnings("unused")
    private String mode = "sse";

    @Option(
            names = "--dont-bind-http-https",
            description = "Do not open the HTTP and HTTPS ports of the virtual hosts.")
    private boolean dontBindHttpHttps;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            converter = ListenAddressConverter.class,
            defaultValue = "0.0.0.0:80",
            description = "Where virtual hosts are served; here and below * as HOST is all addresses (default:"
                    + " ${DEFAULT-VALUE}).")
    private InetSocketAddress http = new InetSocketAddress(80);

    @Option(
            names = "--https",
            paramLabel = "HOST:PORT",
            converter = ListenAddressConverter.class,
            defaultValue = "0.0.0.0:443",
            description = "Where virtual hosts are served over TLS (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress https = new InetSocketAddress(443);

    @Option(
            names = "--ssl-certs",
            split = ",",
            converter = CertificatePath.class,
            paramLabel = "FILE",
            description =
                    "PEM files with certificate and key for HTTPS, or directories of such; the first is the default"
                            + " (default: " + DEFAULT_CERTIFICATE + " if it exists, otherwise a self-signed one).")
    private List<Path> sslCerts = List.of();

    @Mixin
    private TransportFlags transport = new TransportFlags();

    @Mixin
    private MachineFlags machine = new MachineFlags();

    @Mixin
    private AccessLogFlags accessLog = new AccessLogFlags();

    @Mixin
    private EntranceFlags entrance = new EntranceFlags();

    @Mixin
    private HardenedFlags hardened = new HardenedFlags();

    @Mixin
    private ClientLimitFlags limits = new ClientLimitFlags();

    @Option(
            names = "--app-id",
            paramLabel = "HOST:PORT",
            converter = ListenAddressConverter.class,
            defaultValue = "0.0.0.0:9091",
            description = "Where applications are served by X-Marathon-App-Id (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress appId = new InetSocketAddress(9091);

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            converter = ListenAddressConverter.class,
            defaultValue = "0.0.0.0:9090",
            description =
                    "Where statistics are served; everybody may read them, and change something only from this machine"
                            + " (default: ${DEFAULT-VALUE}).")
    private InetSocketAddress admin = new InetSocketAddress(9090);

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "A file with a token that allows changes from other machines, by POST with the header"
                    + " \"Authorization: Bearer TOKEN\".")
    private @Nullable Path adminTokenFile;

    @Option(
            names = "--metrics-legacy-labels",
            description = "Label haproxy_ metrics as HAProxy's stand-alone exporter did: frontend or backend instead of"
                    + " proxy.")
    private boolean legacyLabels;

    @Option(
            names = "--ready-max-age",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            description =
                    "/readyz answers 503 while Marathon's last good answer is older than this; requests are served all"
                            + " the same (default: of any age). Marathon is read at least twice in that time.")
    private @Nullable Duration readyMaxAge;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            defaultValue = "2",
            description =
                    "/readyz answers 503 at first, for no longer than this, while requests of the proxy's own on loopback"
                            + " have its code compiled; others are served meanwhile (default: ${DEFAULT-VALUE}; 0: not at all).")
    private Duration warmUp = Duration.ofSeconds(2);

    @Option(
            names = "--service-address",
            paramLabel = "HOST",
            converter = ServiceAddress.class,
            defaultValue = "*",
            description = "Address of service ports whose labels name none (default: ${DEFAULT-VALUE}, all addresses).")
    private String serviceAddress = "*";

    @Option(
            names = "--drain-delay",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            defaultValue = "0",
            description = "How long connections are still taken after SIGTERM, while /readyz and /_haproxy_health_check"
                    + " answer 503 already, so that a load balancer in front notices (default: ${DEFAULT-VALUE}).")
    private Duration drainDelay = Duration.ZERO;

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            defaultValue = "10",
            description = "How long requests and connections may go on after SIGTERM and that delay (default:"
                    + " ${DEFAULT-VALUE}).")
    private Duration drainTimeout = Duration.ofSeconds(10);

    @Option(
            names = {"--dry", "-d"},
            description = "Print what would be served by what Marathon says now, and serve nothing.")
    private boolean dry;

    @Option(names = "--longhelp", help = true, description = "Print this, and what each label means.")
    private boolean longHelp;

    /** What is done with settings that make sense. */
    @FunctionalInterface
    interface Serving {

        /** Serves until the end is asked for. */
        void serve(L7Settings settings) throws InterruptedException;
    }

    private final Serving serving;

    private L7ProxyMain(Serving serving) {
        this.serving = serving;
    }

    /**
     * Runs the proxy until it is told to stop, or a deployment.
     *
     * @param args the flags; {@code --help} lists them; after {@code deploy}, those of {@link DeployMain}
     */
    public static void main(String[] args) {
        LeakDetection.offUnlessAskedFor();
        boolean deploys = args.length > 0 && args[0].equals("deploy");
        System.exit(
                deploys
                        ? DeployMain.run(Arrays.copyOfRange(args, 1, args.length))
                        : commandLine(L7ProxyMain::serve).execute(args));
    }

    static CommandLine commandLine(Serving serving) {
        L7ProxyMain main = new L7ProxyMain(serving);
        CommandSpec spec = CommandSpec.forAnnotatedObject(main);
        UnneededFlags.addTo(spec);
        return new CommandLine(spec)
                .setUnmatchedOptionsAllowedAsOptionParameters(false) // --group a --tpyo
                .setParameterExceptionHandler(new WrongUsage())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    LOG.error("Failed", failure);
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    private static void serve(L7Settings settings) throws InterruptedException {
        // by themselves, these signals would end us
        ProcessSignal.handle("USR1", () -> settings.accessLog().ifPresent(AccessLog::reopen));
        ProcessSignal.handle("HUP", () -> LOG.info("SIGHUP: everything is about to be read"));
        try (EndSignal end = new EndSignal();
                L7Proxy proxy = L7Proxy.start(Marathons.of(settings), settings)) {
            ProcessSignal.handle("HUP", proxy::readAgain);
            LOG.info(
                    "Following {} for groups {}; statistics at {}",
                    settings.marathon().hosts(),
                    settings.options().groups(),
                    proxy.adminAddress() == null ? "(not open yet)" : proxy.adminAddress());
            end.await();
            proxy.drain(settings.drainDelay(), settings.drainTimeout());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (longHelp) {
            LongHelp.print(spec.commandLine());
            return 0;
        }
        if (dry) {
            return dryRun();
        }
        logLevel.apply();
        List<String> unneeded = UnneededFlags.given(spec.commandLine().getParseResult());
        if (!unneeded.isEmpty()) {
            LOG.warn("Without effect, since there is no HAProxy to configure: {}", String.join(", ", unneeded));
        }
        List<String> variables = UnneededVariables.given(System.getenv());
        if (!variables.isEmpty()) {
            LOG.warn("Without effect in the environment: {}", String.join(", ", variables));
        }
        serving.serve(settings());
        return 0;
    }

    /* The configuration is all that is printed. */
    private int dryRun() {
        LogLevel.ERROR.apply();
        try {
            spec.commandLine().getOut().print(DryRun.text(settings()));
            spec.commandLine().getOut().flush();
            return CommandLine.ExitCode.OK;
        } catch (DiscoveryException e) {
            LOG.error("Not everything can be read: {}", e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private L7Settings settings() {
        try {
            return understood();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private L7Settings understood() {
        Optional<AdminToken> token = Optional.ofNullable(adminTokenFile).map(AdminToken::read);
        if (readyMaxAge != null) {
            if (readyMaxAge.isZero()) {
                throw new IllegalArgumentException("--ready-max-age: 0 (expected: 1 to 86400)");
            }
            access.reconcileWithin(readyMaxAge.dividedBy(2)); // else it ages on a calm cluster, too
        }
        differ();
        MarathonConfig main = access.config(
                marathon, System.getenv(), others.isEmpty() ? Optional.empty() : Optional.of(MAIN_MARATHON));
        return new L7Settings(
                main,
                others.configs(main.namespace().orElse(MAIN_MARATHON), access),
                routes.file(),
                options(),
                dontBindHttpHttps ? Optional.empty() : Optional.of(http),
                dontBindHttpHttps ? Optional.empty() : Optional.of(https),
                dontBindHttpHttps ? Optional.empty() : certificates(),
                entrance.entrances(hardened.hardened()),
                new Hardening(hardened.headerTrust(), hardened.guardsAdmin()),
                limits.limits(hardened.hardened(), List.of(hardened.namedProxies(), entrance.namedProxies())),
                transport.kind(),
                transport.threads(),
                appId,
                hardened.admin(
                        admin, spec.commandLine().getParseResult().hasMatchedOption("--admin"), token.isPresent()),
                token,
                legacyLabels,
                Optional.ofNullable(readyMaxAge),
                warmUp,
                serviceAddress,
                machine.machine(),
                drainDelay,
                drainTimeout,
                dry ? Optional.empty() : accessLog.open());
    }

    /* Of two listeners at one address the second would never be heard of. */
    private void differ() {
        Map<String, InetSocketAddress> listeners = new LinkedHashMap<>();
        if (!dontBindHttpHttps) {
            listeners.put("--http", http);
            listeners.put("--https", https);
        }
        listeners.put("--app-id", appId);
        listeners.put("--admin", admin);
        Map<InetSocketAddress, String> flags = new HashMap<>();
        listeners.forEach((flag, address) -> {
            String other = address.getPort() == 0 ? null : flags.putIfAbsent(address, flag);
            if (other != null) {
                throw new IllegalArgumentException(flag + ": " + address.getHostString() + ":" + address.getPort()
                        + " (expected: another address than " + other + " has)");
            }
        });
    }

    private MarathonLbOptions options() {
        return new MarathonLbOptions(new LinkedHashSet<>(groups), healthCheck, strictMode)
                .withHaproxyMap(haproxyMap)
                .withPathPrecedence(pathPrecedence)
                .withChallengedApplication(acmeApp)
                .withOwnApplication(System.getenv().getOrDefault("FRAMEWORK_NAME", ""))
                .withAssignedPorts(new PortRange(minServicePort, maxServicePort))
                .withTemplates(templates())
                .withStrictness(hardened.strictness());
    }

    private static Map<String, String> templates() {
        List<Path> folders = TemplateTexts.folders(System.getenv());
        for (String name : TemplateTexts.withoutEffect(System.getenv(), folders)) {
            LOG.warn("{} has no effect: this proxy's own frontends are set by flags", name);
        }
        return TemplateTexts.find(System.getenv(), folders);
    }

    private Optional<Certificates> certificates() {
        return Optional.of(entrance.certificates(sslCerts, System.getenv(), Path.of(DEFAULT_CERTIFICATE)));
    }

    /** Reads the name of a group. */
    static final class Name implements ITypeConverter<String> {

        @Override
        public String convert(String value) {
            if (value.isBlank()) {
                throw new TypeConversionException("group: '" + value + "' (expected: a name, or * for all)");
            }
            return value;
        }
    }

    /** Reads one end of the range of ports that are assigned. */
    static final class AssignedPort implements ITypeConverter<Integer> {

        @Override
        public Integer convert(String value) {
            if (!value.matches("[0-9]{1,9}")) {
                throw new TypeConversionException(
                        "port: " + value + " (expected: 1 to 65535, or 0 for both to assign none)");
            }
            return Integer.valueOf(value);
        }
    }

    /** Reads which of several paths decides. */
    static final class Precedence implements ITypeConverter<PathPrecedence> {

        @Override
        public PathPrecedence convert(String value) {
            return switch (value) {
                case "application" -> PathPrecedence.APPLICATION;
                case "longest" -> PathPrecedence.LONGEST;
                default ->
                    throw new TypeConversionException(
                            "path precedence: " + value + " (expected: application or longest)");
            };
        }
    }

    /** Reads the word that the run script of marathon-lb's image takes. */
    static final class Mode implements ITypeConverter<String> {

        @Override
        public String convert(String value) {
            if (!value.equals("sse") && !value.equals("poll")) {
                throw new TypeConversionException(
                        "mode: " + value + " (expected: sse or poll, which mean the same here)");
            }
            return value;
        }
    }

    /** Reads the path of a certificate. */
    static final class CertificatePath implements ITypeConverter<Path> {

        @Override
        public Path convert(String value) {
            if (value.isBlank()) {
                throw new TypeConversionException("certificate: '" + value + "' (expected: a file or directory)");
            }
            return Path.of(value);
        }
    }

    /** Reads a host without a port. */
    static final class ServiceAddress implements ITypeConverter<String> {

        @Override
        public String convert(String value) {
            if (value.equals("*")) {
                return value;
            }
            InetSocketAddress address = new InetSocketAddress(value, 0);
            if (value.isBlank() || address.isUnresolved()) {
                throw new TypeConversionException(
                        "address: " + value + " (expected: an address of this machine, or * for all)");
            }
            return address.getAddress().getHostAddress(); // so that nobody looks it up later
        }
    }
}
