package io.evenkeel.samples.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The demo: sets the stage, plays the tutorial, and stays up to be tried. */
@Command(
        name = "evenkeel-demo",
        mixinStandardHelpOptions = true,
        versionProvider = DemoMain.Version.class,
        header = "Plays the DC/OS 101 load-balancing tutorial in one process.%n",
        footer = "%nExit codes: 0 all went well, 1 something did not, 2 wrong usage.")
public final class DemoMain implements Callable<Integer> {

    private static final int REQUESTS_PER_SECOND = 50;

    private final PrintStream out;
    private final IntUnaryOperator ports;
    private final int requestsPerSecond;

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "End after this time (30s, 5m); stay up until interrupted otherwise.")
    private @Nullable Duration limit;

    @Option(
            names = "--assert-no-errors",
            description = "Exit with 1 if a request failed or an answer came from the wrong task.")
    private boolean assertNoErrors;

    /** A demo that prints there, on those ports, with so many requests a second. */
    DemoMain(PrintStream out, IntUnaryOperator ports, int requestsPerSecond) {
        this.out = out;
        this.ports = ports;
        this.requestsPerSecond = requestsPerSecond;
    }

    /**
     * Runs the demo.
     *
     * @param args the flags
     */
    public static void main(String[] args) {
        System.exit(commandLine(new DemoMain(System.out, Stage::freePort, REQUESTS_PER_SECOND))
                .execute(args));
    }

    static CommandLine commandLine(DemoMain demo) {
        return new CommandLine(demo).setParameterExceptionHandler((wrong, args) -> {
            PrintWriter err = wrong.getCommandLine().getErr();
            err.println(wrong.getMessage());
            err.println("Try --help.");
            return CommandLine.ExitCode.USAGE;
        });
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Console console = new Console(out, begun);
        try (Stage stage = new Stage(ports)) {
            describe(stage, console);
            List<Load> loads = List.of(
                    new Load("layer 7, service port", Probe.http(stage::l7Address), requestsPerSecond),
                    new Load("layer 4, VIP by name", Probe.http(stage::appVip), requestsPerSecond));
            Load redis = new Load("redis, VIP by name", Probe.redis(stage::redisVip), requestsPerSecond / 5);
            List<Load> all = new ArrayList<>(loads);
            all.add(redis);
            Tutorial tutorial = new Tutorial(stage, loads, console);
            tutorial.play();
            stayUp(begun, all, console);
            return end(all, tutorial.broken(), console);
        }
    }

    private static void describe(Stage stage, Console console) throws IOException {
        InetSocketAddress l7 = stage.l7Address();
        InetSocketAddress admin = stage.adminAddress();
        InetSocketAddress vip = stage.appVip();
        InetSocketAddress redis = stage.redisVip();
        InetSocketAddress dns = stage.dnsAddress();
        console.line("%s ready; try from another terminal:", console.mark());
        console.line("    curl http://%s:%d/", l7.getHostString(), l7.getPort());
        console.line("    curl http://%s:%d/", vip.getAddress().getHostAddress(), vip.getPort());
        console.line("    dig @127.0.0.1 -p %d +short %s", dns.getPort(), Stage.APP_VIP);
        console.line("    redis-cli -h %s -p %d INCR visits", redis.getAddress().getHostAddress(), redis.getPort());
        console.line("    open http://%s:%d/haproxy?stats", admin.getAddress().getHostAddress(), admin.getPort());
        console.line(
                "    curl -X PUT -H 'Content-Type: application/json' %s/v2/apps/%s -d '{\"instances\":2}'",
                stage.marathon(), Stage.APP);
    }

    private void stayUp(long begun, List<Load> loads, Console console) throws InterruptedException {
        for (long left = left(begun); left > 0; left = left(begun)) {
            Thread.sleep(Math.min(5000, left));
            for (Load load : loads) {
                console.line(
                        "%s %-22s %d requests, %d failed, last seconds %s",
                        console.mark(), load.name(), load.total(), load.failed(), load.drain());
            }
        }
    }

    /** Milliseconds. */
    private long left(long begun) {
        return limit == null
                ? Long.MAX_VALUE
                : limit.minusNanos(System.nanoTime() - begun).toMillis();
    }

    int end(List<Load> loads, List<String> broken, Console console) {
        long failed = 0;
        long total = 0;
        for (Load load : loads) {
            load.close();
            total += load.total();
            failed += load.failed();
            if (load.failed() > 0) {
                console.line("%s: %d failed, the last with %s", load.name(), load.failed(), load.lastFailure());
            }
        }
        broken.forEach(text -> console.line("%s", text));
        console.line("%s %d requests, %d failed", console.mark(), total, failed);
        return assertNoErrors && (failed > 0 || total == 0 || !broken.isEmpty()) ? 1 : 0;
    }

    /** Reads {@code 30s}, {@code 5m} or {@code 500ms}. */
    static final class DurationConverter implements ITypeConverter<Duration> {

        private static final Pattern FORM = Pattern.compile("0*([1-9][0-9]{0,5})(ms|s|m|h)");

        @Override
        public Duration convert(String value) {
            Matcher matcher = FORM.matcher(value);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "duration: " + value + " (expected: a number of 1 to 999999 with ms, s, m or h)");
            }
            long number = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                default -> Duration.ofHours(number);
            };
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = DemoMain.class.getPackage().getImplementationVersion();
            return new String[] {"evenkeel-demo " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
