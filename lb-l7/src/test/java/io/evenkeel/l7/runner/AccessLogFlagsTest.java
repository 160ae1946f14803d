package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.log.AccessLog;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class AccessLogFlagsTest {

    @TempDir
    private Path dir;

    @Test
    void withoutTheFlagThereIsNone() {
        assertThat(flags().open()).isEmpty();
        assertThat(flags("--access-log", "off", "--access-log-format", "json").open())
                .isEmpty();
    }

    @Test
    void fileAndFormatAreNamed() {
        String file = dir.resolve("access.log").toString();
        assertOpens("haproxy to " + file, "--access-log", file);
        assertOpens("combined to " + file, "--access-log", file, "--access-log-format", "combined");
        assertOpens("json to -", "--access-log", "-", "--access-log-format", "json");
    }

    private static void assertOpens(String expected, String... args) {
        try (AccessLog log = flags(args).open().orElseThrow()) {
            assertThat(log).hasToString(expected);
        }
    }

    @Test
    void wrongValuesAreNamed() {
        assertThatThrownBy(() -> flags("--access-log-format", "xml"))
                .hasMessageContaining("format: xml (expected: haproxy, combined or json)");
        assertThatThrownBy(() -> flags("--access-log", dir.toString()).open())
                .hasMessageStartingWith("access log: " + dir + " (expected: what can be written to: ");
    }

    private static AccessLogFlags flags(String... args) {
        Program program = new Program();
        new CommandLine(program).parseArgs(args);
        return program.flags;
    }

    @Command
    private static final class Program {

        @Mixin
        private AccessLogFlags flags = new AccessLogFlags();
    }
}
