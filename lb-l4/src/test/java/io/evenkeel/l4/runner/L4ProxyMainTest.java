package io.evenkeel.l4.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
            --dns|127.0.0.1|--dns: 127.0.0.1 (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --dns|127.0.0.1:70000|--dns: 127.0.0.1:70000 (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --api|x|--api: x (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)
            --upstream-dns|10.0.0.1:0|--upstream-dns: 10.0.0.1:0 (expected: a port of 1 to 65535)
            --data-plane|magic|--data-plane: magic (expected: proxy)
            --marathon|10.0.0.1:8080|--marathon: 10.0.0.1:8080 (expected: http://HOST:PORT or https://HOST:PORT)
            --marathon|ftp://a|--marathon: ftp://a (expected: http://HOST:PORT or https://HOST:PORT)
            --marathon|ftp://me:secret@a|--marathon: ftp://…@a (expected: http://HOST:PORT or https://HOST:PORT)
            --marathon|http://me:secret@a|--marathon: hosts: http://…@a (expected: http or https, a host, no user
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
    void helpShowsDefaultsAndAnExample() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("127.0.0.1:8600", "127.0.0.1:62080", "Example:", "Exit status");
    }

    @Test
    void versionIsShown() {
        assertThat(execute("--version")).isZero();
        assertThat(out.toString()).startsWith("Evenkeel L4 proxy");
    }

    private int execute(String... args) {
        CommandLine command = L4ProxyMain.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
