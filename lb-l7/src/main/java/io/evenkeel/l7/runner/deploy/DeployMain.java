package io.evenkeel.l7.runner.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.marathon.MarathonCalls;
import io.evenkeel.l4.runner.JarVersion;
import io.evenkeel.l4.runner.MarathonAccess;
import io.evenkeel.l4.runner.MarathonUrlConverter;
import io.evenkeel.l4.runner.SecondsConverter;
import io.evenkeel.l4.runner.WholeNumber;
import io.evenkeel.l4.runner.WrongUsage;
import io.evenkeel.l7.runner.AdminToken;
import io.evenkeel.l7.runner.LogLevel;
import io.evenkeel.l7.runner.LongHelp;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
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
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code deploy}: replaces an application by its next version without a failed request, or leaves it as it was. */
@Command(
        name = "lb-l7 deploy",
        mixinStandardHelpOptions = true,
        versionProvider = JarVersion.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        header = "Deploys an application blue/green, or a part of it, behind this proxy or marathon-lb.%n",
        footer = {
            "%nExample:",
            "  java -jar lb-l7-standalone.jar deploy --marathon http://master.mesos:8080"
                    + " --lb http://marathon-lb.marathon.mesos:9090 --json app.json --force",
            "%nThe definition needs the labels HAPROXY_DEPLOYMENT_GROUP and HAPROXY_DEPLOYMENT_ALT_PORT, and should have"
                    + " health checks: without them a task has come once it takes a TCP connection from here, or once a load"
                    + " balancer has an answer or a passed check of it. What fails is rolled back.",
            "Exit codes: 0 done, 1 somebody said no, 2 wrong usage or something unforeseen, 3 flags that do not fit,"
                    + " 4 something is missing in the definition, 5 load balancer, 6 Marathon, 7 creating, 8 deleting,"
                    + " 9 scaling, 10 tasks did not come up in time."
        })
