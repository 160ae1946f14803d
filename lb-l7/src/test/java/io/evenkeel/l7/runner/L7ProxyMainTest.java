package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.endpoint.Locality;
import io.evenkeel.l7.marathonlb.MarathonLbOptions;
import io.evenkeel.l7.marathonlb.PathPrecedence;
import io.evenkeel.l7.marathonlb.PortRange;
import io.evenkeel.l7.marathonlb.TrustedProxies;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class L7ProxyMainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<L7Settings> served = new ArrayList<>();

    @Test
    void defaultsAreMarathonLbs() {
        L7Settings settings = settings("--group external --dont-bind-http-https");
        assertThat(settings.marathon().hosts()).containsExactly(URI.create("http://master.mesos:8080"));
        assertThat(settings.options()).isEqualTo(new MarathonLbOptions(Set.of("external"), false, false));
        assertThat(settings.appId()).isEqualTo(everywhere(9091));
        assertThat(settings.admin()).isEqualTo(everywhere(9090));
        assertThat(settings.serviceAddress()).isEqualTo("*");
    }

    @Test
    void virtualHostsAreServedOnTheWebsPortsUnlessTheFlagSaysNot() {
        assertThat(settings("--group a").http()).contains(everywhere(80));
        assertThat(settings("--group a").https()).contains(everywhere(443));
        L7Settings without = settings("--group a --dont-bind-http-https");
        assertThat(without.http()).isEmpty();
        assertThat(without.https()).isEmpty();
        assertThat(without.certificates()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--marathon", "-m"})
    void severalMarathonsAreTriedInTheirOrder(String flag) {
        assertThat(settings("--group g " + flag + " http://b:8080 https://a/x/ HTTP://c --sse")
                        .marathon()
                        .hosts())
                .containsExactly(URI.create("http://b:8080"), URI.create("https://a/x"), URI.create("HTTP://c"));
        assertThat(settings(flag + " http://b:8080 " + flag + " http://a:8080 --group g")
                        .marathon()
                        .hosts())
                .containsExactly(URI.create("http://b:8080"), URI.create("http://a:8080"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--group a --group b", "--group a b", "--group a,b", "--group=a,b -H", "--group b --group a,b"})
    void groupsAreRepeatedOrListed(String flags) {
        assertThat(settings(flags).options().groups()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void everyGroupIsAStar() {
        assertThat(settings("--group *").options().groups()).containsExactly("*");
    }

    @ParameterizedTest
    @CsvSource({
        "--health-check, true, false",
        "-H, true, false",
        "-H -s, true, false",
        "-Hs, true, false",
        "--sse, false, false",
        "-s, false, false",
        "--strict-mode, false, true",
        "--strict-mode --health-check --sse, true, true"
    })
    void switchesDoWhatMarathonLbsDo(String flags, boolean healthCheck, boolean strictMode) {
        assertThat(settings(flags + " --group a").options())
                .isEqualTo(new MarathonLbOptions(Set.of("a"), healthCheck, strictMode));
    }

    @ParameterizedTest
    @CsvSource({"eu, eu, '', ''", "eu/a, eu, a, ''", "eu/a/h1, eu, a, h1"})
    void thePlaceIsRegionZoneAndHost(String value, String region, String zone, String host) {
        L7Settings settings = settings("--group a --locality " + value);
        assertThat(settings.machine().place()).isEqualTo(new Locality(region, zone, host));
        assertThat(settings.effective()).containsEntry("locality", value);
    }

    @Test
    void thereIsADirectoryOfErrorPagesIfItIsNamed(@TempDir Path dir) {
        assertThat(settings("--group a").machine()).isEqualTo(Machine.NONE);
        assertThat(settings("--group a --error-pages " + dir).machine().errorPages())
                .contains(dir);
    }

    @Test
    void readinessHasALimitOfAgeIfItIsNamed() {
        assertThat(settings("--group a").readyMaxAge()).isEmpty();
        L7Settings limited = settings("--group a --ready-max-age 120");
        assertThat(limited.readyMaxAge()).contains(Duration.ofMinutes(2));
        assertThat(limited.effective()).containsEntry("ready-max-age", "120s");
    }

    @Test
    void marathonIsReadTwiceWithinTheAgeThatReadinessAllows() {
        String flags = "--group a --also-marathon b=http://b";
        assertThat(reconcileIntervals(flags)).containsOnly(Duration.ofSeconds(60));
        assertThat(reconcileIntervals(flags + " --ready-max-age 30")).containsOnly(Duration.ofSeconds(15));
        assertThat(reconcileIntervals(flags + " --ready-max-age 1")).containsOnly(Duration.ofMillis(500));
        assertThat(settings(flags + " --ready-max-age 1").marathon().pollInterval())
                .isEqualTo(Duration.ofMillis(500));
        assertThat(reconcileIntervals(flags + " --ready-max-age 600")).containsOnly(Duration.ofSeconds(60));
    }

    private List<Duration> reconcileIntervals(String flags) {
        L7Settings settings = settings(flags);
        return List.of(
                settings.marathon().reconcileInterval(),
                settings.otherMarathons().get(0).reconcileInterval());
    }

    @Test
    void readinessWaitsTwoSecondsAtMostForTheWarmUpUnlessTheFlagSaysOtherwise() {
        assertThat(settings("--group a").warmUp()).isEqualTo(Duration.ofSeconds(2));
        L7Settings without = settings("--group a --warm-up 0");
        assertThat(without.warmUp()).isEqualTo(Duration.ZERO);
        assertThat(without.effective()).containsEntry("warm-up", "0s");
    }

    @Test
    void addressesOfAllListenersCanBeChosen() {
        L7Settings settings = settings("--group a --http 127.0.0.1:0 --https [::1]:8443 --app-id 127.0.0.2:1"
                + " --admin 127.0.0.3:65535 --service-address 127.0.0.4");
        assertThat(settings.http().map(Object::toString)).contains("/127.0.0.1:0");
        assertThat(settings.https().map(Object::toString)).contains("/[0:0:0:0:0:0:0:1]:8443");
        assertThat(settings.appId()).hasToString("/127.0.0.2:1");
        assertThat(settings.admin()).hasToString("/127.0.0.3:65535");
        assertThat(settings.serviceAddress()).isEqualTo("127.0.0.4");
    }

    @Test
    void aStarIsAllAddresses() {
        L7Settings settings = settings("--group a --http *:8080 --https *:8443 --app-id *:1 --admin *:2");
        assertThat(settings.http()).contains(everywhere(8080));
        assertThat(settings.https()).contains(everywhere(8443));
        assertThat(settings.appId()).isEqualTo(everywhere(1));
        assertThat(settings.admin()).isEqualTo(everywhere(2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --http 127.0.0.1             | --http      | address: 127.0.0.1 (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --max-connections -1         | --max-connections | limit: -1 (expected: a number up to 2147483647, 0 for no limit)
            --max-connections-per-source many | --max-connections-per-source | limit: many (expected: a number up to
            --min-body-rate 1k           | --min-body-rate | limit: 1k (expected: a number up to
            --http *:80800               | --http      | address: *:80800 (expected: HOST:PORT
            --https :443                 | --https     | address: :443 (expected: HOST:PORT
            --app-id 127.0.0.1:65536     | --app-id    | address: 127.0.0.1:65536 (expected: HOST:PORT
            --admin ::1:9090             | --admin     | address: ::1:9090 (expected: HOST:PORT or [IPv6]:PORT
            --admin no-such-host.invalid:1 | --admin   | address: no-such-host.invalid:1 (expected: a host that can be resolved)
            --service-address no-such-host.invalid | --service-address | address: no-such-host.invalid (expected: an address of this machine, or * for all)
            --service-address=           | --service-address | (expected: an address of this machine
            --marathon 10.0.0.1:8080     | --marathon  | marathon: 10.0.0.1:8080 (expected: a URL like http://host:8080)
            --marathon ftp://me:secret@a | --marathon  | marathon: ftp://…@a (expected: a URL like http://host:8080)
            -m http://me:secret@a        | --marathon  | marathon: http://…@a (expected: no user in the URL; --auth-credentials or --marathon-auth-credential-file say who asks)
            --also-marathon b=http://me:secret@a | --also-marathon | marathon: http://…@a (expected: no user in the URL; files of --also-marathon-credentials say who asks)
            -m http://a?x=y              | --marathon  | hosts: http://a?x=y (expected: http or https, a host, no user and no query)
            -m http://a:99999            | --marathon  | hosts: http://a:99999 (expected: a port of 1 to 65535)
            --http 127.0.0.1:7 --https 127.0.0.1:7 | --https | --https: 127.0.0.1:7 (expected: another address than --http has)
            --http 127.0.0.1:7 --admin 127.0.0.1:7 | --admin | --admin: 127.0.0.1:7 (expected: another address than --http has)
            -m http://a http://b,http://c | http://b,http://c | http://b,http://c
            --group a,,b                 | --group     | group: '' (expected: a name, or * for all)
            --group=                     | --group     | group: '' (expected: a name, or * for all)
            --ssl-certs /no/such.pem     | /no/such.pem | certificate /no/such.pem: no such file (expected: a PEM file
            --error-pages /no/such       | --error-pages | directory: /no/such (expected: one that there is)
            --locality a/b/c/d           | --locality  | place: a/b/c/d (expected: REGION, REGION/ZONE or REGION/ZONE/HOST)
            --locality /a                | --locality  | place: /a (expected: REGION
            --admin-token-file /no/such  | /no/such  | admin token file: /no/such (expected: a readable file with one word in it)
            --proxy-protocol-trusted 10.0.0.0/40 | --proxy-protocol-trusted | network: 10.0.0.0/40 (expected: an IP address or a network
            --threads -1                 | --threads | threads: -1 (expected: 0 to 1024)
            --threads many               | --threads | threads: many (expected: 0 to 1024)
            --transport kqueue           | --transport | transport: kqueue (expected: auto, io_uring, epoll or nio)
            --bogus                      | --bogus     | Unknown option: '--bogus'
            --grop external              | --grop      | (did you mean --group?)
            --drain-timout=5             | --drain-timout | (did you mean --drain-timeout?)
            --marathon http://a --bogus  | --bogus     | Unknown option: '--bogus'
            -m http://a -x               | -x          | Unknown option: '-x'
            --group b --bogus            | --bogus     | Unknown option: '--bogus'
            --ssl-certs=                 | --ssl-certs | certificate: '' (expected: a file or directory)
            --ssl-certs --bogus          | --bogus     | --ssl-certs
            --strict-mode=maybe          | --strict-mode | maybe
            --ready-max-age 5m           | --ready-max-age | seconds: 5m (expected: 0 to 86400)
            --ready-max-age 0            | --ready-max-age | --ready-max-age: 0 (expected: 1 to 86400)
            --warm-up soon               | --warm-up   | seconds: soon (expected: 0 to 86400)
            --drain-delay 5m             | --drain-delay | seconds: 5m (expected: 0 to 86400)
            --drain-timeout 5m           | --drain-timeout | seconds: 5m (expected: 0 to 86400)
            --drain-timeout -1           | --drain-timeout | -1
            --min-serv-port-ip-per-task 10101 | service ports | service ports: 10101 to 10100 (expected: 1 to 65535
            --max-serv-port-ip-per-task x | --max-serv-port-ip-per-task | port: x (expected: 1 to 65535, or 0 for both to assign none)
            --marathon-incremental-above many | --marathon-incremental-above | number: many (expected: a whole number)
            --log-level loud             | --log-level | log level: loud (expected: debug, info, warning, error or critical)
            --max-backoff 0              | --marathon  | maxBackoff
            """)
    void wrongUsageIsNamedAndServesNothing(String flags, String flag, String message) {
        assertThat(execute(("--group a " + flags).split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(flag, message, "--help").doesNotContain("secret");
        assertThat(served).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--haproxy-config /etc/haproxy/haproxy.cfg -c reload",
                "--max-reload-retries 3 --reload-interval 5 --archive-versions 1 --lru-cache-capacity 7",
                "--skip-validation --skip-config-cleanup --syslog-socket /dev/null --log-format %(message)s"
            })
    void flagsThatOnlyHaproxyNeedsAreAccepted(String flags) {
        assertThat(settings("--group a " + flags).options().groups()).containsExactly("a");
    }

    @Test
    void theWordsOfTheImagesRunScriptAreAccepted() {
        assertThat(settings("sse --group a")).isNotNull();
        assertThat(settings("poll --group a")).isNotNull();
        assertThat(settings("push --group a")).isNull();
        assertThat(err.toString()).contains("mode: push (expected: sse or poll");
    }

    @Test
    void mapsAndAssignedPortsAreMarathonLbs() {
        MarathonLbOptions options = settings("--group a --haproxy-map --min-serv-port-ip-per-task 20000"
                        + " --max-serv-port-ip-per-task 20010 --log-level WARNING --max-backoff 30")
                .options();
        assertThat(options.haproxyMap()).isTrue();
        assertThat(options.assignedPorts()).isEqualTo(new PortRange(20_000, 20_010));
        assertThat(settings("--group a --max-backoff 30").marathon().maxBackoff())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(settings("--group a").options().assignedPorts()).isEqualTo(PortRange.DEFAULT);
        assertThat(settings("--group a --min-serv-port-ip-per-task 0 --max-serv-port-ip-per-task 0")
                        .options()
                        .assignedPorts())
                .isEqualTo(PortRange.NONE);
    }

    @Test
    void thePrecedenceOfPathsIsMarathonLbsUnlessTheLongestIsAskedFor() {
        assertThat(settings("--group a").options().pathPrecedence()).isEqualTo(PathPrecedence.APPLICATION);
        assertThat(settings("--group a --path-precedence longest").options().pathPrecedence())
                .isEqualTo(PathPrecedence.LONGEST);
        assertThat(settings("--group a --path-precedence shortest")).isNull();
        assertThat(err.toString()).contains("path precedence: shortest (expected: application or longest)");
    }

    @Test
    void misspeltFlagIsNamedRatherThanItsValueOrTheOneThatIsMissing() {
        assertThat(settings("--grop external")).isNull();
        assertThat(err.toString()).startsWith("Unknown option").contains("'--grop'", "(did you mean --group?)");
    }

    @Test
    void groupIsRequired() {
        assertThat(execute("--marathon", "http://a:8080")).isEqualTo(2);
        assertThat(err.toString()).contains("--group");
        assertThat(served).isEmpty();
    }

    @Test
    void fileThatIsNoCertificateIsNamed(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("a.pem"), "nonsense");
        assertThat(execute("--group", "a", "--ssl-certs", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("certificate " + file, "(expected: a PEM file");
        assertThat(execute("--group", "a", "--ssl-certs", Files.createDirectory(directory.resolve("empty")) + ""))
                .isEqualTo(2);
        assertThat(err.toString()).contains("/empty] (expected: at least one PEM file)");
        assertThat(served).isEmpty();
    }

    @Test
    void adminTokenComesFromAFileAndIsNeverShown(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), " s3cret\n");
        L7Settings settings = settings("--group a,b -H --auth-credentials me:geheim --admin-token-file " + file);
        assertThat(settings.adminToken().orElseThrow().is("s3cret")).isTrue();
        assertThat(settings.adminToken().orElseThrow().is("s3cre")).isFalse();
        assertThat(settings.toString()).doesNotContain("s3cret");
        assertThat(settings.effective())
                .containsEntry("group", "a,b")
                .containsEntry("health-check", "on")
                .containsEntry("strict-mode", "off")
                .containsEntry("admin", "0.0.0.0:9090")
                .containsEntry("admin-token", "***")
                .containsEntry("marathon-credentials", "***");
        assertThat(settings.effective().toString()).doesNotContain("s3cret", "geheim", "me:");
        Files.writeString(file, "two words");
        assertThat(execute("--group", "a", "--admin-token-file", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("admin token file: " + file).doesNotContain("two words");
    }

    @Test
    void proxyHeadersAreBelievedWhereTheFlagsSay() throws Exception {
        TrustedProxies usual = settings("--group a").entrances().proxies();
        assertThat(usual.onSharedPorts()).isFalse();
        assertThat(usual.networks().contains(InetAddress.getByName("192.0.2.1")))
                .isTrue();
        TrustedProxies some = settings(
                        "--group a --accept-proxy --proxy-protocol-trusted 10.0.0.0/8,fd00::/8 192.0.2.2")
                .entrances()
                .proxies();
        assertThat(some.onSharedPorts()).isTrue();
        assertThat(some.networks().contains(InetAddress.getByName("192.0.2.1"))).isFalse();
        assertThat(some.networks().contains(InetAddress.getByName("192.0.2.2"))).isTrue();
        assertThat(some.networks().contains(InetAddress.getByName("fd00::1"))).isTrue();
    }

    @Test
    void drainTimeoutIsInSeconds() {
        execute("--group", "a");
        execute("--group", "a", "--drain-timeout", "0");
        execute("--group", "a", "--drain-timeout=90");
        assertThat(served)
                .extracting(L7Settings::drainTimeout)
                .extracting(Duration::toSeconds)
                .containsExactly(10L, 0L, 90L);
    }

    @Test
    void thereIsNoDelayBeforeTheDrainUnlessTheFlagSaysSo() {
        assertThat(settings("--group a").drainDelay()).isZero();
        L7Settings delayed = settings("--group a --drain-delay 15");
        assertThat(delayed.drainDelay()).isEqualTo(Duration.ofSeconds(15));
        assertThat(delayed.effective()).containsEntry("drain-delay", "15s");
    }

    @Test
    void endIsZeroAndFailureIsOne() {
        assertThat(execute("--group", "a")).isZero();
        assertThat(served).hasSize(1);
        CommandLine failing = L7ProxyMain.commandLine(settings -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(failing.execute("--group", "a")).isOne();
    }

    @Test
    void helpTellsEveryFlagAndServesNothing() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString())
                .contains("--marathon", "-m", "--group", "--health-check", "-H", "--sse", "-s", "--strict-mode")
                .contains("--dont-bind-http-https", "--ssl-certs", "--http", "--https", "--app-id", "--admin")
                .contains("http://master.mesos:8080", "0.0.0.0:9090", "Example:", "Exit codes: 0 ended, 1 failed");
        assertThat(served).isEmpty();
    }

    @Test
    void versionIsShown() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("lb-l7 ");
        assertThat(served).isEmpty();
    }

    private static InetSocketAddress everywhere(int port) {
        return new InetSocketAddress(port);
    }

    /** What these flags mean, or null if they mean nothing. */
    private L7Settings settings(String flags) {
        served.clear();
        execute(flags.split(" +", -1));
        return served.isEmpty() ? null : served.get(0);
    }

    private int execute(String... args) {
        CommandLine command = L7ProxyMain.commandLine(served::add);
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
