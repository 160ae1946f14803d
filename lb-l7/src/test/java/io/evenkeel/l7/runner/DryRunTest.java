package io.evenkeel.l7.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.marathon.MarathonSimulator;
import io.evenkeel.testing.marathon.SimulatedTask;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code --dry} against simulated Marathons, and {@code --longhelp}. */
class DryRunTest {

    private final MarathonSimulator west =
            MarathonSimulator.builder().instantly().build().start();
    private final MarathonSimulator east =
            MarathonSimulator.builder().instantly().build().start();
    private final StringWriter out = new StringWriter();

    @AfterEach
    void close() {
        west.close();
        east.close();
    }

    private int execute(String flags) {
        CommandLine line = L7ProxyMain.commandLine(settings -> {
            throw new AssertionError("serves");
        });
        return line.setOut(new PrintWriter(out)).execute(flags.split(" +"));
    }

    private static SimulatedTask deploy(MarathonSimulator marathon, String id, int port, String labels) {
        marathon.createApp("""
                {"id": "%s", "instances": 1, "cmd": "./app", "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d, "protocol": "tcp"}], "labels": {"HAPROXY_GROUP": "external"%s}}
                """.formatted(id, port, labels));
        return marathon.awaitTasks(id, 1, Duration.ofSeconds(30)).get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--dry", "-d"})
    void whatWouldBeServedIsPrintedAndNothingIs(String flag) throws Exception {
        SimulatedTask task = deploy(west, "/web", 10_001, ", \"HAPROXY_0_VHOST\": \"web.example\"");
        deploy(west, "/bad", 10_002, ", \"HAPROXY_0_MODE\": \"smtp\"");
        deploy(west, "/other", 10_003, ", \"HAPROXY_GROUP\": \"internal\"");
        deploy(east, "/far", 10_004, "");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) { // nobody wants to have it
            assertThat(execute("--group external --marathon " + west.uri() + " --also-marathon east=" + east.uri()
                            + " --admin 127.0.0.1:" + taken.getLocalPort() + " " + flag))
                    .isZero();
        }
        InetSocketAddress address = task.addresses().get(0);
        assertThat(out.toString())
                .startsWith("# Evenkeel L7: what is in effect.")
                .contains("    marathon " + west.uri() + "\n", "    also-marathon east " + east.uri() + "\n")
                .contains("listen web_10001\n    service /web\n    bind *:10001\n    mode http\n")
                .contains("    vhosts web.example\n")
                .contains(address.getAddress().getHostAddress() + ":" + address.getPort() + " weight 1\n")
                .contains("listen far_10004\n    service /far@east\n")
                .contains("# problem: /bad: label HAPROXY_0_MODE: smtp (expected: http or tcp)")
                .doesNotContain("listen bad", "listen other");
    }

    @Test
    void aMarathonThatCannotBeReadIsAFailure() {
        east.faults().down(true);
        assertThat(execute(
                        "--group external --marathon " + west.uri() + " --also-marathon east=" + east.uri() + " --dry"))
                .isOne();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void theLongHelpTellsFlagsAndLabels() {
        assertThat(execute("--longhelp")).isZero();
        assertThat(out.toString())
                .contains("--marathon", "--hardened", "--longhelp", "Exit codes: 0 ended, 1 failed")
                .contains("  HAPROXY_n_VHOST    ", "Hosts for which it is served")
                .contains("  HAPROXY_DEPLOYMENT_GROUP ", "  LB_n_BACKEND_TLS ", "  HAPROXY_n_BACKEND_HEAD\n");
    }
}
