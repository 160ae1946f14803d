package io.evenkeel.samples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DemoMainTest {

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, UTF_8);
    private final Console console = new Console(out, 0);
    private final StringWriter help = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final DemoMain demo = new DemoMain(out, preferred -> Stage.freePort(0), 500);

    @Test
    void tutorialIsPlayedWithoutAnError() {
        assertThat(execute("--for", "1ms", "--assert-no-errors"))
                .as(this::printed)
                .isZero();
        assertThat(printed())
                .containsSubsequence(
                        "ready; try from another terminal:",
                        "curl http://127.0.0.1:",
                        "dig @127.0.0.1 -p ",
                        "redis-cli -h 127.",
                        "/haproxy?stats",
                        "one instance (visible everywhere after ",
                        "scaled to two: both answer (visible",
                        "scaled to one: the other answers no more (visible",
                        " requests, 0 failed");
        assertThat(printed().lines().filter(line -> line.contains("layer 7, service port ")))
                .as("who answered with one instance, two, and one")
                .extracting(line -> line.chars().filter(c -> c == '=').count())
                .containsExactly(1L, 2L, 1L);
    }

    @Test
    void failedRequestIsAnErrorOnlyForThoseWhoAsk() throws Exception {
        try (Load failing = new Load("web", () -> failed("down"), 1000);
                Load fine = new Load("redis", () -> "task", 1000)) {
            failing.sample(1);
            fine.sample(1);
            new CommandLine(demo).parseArgs();
            assertThat(demo.end(List.of(fine, failing), List.of(), console)).isZero();
            new CommandLine(demo).parseArgs("--assert-no-errors");
            assertThat(demo.end(List.of(fine), List.of(), console)).isZero();
            assertThat(demo.end(List.of(fine, failing), List.of(), console)).isOne();
            assertThat(printed()).containsPattern("web: [0-9]+ failed, the last with java.io.IOException: down");
        }
    }

    @Test
    void wrongAnswerIsAnErrorOnlyForThoseWhoAsk() throws Exception {
        try (Load fine = new Load("web", () -> "task", 1000)) {
            fine.sample(1);
            List<String> broken = List.of("web: {a=9, b=91} (expected: within 10 % of even)");
            new CommandLine(demo).parseArgs();
            assertThat(demo.end(List.of(fine), broken, console)).isZero();
            new CommandLine(demo).parseArgs("--assert-no-errors");
            assertThat(demo.end(List.of(fine), broken, console)).isOne();
            assertThat(printed()).contains(broken.get(0));
        }
    }

    @Test
    void demoThatAskedNothingProvesNothing() {
        new CommandLine(demo).parseArgs("--assert-no-errors");
        assertThat(demo.end(List.of(), List.of(), console)).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "30", "0s", "000m", "-1s", "1.5s", "s", "1000000s", "30 s", "1d", ""})
    void timeThatIsNoneIsNamed(String value) {
        assertThat(execute("--for=" + value)).isEqualTo(2);
        assertThat(err.toString())
                .contains("--for", "duration: " + value + " (expected: a number of 1 to 999999 with ms, s, m or h)");
        assertThat(printed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"500ms", "30s", "5m", "1h", "030s"})
    void timesAreReadInUnits(String value) throws Exception {
        assertThat(new DemoMain.DurationConverter().convert(value))
                .isEqualTo(
                        switch (value) {
                            case "500ms" -> Duration.ofMillis(500);
                            case "5m" -> Duration.ofMinutes(5);
                            case "1h" -> Duration.ofHours(1);
                            default -> Duration.ofSeconds(30);
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"--bogus", "-x", "bogus", "--assert-no-errors=maybe"})
    void unknownFlagIsNamed(String flag) {
        assertThat(execute(flag)).isEqualTo(2);
        assertThat(err.toString()).contains(flag.replaceFirst(".*=", ""), "Try --help.");
        assertThat(printed()).isEmpty();
    }

    @Test
    void flagIsNotTakenForATime() {
        assertThat(execute("--for", "--assert-no-errors")).isEqualTo(2);
        assertThat(err.toString()).contains("--for");
        assertThat(printed()).isEmpty();
    }

    @Test
    void helpAndVersionPlayNothing() {
        assertThat(execute("--help")).isZero();
        assertThat(execute("--version")).isZero();
        assertThat(help.toString()).contains("--for", "--assert-no-errors", "Exit codes: 0", "evenkeel-demo ");
        assertThat(printed()).isEmpty();
    }

    private static String failed(String why) throws IOException {
        throw new IOException(why);
    }

    private String printed() {
        return printed.toString(UTF_8);
    }

    private int execute(String... args) {
        CommandLine command = DemoMain.commandLine(demo);
        command.setOut(new PrintWriter(help, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
