package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeReaderTest {

    private static Change read(String type, String data) {
        return ChangeReader.read(new SseEvent(type, data, false));
    }

    private static List<Change> changes(String fixture) {
        List<Change> changes = new ArrayList<>();
        SseParser parser = new SseParser(256 * 1024, event -> changes.add(ChangeReader.read(event)));
        parser.feed(ByteBuffer.wrap(Fixtures.body(fixture)));
        return changes;
    }

    @Test
    void aRecordedDeploymentNamesItsApplicationAndNothingElse() {
        List<Change> changes = changes("sse/live-deploy-scale-1-2-1.http");
        assertThat(changes).contains(Change.of(Set.of("/shop/web")));
        assertThat(changes)
                .map(change -> change.leaving(Set.of()))
                .allMatch(change -> change.isNone() || change.equals(Change.of(Set.of("/shop/web"))));
        assertThat(changes)
                .flatExtracting(Change::leaving)
                .containsOnly("shop_web.instance-652903f0-e61e-11f1-ae45-02fc00000001._app.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status_update_event | {\"appId\": \"/a\", \"taskId\": \"x\"}",
                "instance_health_changed_event | {\"runSpecId\": \"/a\", \"healthy\": null}",
                "unhealthy_task_kill_event | {\"x\": [{\"appId\": \"/no\"}], \"appId\": \"/a\"}",
                "api_post_event | {\"appDefinition\": {\"cmd\": {\"id\": \"/no\"}, \"id\": \"/a\"}}",
                "deployment_success | {\"plan\": {\"steps\": [{\"actions\": [{\"app\": \"/a\"}]}]}}",
                "deployment_failed | {\"plan\": {\"original\": {\"apps\": [{\"id\": \"/no\"}]}, \"steps\":"
                        + " [{\"actions\": []}, {\"actions\": [{\"action\": \"x\", \"pod\": \"/a\"}]}]}}"
            })
    void readsWhomAnEventNames(String type, String data) {
        assertThat(read(type, data)).isEqualTo(Change.of(Set.of("/a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TASK_KILLING",
                "TASK_KILLED",
                "TASK_FAILED",
                "TASK_FINISHED",
                "TASK_LOST",
                "TASK_ERROR",
                "TASK_GONE",
                "TASK_GONE_BY_OPERATOR",
                "TASK_DROPPED"
            })
    void believesThatATaskEnds(String status) {
        String data = "{\"taskStatus\": \"" + status + "\", \"appId\": \"/a\", \"taskId\": \"t\"}";
        assertThat(read("status_update_event", data))
                .isEqualTo(Change.of(Set.of("/a")).leaving(Set.of("t")));
        assertThat(read("instance_health_changed_event", data)).isEqualTo(Change.of(Set.of("/a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"taskStatus\": \"TASK_RUNNING\", \"taskId\": \"t\"",
                "\"taskStatus\": \"TASK_UNREACHABLE\", \"taskId\": \"t\"",
                "\"taskStatus\": \"TASK_KILLED\"",
                "\"taskStatus\": \"TASK_KILLED\", \"taskId\": \"\"",
                "\"taskStatus\": \"TASK_KILLED\", \"taskId\": {\"taskId\": \"t\"}",
                "\"taskStatus\": [\"TASK_KILLED\"], \"taskId\": \"t\"",
                "\"taskId\": \"t\""
            })
    void noOtherStatusMeansThatATaskEnds(String fields) {
        assertThat(read("status_update_event", "{\"appId\": \"/a\", " + fields + "}"))
                .isEqualTo(Change.of(Set.of("/a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{}",
                "{\"appId\": null}",
                "{\"appId\": \"\"}",
                "{\"appId\": {\"appId\": \"/a\"}}",
                "{\"appId\": \"/a\"",
                "{\"plan\": [], \"appDefinition\": 7}",
                "{\"plan\": {\"steps\": [7, {\"actions\": 3}]}}"
            })
    void whoeverIsNotNamedMayBeAnybody(String data) {
        assertThat(read("status_update_event", data)).isEqualTo(Change.LISTS);
        assertThat(ChangeReader.read(new SseEvent("status_update_event", "", true)))
                .isEqualTo(Change.LISTS);
    }

    @Test
    void knowsWhichEventsMeanNothing() {
        assertThat(read("instance_changed_event", "{\"runSpecId\": \"/a\"}")).isEqualTo(Change.NONE);
        assertThat(read("event_stream_attached", "{}")).isEqualTo(Change.NONE);
        assertThat(read("message", "{}")).isEqualTo(Change.LISTS);
        assertThat(read("pod_created_event", "{}")).isEqualTo(Change.PODS);
        assertThat(read("scheduler_reregistered_event", "{}")).isEqualTo(Change.ALL);
    }

    @Test
    void aHeavyPlanIsReadWithoutItsGroups() {
        assertThat(changes("sse/derived-heavy-deployment_info-172KiB.sse"))
                .allMatch(change -> change.ids().size() < 10);
    }

    @RepeatedTest(200)
    void neverThrows(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        StringBuilder data =
                new StringBuilder("{\"plan\": {\"steps\": [{\"actions\": [{\"app\": \"/a\"}]}]}, \"appId\": \"/b\"}");
        for (int i = 0; i < 4; i++) {
            data.setCharAt(random.nextInt(data.length()), "{}[]\",: x".charAt(random.nextInt(9)));
        }
        assertThat(read("deployment_success", data.toString())).isNotNull();
    }

    @Test
    void manyNamesMeanEverything() {
        Set<String> ids = new LinkedHashSet<>();
        IntStream.range(0, 65).forEach(i -> ids.add("/" + i));
        Change all = Change.of(Set.of("/x")).and(Change.of(ids));
        assertThat(all).isEqualTo(Change.LISTS);
        assertThat(all.and(Change.JUDGEMENT)).isEqualTo(Change.ALL);
    }

    @Test
    void tasksThatEndAddUpToSomeNumber() {
        Change all = Change.NONE;
        for (int i = 0; i < Departures.MOST + 100; i++) {
            all = all.and(Change.of(Set.of("/a")).leaving(Set.of("t" + i)));
        }
        assertThat(all.leaving()).hasSize(Departures.MOST).contains("t0", "t1000");
        assertThat(all.ids()).containsExactly("/a");
    }

    @Test
    void whoIsNamedStaysNamedBesideTheList() {
        Change both = Change.of(Set.of("/pod")).and(Change.APPS);
        assertThat(both.apps()).isTrue();
        assertThat(both.ids()).containsExactly("/pod");
    }

    @Test
    void onlyADeletionMeansThatSomebodyIsGone() {
        assertThat(read("app_terminated_event", "{\"appId\": \"/a\"}")).isEqualTo(Change.ended(Set.of("/a")));
        assertThat(read("status_update_event", "{\"appId\": \"/a\"}").ended()).isEmpty();
        Change pod = read("pod_deleted_event", "{\"clientIp\": \"x\", \"uri\": \"/v2/pods//shop/pod?force=true\"}");
        assertThat(pod.pods()).isTrue();
        assertThat(pod.ids()).isEmpty();
        assertThat(pod.ended()).containsExactly("/shop/pod");
        assertThat(read("pod_updated_event", "{\"uri\": \"/v2/pods/p\"}")).isEqualTo(Change.PODS);
        assertThat(read("pod_deleted_event", "{\"uri\": \"/elsewhere\"}")).isEqualTo(Change.PODS);
    }
}
