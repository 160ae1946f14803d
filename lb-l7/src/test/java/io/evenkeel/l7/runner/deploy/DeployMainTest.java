package io.evenkeel.l7.runner.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.sun.net.httpserver.HttpServer;
import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.MarathonSimulatorExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

class DeployMainTest {

    @RegisterExtension
    final MarathonSimulatorExtension marathon = new MarathonSimulatorExtension();

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --json GOOD --bogus                 | 2 | Unknown option: '--bogus'
            --force                             | 2 | --json
            --json GOOD --lb nowhere            | 2 | load balancer: nowhere (expected: a URL like http://host:9090)
            --json GOOD --lb http://lb:99999    | 2 | load balancer: http://lb:99999 (expected: a URL like http://host:9090)
            --json GOOD --lb http://lb/?a=b     | 2 | load balancer: http://lb/?a=b (expected: a URL like http://host:9090)
            --json GOOD --pre-kill-hook /no/it  | 3 | --pre-kill-hook: /no/it (expected: a program)
            --json EMPTY                        | 2 | MISSING (expected: an application, which is an object)
            --json TWO                          | 2 | (expected: an application as JSON)
            --json NAMELESS                     | 4 | id: '' (expected: an application's id)
            --json SLASH --force                | 4 | label HAPROXY_DEPLOYMENT_GROUP: / (expected: a name)
            --json FEW --force                  | 4 | instances: -1 (expected: a number >= 0)
            --json SOME --force                 | 4 | instances: "some" (expected: a number >= 0)
            --json GOOD --step-delay soon       | 2 | seconds: soon (expected: 0 to 86400)
            --json GOOD --log-level loud        | 2 | log level: loud (expected: debug, info, warning, error or critical)
            --json GOOD --log-format            | 2 | --log-format
            --json GOOD -i x                    | 2 | number: x (expected: a whole number)
            --json /no/such                     | 2 | --json: /no/such cannot be read
            --json GOOD --lb-token-file /no/such | 3 | admin token file: /no/such (expected: a readable file with one word in it)
            --json BAD                          | 2 | (expected: an application as JSON)
            --json GOOD -c -p                   | 3 | --complete-cur, --complete-prev: both (expected: one of them)
            --json GOOD --initial-instances 0   | 3 | --initial-instances: 0 (expected: >= 1)
            --json GOOD --new-instances -1      | 3 | --new-instances: -1 (expected: >= 0)
            --json GOOD --complete-cur          | 3 | (expected: two applications to choose from)
            --json BARE                         | 4 | label HAPROXY_DEPLOYMENT_GROUP: missing (expected: a value)
            --json GOOD --lb http://127.0.0.1:1 | 5 | http://127.0.0.1:1/_haproxy_getpids: cannot be read
            """)
    void whatIsWrongIsNamedAndTheCodeIsThatOfMarathonLbsTool(String flags, int code, String message) throws Exception {
        assertThat(execute(marathon.simulator().uri() + "", flags)).isEqualTo(code);
        assertThat(err.toString()).contains(message);
        assertThat(marathon.simulator().apps()).isEmpty();
    }

    @Test
    void aMarathonThatIsAwayIsNamed() throws Exception {
        assertThat(execute("http://127.0.0.1:1", "--json GOOD --force")).isEqualTo(6);
        assertThat(err.toString()).contains("GET http://127.0.0.1:1/v2/apps: ");
    }

    @ParameterizedTest
    @CsvSource({"{\"message\": \"welcome\"}, no applications", "<html>, no JSON"})
    void whoIsNoMarathonIsToldSo(String body, String message) throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod());
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            exchange.close();
        });
        other.start();
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            assertThat(execute(url, "--json GOOD --force")).isEqualTo(6);
        } finally {
            other.stop(0);
        }
        assertThat(err.toString()).contains("GET /v2/apps: " + message + " (expected: Marathon's answer)");
        assertThat(asked).containsExactly("GET");
    }

    @Test
    void deploysWithCredentials() throws Exception {
        try (MarathonSimulator secured = MarathonSimulator.builder()
                .instantly()
                .basicAuth("me", "secret")
                .build()
                .start()) {
            assertThat(execute(secured.uri() + "", "--json GOOD --force")).isEqualTo(6);
            assertThat(err.toString()).contains("Marathon answers 401 (expected: credentials that may do this");
            assertThat(secured.apps()).isEmpty();
            assertThat(execute(secured.uri() + "", "--json GOOD --force --step-delay 0 --auth-credentials me:secret"))
                    .as(err.toString())
                    .isZero();
            assertThat(secured.apps()).containsExactly("/web-blue");
            assertThat(out.toString()).isEqualToNormalizingNewlines("""
                            no health checks: a task has come once it takes a connection from here, or a load balancer has heard of it
                            creating /web-blue with 1 of 1 tasks
                            done: /web-blue is the first of its deployment
                            """);
        }
    }

    @Test
    void whatRunsAndDoesNotListenIsNamedAndDeleted() throws Exception {
        assertThat(execute(marathon.simulator().uri() + "", "--json DEAF --force --max-wait 1 --step-delay 0"))
                .isEqualTo(10);
        assertThat(err.toString()).contains("deploy: /web-blue: nobody knows whether web-blue.", " at 127.0.1.1:");
        assertThat(marathon.simulator().apps()).isEmpty();
    }

    @Test
    void whatMarathonRefusesToCreateIsSaid() throws Exception {
        assertThat(execute(marathon.simulator().uri() + "", "--json INVALID --force"))
                .isEqualTo(7);
        assertThat(err.toString()).contains("POST /v2/apps: Marathon answers 4");
    }

    @Test
    void helpTellsEveryFlag() throws Exception {
        assertThat(execute("http://a", "--help")).isZero();
        assertThat(out.toString())
                .contains(
                        "--json",
                        "--lb",
                        "--lb-token-file",
                        "--marathon-lb",
                        "-l",
                        "--dry-run",
                        "--force",
                        "--step-delay")
                .contains("--initial-instances", "--linear-increase", "--resume", "--max-wait", "--new-instances")
                .contains("--complete-cur", "--complete-prev", "--pre-kill-hook", "Exit codes: 0 done");
    }

    @Test
    void flagsOfLogsAreThoseOfMarathonLbsTool() throws Exception {
        Level before = ((Logger) LoggerFactory.getLogger("io.evenkeel")).getLevel();
        try {
            assertThat(
                            execute(
                                    marathon.simulator().uri() + "",
                                    "--json GOOD --dry-run --log-level ERROR --log-format %(message)s --syslog-socket /dev/null"))
                    .as(err.toString())
                    .isZero();
            assertThat(((Logger) LoggerFactory.getLogger("io.evenkeel")).getLevel())
                    .isEqualTo(Level.ERROR);
        } finally {
            ((Logger) LoggerFactory.getLogger("io.evenkeel")).setLevel(before);
        }
    }

    @Test
    void longHelpTellsEveryLabelToo() throws Exception {
        assertThat(execute("http://a", "--longhelp")).isZero();
        assertThat(out.toString()).contains("--pre-kill-hook", "HAPROXY_DEPLOYMENT_ALT_PORT", "HAPROXY_n_VHOST");
        assertThat(marathon.simulator().apps()).isEmpty();
    }

    private int execute(String marathon, String flags) throws Exception {
        String labels =
                "\"labels\": {\"HAPROXY_DEPLOYMENT_GROUP\": \"web\", \"HAPROXY_DEPLOYMENT_ALT_PORT\": \"10001\"}";
        String all = flags.replace(
                        "GOOD", file("{\"id\": \"web\", \"cmd\": \"x\", \"ports\": [10000], " + labels + "}"))
                .replace("INVALID", file("{\"id\": \"-web\", \"cmd\": \"x\", \"ports\": [10000], " + labels + "}"))
                .replace(
                        "DEAF",
                        file("{\"id\": \"web\", \"cmd\": \"x\", \"ports\": [10000], "
                                + labels.replace("}", ", \"SIM_LISTEN\": \"false\"}") + "}"))
                .replace("EMPTY", file(""))
                .replace("TWO", file("{\"id\": \"web\", " + labels + "} {}"))
                .replace("NAMELESS", file("{" + labels + "}"))
                .replace(
                        "SLASH",
                        file("{\"id\": \"web\", \"ports\": [10000], " + labels.replace("\"web\"", "\"/\"") + "}"))
                .replace("FEW", file("{\"id\": \"web\", \"ports\": [10000], \"instances\": -1, " + labels + "}"))
                .replace("SOME", file("{\"id\": \"web\", \"ports\": [10000], \"instances\": \"some\", " + labels + "}"))
                .replace("BAD", file("{"))
                .replace("BARE", file("{\"id\": \"web\", \"ports\": [10000]}"));
        CommandLine command = DeployMain.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(("--marathon " + marathon + " " + all).split(" +", -1));
    }

    private String file(String json) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "app", ".json"), json)
                .toString();
    }
}
