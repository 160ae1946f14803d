package io.evenkeel.l7.runner.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LbViewTest {

    private static final String HEAD =
            "# pxname,svname,qcur,qmax,scur,smax,status,check_status,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,bout,\n";

    @ParameterizedTest
    @CsvSource({
        // status, qcur, scur, processes are at rest: uses, spares, is done with
        "UP, 0, 0, true, true, false, false",
        "UP 1/3, 0, 4, true, true, false, false",
        "no check, , 4, true, true, false, false",
        "DOWN, 0, 0, true, false, false, false",
        "DRAIN, 0, 0, true, false, false, false",
        "MAINT, , 0, true, false, true, true",
        "MAINT, 1, 0, true, false, true, false",
        "MAINT, 0, 2, true, false, true, false",
        "MAINT, 0, 0, false, false, true, false",
    })
    void aTaskIsWhatItsServerIs(
            String status, String queued, String sessions, boolean atRest, boolean uses, boolean spares, boolean done) {
        String row =
                "web_10000,10_0_0_1_31000,%s,0,%s,9,%s,\n".formatted(queued == null ? "" : queued, sessions, status);
        LbView view = LbView.of(HEAD + row, atRest);
        TaskView task = task("10.0.0.1");
        assertThat(view.uses(task)).isEqualTo(uses);
        assertThat(view.spares(task)).isEqualTo(spares);
        assertThat(view.isDoneWith(task)).isEqualTo(done);
    }

    @ParameterizedTest
    @CsvSource({
        // check_status, answers 1xx to 5xx, bytes: has been heard of
        "no check at http, '', 0 0 0 0 0, 212, false", // the bytes of its own 503
        "answers at http, '', 0 3 0 0 0, 900, true",
        "upgrades, '', 1 0 0 0 0, 900, true",
        "errors are answers, '', 0 0 0 0 1, 900, true",
        "nothing at tcp, '', '    ', 0, false",
        "bytes at tcp, '', '    ', 7, true",
        "nothing told, '', '    ', '', false",
        "passed, L7OK, 0 0 0 0 0, 0, true",
        "passed with a condition, L7OKC, 0 0 0 0 0, 0, true",
        "passed and next under way, * L4OK, '    ', 0, true",
        "not yet, INI, '    ', 0, false",
        "refused, L4CON, '    ', 0, false",
        "wrong, L7STS, 0 0 0 0 0, 0, false",
    })
    void aTaskHasBeenHeardOfOnceItPassesACheckOrAnswers(
            String what, String check, String answers, String bytes, boolean heardOf) {
        String row = "web_10000,10_0_0_1_31000,0,0,0,0,no check,%s,%s,%s,\n"
                .formatted(check, answers.replace(' ', ','), bytes);
        assertThat(LbView.of(HEAD + row, true).hasHeardOf(task("10.0.0.1")))
                .as(what)
                .isEqualTo(heardOf);
    }

    @Test
    void aTaskThatIsNotThereIsNotUsed() {
        LbView view = LbView.of(HEAD, true);
        assertThat(view.hasHeardOf(task("10.0.0.1"))).isFalse();
        assertThat(view.uses(task("10.0.0.1"))).isFalse();
        assertThat(view.isDoneWith(task("10.0.0.1"))).isTrue();
    }

    @Test
    void aTaskThatIsBusyAtAnotherPortIsNotDone() {
        LbView view = LbView.of(
                HEAD + "web_10000,10_0_0_1_31000,0,0,0,0,MAINT,\n\"a,\"\"b\",10_0_0_1_31001,0,0,1,1,MAINT,\n", true);
        assertThat(view.spares(task("10.0.0.1"))).isTrue();
        assertThat(view.isDoneWith(task("10.0.0.1"))).isFalse();
    }

    @Test
    void serversAreCalledAsMarathonLbCallsThem() {
        assertThat(task("10.0.0.1").servers())
                .contains("10_0_0_1_31000", "10_0_0_1_31001", "10_0_0_1_172_17_0_2_31000", "172_17_0_2_8080");
        assertThat(task("localhost").servers()).contains("localhost_127_0_0_1_31000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"portDefinitions": [{"port": 10000}]} | 10.0.0.1:31000
            {"networks": [{"mode": "host"}], "ports": [10000, 10001]} | 10.0.0.1:31000
            {"networks": [{"mode": "container/bridge"}], "container": {"portMappings": [{"containerPort": 80}]}} | 10.0.0.1:31000
            {"container": {"docker": {"network": "BRIDGE", "portMappings": [{"containerPort": 80}]}}} | 10.0.0.1:31000
            {"networks": [{"mode": "container"}], "container": {"portMappings": [{"containerPort": 80}]}} | 172.17.0.2:80
            {"networks": [{"mode": "container"}], "container": {"portMappings": [{"containerPort": 0}]}} | 172.17.0.2:31000
            {"container": {"docker": {"network": "USER", "portMappings": [{"containerPort": 80}]}}} | 172.17.0.2:80
            {"ipAddress": {"discovery": {"ports": [{"number": 8080}]}}} | 172.17.0.2:8080
            """)
    void theFirstPortIsWhereTheNetworkHasIt(String app, String address) throws Exception {
        assertThat(task("10.0.0.1", app).name()).isEqualTo("t at " + address);
    }

    @Test
    void somethingElseIsNoTable() {
        assertThatThrownBy(() -> LbView.of("<html>", true)).hasMessageContaining("column svname: missing");
    }

    private static TaskView task(String host) {
        try {
            return task(host, """
                    {"container": {"portMappings": [{"containerPort": 8080}]}}
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TaskView task(String host, String definition) throws IOException {
        JsonNode app = new ObjectMapper().readTree(definition);
        JsonNode task = new ObjectMapper().readTree("""
                    {"id": "t", "host": "%s", "ports": [31000, 31001], "ipAddresses": [{"ipAddress": "172.17.0.2"}]}
                    """.formatted(host));
        return TaskView.of(task, app, false);
    }
}
