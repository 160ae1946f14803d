package io.evenkeel.l4.runner;

import io.evenkeel.discovery.Discovery;
import io.evenkeel.discovery.HostPort;
import io.evenkeel.discovery.Redacted;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.l4.dns.ResolvConf;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the standalone L4 proxy: reads the flags, starts what they describe, and waits for a signal. */
@Command(
        name = "java -jar lb-l4-standalone.jar",
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true,
        versionProvider = L4ProxyMain.Version.class,
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
            "Exit status: 0 after SIGTERM or SIGINT, 1 if it cannot start, 2 if a flag is wrong."
        })
public final class L4ProxyMain implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--marathon",
            arity = "1..*",
            required = true,
            split = ",",
            paramLabel = "URL...",
            hideParamSyntax = true,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Where Marathon is: one or several members of the same Marathon, http:// or https://.")
    private List<String> marathon = List.of();

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
            defaultValue = "127.0.0.1:8600",
            description = "Where to answer DNS, over UDP and TCP.")
    private String dns = "127.0.0.1:8600";

    @Option(
            names = "--upstream-dns",
            arity = "1..*",
            split = ",",
            paramLabel = "HOST:PORT...",
            hideParamSyntax = true,
            showDefaultValue = CommandLine.Help.Visibility.NEVER,
            description = "Who answers the names that are not VIPs. Default: the name servers of /etc/resolv.conf.")
    private List<String> upstreamDns = List.of();

    @Option(
            names = "--api",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:62080",
            description = "Where to answer /v1/vips, /v1/hosts/NAME, /v1/version and /v1/problems over HTTP.")
    private String api = "127.0.0.1:62080";

    private L4ProxyMain() {}

    /**
     * Runs the proxy until a signal comes.
     *
     * @param args the flags; {@code --help} lists them
     */
    public static void main(String[] args) {
        int status = commandLine().execute(args);
        System.exit(status);
    }

    static CommandLine commandLine() {
        return new CommandLine(new L4ProxyMain())
                .setUsageHelpWidth(90)
                .setUnmatchedOptionsAllowedAsOptionParameters(false) // --marathon URL --tpyo
                .setParameterExceptionHandler((wrong, args) -> {
                    PrintWriter err = wrong.getCommandLine().getErr();
                    err.println(wrong.getMessage());
                    err.println("Try --help.");
                    return CommandLine.ExitCode.USAGE;
                });
    }

    @Override
    public Integer call() throws InterruptedException {
        L4Proxy proxy = start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(proxy), "evenkeel-stop"));
        new CountDownLatch(1).await(); // until a signal makes the JVM run the hook
        return 0;
    }

    private static void stop(L4Proxy proxy) {
        LoggerFactory.getLogger(L4ProxyMain.class).info("Stopping");
        proxy.close();
        Runtime.getRuntime().halt(0); // a signal is how it is meant to end, so it is no failure
    }

    L4Proxy start() {
        if (!dataPlane.equals("proxy")) {
            throw wrong("--data-plane: " + dataPlane + " (expected: proxy)");
        }
        InetSocketAddress dnsAddress = address("--dns", dns, true);
        InetSocketAddress apiAddress = address("--api", api, true);
        List<InetSocketAddress> upstreams = new ArrayList<>();
        for (String upstream : upstreamDns) {
            upstreams.add(address("--upstream-dns", upstream, false));
        }
        return L4Proxy.start(
                discovery(),
                dnsAddress,
                upstreamDns.isEmpty() ? ResolvConf.system() : upstreams,
                apiAddress,
                Version.text());
    }

    private Discovery discovery() {
        URI[] members = marathon.stream().map(this::member).toArray(URI[]::new);
        try {
            return MarathonDiscovery.of(MarathonConfig.builder(members).build());
        } catch (IllegalArgumentException e) {
            throw wrong("--marathon: " + e.getMessage());
        }
    }

    private URI member(String url) {
        try {
            URI uri = URI.create(url);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw notMember(url);
        }
        throw notMember(url);
    }

    private ParameterException notMember(String url) {
        return wrong("--marathon: " + Redacted.text(url) + " (expected: http://HOST:PORT or https://HOST:PORT)");
    }

    private InetSocketAddress address(String flag, String text, boolean zeroAllowed) {
        try {
            InetSocketAddress address = HostPort.parse(flag, text);
            if (address.isUnresolved()) {
                throw wrong(flag + ": " + text + " (expected: a host that has an address)");
            }
            if (!zeroAllowed && address.getPort() == 0) {
                throw wrong(flag + ": " + text + " (expected: a port of 1 to 65535)");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Reads the version from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        static String text() {
            String version = L4ProxyMain.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"Evenkeel L4 proxy " + text()};
        }
    }
}
