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

    private static final String HEAD = "# pxname,svname,qcur,qmax,scur,smax,status,\n";

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

    @Test
    void aTaskThatIsNotThereIsNotUsed() {
        LbView view = LbView.of(HEAD, true);
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

    @Test
    void somethingElseIsNoTable() {
        assertThatThrownBy(() -> LbView.of("<html>", true)).hasMessageContaining("column svname: missing");
    }

    private static TaskView task(String host) {
        try {
            JsonNode app = new ObjectMapper().readTree("""
                    {"container": {"portMappings": [{"containerPort": 8080}]}}
                    """);
            JsonNode task = new ObjectMapper().readTree("""
                    {"id": "t", "host": "%s", "ports": [31000, 31001], "ipAddresses": [{"ipAddress": "172.17.0.2"}]}
                    """.formatted(host));
            return TaskView.of(task, app, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
