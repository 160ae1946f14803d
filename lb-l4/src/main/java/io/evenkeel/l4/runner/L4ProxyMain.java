package io.evenkeel.l4.runner;

import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.dns.ResolvConf;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the standalone L4 proxy: reads the flags, starts what they describe, and waits for a signal. */
@Command(
        name = "lb-l4",
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = JarVersion.class,
        customSynopsis = "java -jar lb-l4-standalone.jar --marathon URL... [OPTIONS]",
        description = {
            "",
            "Serves the named VIPs of a Marathon on this machine. A port with the label",
            "VIP_0=/web:80 is reached at web.marathon.l4lb.thisdcos.directory, port 80,",
            "by every program that asks the DNS server of this proxy.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  java -jar lb-l4-standalone.jar --marathon http://10.0.0.1:8080 --dns 127.0.0.1:53",
            "  curl -s http://127.0.0.1:62080/v1/vips",
            "",
            "Exit status: 0 after SIGTERM or SIGINT (a second one ends it at once), 1 if it cannot start, 2 if a flag is wrong."
        })
public final class L4ProxyMain implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(L4ProxyMain.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--marathon",
            arity = "1..*",
            required = true,
            split = ",",
            converter = MarathonUrlConverter.class,
            paramLabel = "URL...",
            hideParamSyntax = true,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Where Marathon is: one or several members of the same Marathon, http:// or https://.")
    private List<URI> marathon = List.of();

    @Mixin
    private MarathonAccess access = new MarathonAccess();

    @Option(
            names = "--data-plane",
            paramLabel = "NAME",
            defaultValue = "proxy",
            description = "What carries the connections: proxy serves each VIP on a loopback address of its own and"
                    + " needs no privileges for ports from 1024 on.")
    private String dataPlane = "proxy";

    @Option(
            names = "--dns",
            paramLabel = "HOST:PORT",
            converter = ListenAddressConverter.class,
            defaultValue = "127.0.0.1:8600",
            description = "Where to answer DNS, over UDP and TCP.")
    private InetSocketAddress dns = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8600);

    @Option(
            names = "--upstream-dns",
            arity = "1..*",
            split = ",",
            converter = AddressConverter.class,
            paramLabel = "HOST:PORT...",
            hideParamSyntax = true,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Who answers the names that are not VIPs. Default: the name servers of /etc/resolv.conf.")
    private List<InetSocketAddress> upstreamDns = List.of();

    @Option(
            names = "--api",
            paramLabel = "HOST:PORT",
            converter = ListenAddressConverter.class,
            defaultValue = "127.0.0.1:62080",
            description = "Where to answer /v1/vips, /v1/hosts/NAME, /v1/version and /v1/problems over HTTP.")
    private InetSocketAddress api = new InetSocketAddress(InetAddress.getLoopbackAddress(), 62080);

    @Option(
            names = "--drain-timeout",
            paramLabel = "SECONDS",
            converter = SecondsConverter.class,
            defaultValue = "10",
            description = "How long connections may go on after SIGTERM.")
    private Duration drainTimeout = Duration.ofSeconds(10);

    @Mixin
    private TransportFlags transport = new TransportFlags();

    private L4ProxyMain() {}

    /**
     * Runs the proxy until a signal comes.
     *
     * @param args the flags; {@code --help} lists them
     */
    public static void main(String[] args) {
        LeakDetection.offUnlessAskedFor();
        int status = commandLine().execute(args);
        System.exit(status);
    }

    static CommandLine commandLine() {
        return new CommandLine(new L4ProxyMain())
                .setUsageHelpWidth(90)
                .setUnmatchedOptionsAllowedAsOptionParameters(false) // --marathon URL --tpyo
                .setParameterExceptionHandler(new WrongUsage());
    }

    @Override
    public Integer call() throws InterruptedException {
        MarathonConfig source = check();
        try (EndSignal end = new EndSignal()) {
            LOG.info("Following {}", source.hosts());
            L4Proxy proxy = start(source);
            try (proxy) {
                end.await();
                proxy.drain(drainTimeout);
            }
        }
        return 0;
    }

    private MarathonConfig check() {
        if (!dataPlane.equals("proxy")) {
            throw wrong("--data-plane: " + dataPlane + " (expected: proxy)");
        }
        for (InetSocketAddress upstream : upstreamDns) {
            if (upstream.getPort() == 0) {
                throw wrong("--upstream-dns: " + upstream.getHostString() + ":0 (expected: a port of 1 to 65535)");
            }
        }
        try {
            return access.config(marathon, System.getenv());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private L4Proxy start(MarathonConfig source) {
        return L4Proxy.start(
                MarathonDiscovery.of(source),
                transport.kind(),
                transport.threads(),
                dns,
                upstreamDns.isEmpty() ? ResolvConf.system() : upstreamDns,
                api,
                JarVersion.of(L4ProxyMain.class));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