public final class DeployMain implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(DeployMain.class);

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

    @Option(
            names = {"--lb", "--marathon-lb", "-l"},
            arity = "1..*",
            paramLabel = "URL",
            converter = LoadBalancerUrl.class,
            description = "The admin ports of the load balancers, http://host:9090; each address of a name is one."
                    + " Without any, old tasks are killed while they may still have requests.")
    private List<URI> loadBalancers = List.of();

    @Option(
            names = "--lb-token-file",
            paramLabel = "FILE",
            description =
                    "The token of those admin ports, as in the file of their --admin-token-file, where --guard-admin"
                            + " asks for it.")
    private @Nullable Path loadBalancerToken;

    @Option(
            names = {"--json", "-j"},
            required = true,
            paramLabel = "FILE",
            description = "The application's definition.")
    private Path json = Path.of("");

    @Option(
            names = {"--initial-instances", "-i"},
            converter = WholeNumber.class,
            paramLabel = "N",
            defaultValue = "1",
            description = "How many new tasks to begin with (default: ${DEFAULT-VALUE}).")
    private int initialInstances;

    @Option(
            names = "--linear-increase",
            converter = WholeNumber.class,
            paramLabel = "N",
            defaultValue = "0",
            description = "How many to add at each step; half as many again otherwise.")
    private int linearIncrease;

    @Option(
            names = {"--new-instances", "-n"},
            converter = WholeNumber.class,
            paramLabel = "N",
            defaultValue = "0",
            description = "Replace only so many, and keep both applications.")
    private int newInstances;

    @Option(
            names = {"--step-delay", "-s"},
            converter = SecondsConverter.class,
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long to rest between two steps (default: ${DEFAULT-VALUE}).")
    private Duration stepDelay = Duration.ofSeconds(5);

    @Option(
            names = {"--max-wait", "-w"},
            converter = SecondsConverter.class,
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to wait for new tasks, and for old ones to finish (default: ${DEFAULT-VALUE}).")
    private Duration maxWait = Duration.ofMinutes(5);

    @Option(
            names = {"--resume", "-r"},
            description = "Go on with a deployment that is under way.")
    private boolean resume;

    @Option(
            names = {"--complete-cur", "-c"},
            description = "Of two applications that were kept, let the newer replace the older.")
    private boolean completeCurrent;

    @Option(
            names = {"--complete-prev", "-p"},
            description = "Of two applications that were kept, let the older replace the newer.")
    private boolean completePrevious;

    @Option(
            names = "--pre-kill-hook",
            paramLabel = "COMMAND",
            description = "Run this before tasks are killed, with the old application, the tasks' ids and the new"
                    + " application as JSON; if it does not end with 0, everything stays as it is.")
    private @Nullable String preKillHook;

    @Option(
            names = {"--dry-run", "-d"},
            description = "Show what would be created, and change nothing.")
    private boolean dryRun;

    @Option(
            names = {"--force", "-f"},
            description = "Do not ask.")
    private boolean force;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            converter = LogLevel.Converter.class,
            defaultValue = "info",
            description = "How much is logged beside the steps: debug, info, warning, error or critical (default:"
                    + " ${DEFAULT-VALUE}).")
    private LogLevel logLevel = LogLevel.INFO;

    @Option(names = "--log-format", arity = "1", hidden = true)
    private @Nullable String logFormat;

    @Option(names = "--syslog-socket", arity = "1", hidden = true)
    private @Nullable String syslogSocket;

    @Option(names = "--longhelp", help = true, description = "Print this, and what each label means.")
    private boolean longHelp;

    @Mixin
    private MarathonAccess access = new MarathonAccess();

    private DeployMain() {}

    /**
     * Deploys.
     *
     * @param args the flags; {@code --help} lists them
     * @return the exit code
     */
    public static int run(String... args) {
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return new CommandLine(new DeployMain())
                .setUnmatchedOptionsAllowedAsOptionParameters(false)
                .setParameterExceptionHandler(new WrongUsage())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("deploy: " + failure);
                    return Exit.UNKNOWN.code();
                });
    }

    @Override
    public Integer call() throws InterruptedException {
        if (longHelp) {
            LongHelp.print(spec.commandLine());
            return Exit.DONE.code();
        }
        logLevel.apply();
        if (logFormat != null || syslogSocket != null) {
            LOG.warn(
                    "--log-format and --syslog-socket have no effect: what is done is printed, and what is logged goes to"
                            + " standard error");
        }
        try {
            Shell shell = new Terminal(
                    spec.commandLine().getOut(), new BufferedReader(new InputStreamReader(System.in, UTF_8)), force);
            DeployPlan plan = plan();
            Definition definition = Definition.read(json);
            MarathonCalls calls = MarathonCalls.to(access.config(marathon, System.getenv()));
            LoadBalancers views = new LoadBalancers(
                    loadBalancers, Optional.ofNullable(loadBalancerToken).map(AdminToken::read));
            new Deployment(new MarathonApps(calls), views, plan, shell, LocalDateTime::now).run(definition);
            return Exit.DONE.code();
        } catch (DeployException e) {
            return failed(e.exit(), e.text());
        } catch (IllegalArgumentException e) {
            return failed(Exit.BAD_ARGUMENTS, String.valueOf(e.getMessage()));
        }
    }

    private int failed(Exit exit, String message) {
        spec.commandLine().getErr().println("deploy: " + message);
        return exit.code();
    }

    private DeployPlan plan() {
        if (completeCurrent && completePrevious) {
            throw new IllegalArgumentException("--complete-cur, --complete-prev: both (expected: one of them)");
        }
        DeployPlan.Kind kind = completeCurrent
                ? DeployPlan.Kind.COMPLETE_CURRENT
                : completePrevious
                        ? DeployPlan.Kind.COMPLETE_PREVIOUS
                        : resume ? DeployPlan.Kind.RESUME : DeployPlan.Kind.NEW;
        return new DeployPlan(kind, initialInstances, linearIncrease, newInstances, stepDelay, maxWait, hook(), dryRun);
    }

    /* What is missing is better known now than half-way; what has no directory is looked for where programs are. */
    private Optional<String> hook() {
        if (preKillHook != null
                && (preKillHook.isBlank()
                        || (preKillHook.contains("/") && !Files.isExecutable(Path.of(preKillHook))))) {
            throw new IllegalArgumentException("--pre-kill-hook: " + preKillHook + " (expected: a program)");
        }
        return Optional.ofNullable(preKillHook);
    }

    /** Reads the URL of an admin port. */
    static final class LoadBalancerUrl implements ITypeConverter<URI> {

        @Override
        public URI convert(String value) {
            try {
                URI uri = URI.create(value);
                boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
                boolean bare = uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
                if (http && bare && uri.getHost() != null && uri.getPort() <= 65_535) {
                    return uri;
                }
            } catch (IllegalArgumentException e) {
                // said below, like everything else that is no URL
            }
            throw new TypeConversionException(
                    "load balancer: " + Redacted.text(value) + " (expected: a URL like http://host:9090)");
        }
    }
}
