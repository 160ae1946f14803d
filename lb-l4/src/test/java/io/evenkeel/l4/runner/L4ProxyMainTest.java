package io.evenkeel.l4.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.testing.TestServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class L4ProxyMainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --dns|127.0.0.1|'--dns': address: 127.0.0.1 (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --dns|127.0.0.1:70000|'--dns': address: 127.0.0.1:70000 (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --api|x|'--api': address: x (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --upstream-dns|10.0.0.1:0|--upstream-dns: 10.0.0.1:0 (expected: a port of 1 to 65535)
            --data-plane|magic|--data-plane: magic (expected: proxy)
            --marathon|10.0.0.1:8080|marathon: 10.0.0.1:8080 (expected: a URL like http://host:8080)
            --marathon|ftp://a|marathon: ftp://a (expected: a URL like http://host:8080)
            --marathon|ftp://me:secret@a|marathon: ftp://…@a (expected: a URL like http://host:8080)
            --marathon|http://me:secret@a|marathon: http://…@a (expected: no user in the URL; --auth-credentials or --marathon-auth-credential-file say who asks)
            --marathon-incremental-above|x|number: x (expected: a whole number)
            --api|*:70000|'--api': address: *:70000 (expected: HOST:PORT
            """)
    void wrongValuesNameThemselves(String flag, String value, String message) {
        assertThat(execute("--marathon", "http://127.0.0.1:1", flag, value)).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("secret");
    }

    @Test
    void marathonIsRequired() {
        assertThat(execute()).isEqualTo(2);
        assertThat(err.toString()).contains("--marathon");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--marathon", "--upstream-dns", "--dns", "--data-plane"})
    void unknownFlagIsNotTakenForTheValueOfTheOneBefore(String before) {
        String value = before.equals("--marathon") ? "http://127.0.0.1:2" : "127.0.0.1:2";
        assertThat(execute("--marathon", "http://127.0.0.1:1", before, value, "--bogus"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("Unknown option: '--bogus'");
    }

    @Test
    void unknownFlagIsNamedEvenIfMarathonIsMissing() {
        assertThat(execute("--maraton", "http://127.0.0.1:1")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "Unknown options: '--maraton', 'http://127.0.0.1:1' (did you mean --marathon?)Try --help.");
    }

    @Test
    void signalWhileItStartsIsNoFailure() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (TestServer marathon = TestServer.of(connection -> {
            asked.countDown();
            connection.getInputStream().read();
        })) {
            Process proxy = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            L4ProxyMain.class.getName(),
                            "--marathon",
                            "http://127.0.0.1:" + marathon.address().getPort(),
                            "--dns",
                            "127.0.0.1:0",
                            "--api",
                            "127.0.0.1:0")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                // It follows its source before it has opened everything.
                assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
                proxy.destroy();
                assertThat(proxy.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(proxy.exitValue()).isZero();
            } finally {
                proxy.destroyForcibly();
            }
        }
    }

    @Test
    void helpShowsDefaultsAndAnExample() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("127.0.0.1:8600", "127.0.0.1:62080", "Example:", "Exit status");
    }

    @Test
    void versionIsShown() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("lb-l4 development");
    }

    private int execute(String... args) {
        CommandLine command = L4ProxyMain.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
