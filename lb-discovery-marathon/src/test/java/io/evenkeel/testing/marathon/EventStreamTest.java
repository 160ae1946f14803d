package io.evenkeel.testing.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static final String END = "event: deployment_success\r\n";

    private static Socket attach(MarathonSimulator simulator, String query) throws IOException {
        return Rest.send(
                simulator.uri(),
                "GET /v2/events" + query + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n");
    }

    /** The frames of each phase in an order of their own, because the real server does not keep one either. */
    private static List<List<String>> phases(String stream) {
        List<List<String>> phases = new ArrayList<>();
        String body = Rest.masked(stream);
        for (String phase : body.split("(?=event: deployment_info\r\n)", -1)) {
            List<String> frames = new ArrayList<>();
            for (String frame : phase.split("\r\n\r\n", -1)) {
                String trimmed = frame.replaceAll("^(\r\n)+", "");
                if (trimmed.startsWith("event: ") && !trimmed.contains("event_stream_attached")) {
                    frames.add(trimmed);
                }
            }
            phases.add(frames.stream().sorted().toList());
        }
        return phases;
    }

    @Test
    void scalingUpAndDownIsToldByteForByteAsRecorded() throws IOException {
        String told;
        try (MarathonSimulator simulator = MarathonSimulator.builder()
                        .instantly()
                        .taskKilling(false)
                        .build()
                        .start();
                Socket stream = attach(simulator, "")) {
            Rest rest = new Rest(simulator.uri());
            StringBuilder all = new StringBuilder(Rest.readUntil(stream, "}\r\n\r\n"));
            rest.call("POST", "/v2/apps", Rest.shopApp());
            all.append(Rest.readUntil(stream, END)).append(Rest.readUntil(stream, "}\r\n\r\n"));
            rest.call("PUT", "/v2/apps//shop/web", "{\"instances\":2}");
            all.append(Rest.readUntil(stream, END)).append(Rest.readUntil(stream, "}\r\n\r\n"));
            rest.call("PUT", "/v2/apps//shop/web", "{\"instances\":1}");
            all.append(Rest.readUntil(stream, END)).append(Rest.readUntil(stream, "}\r\n\r\n"));
            told = all.toString();
        }
        String recorded = Rest.recorded("live-deploy-scale-1-2-1.http");
        String head = recorded.substring(0, recorded.indexOf("\r\n\r\n"));
        assertThat(Rest.masked(told)).startsWith(Rest.masked(head) + "\r\n\r\nevent: event_stream_attached\r\ndata: {");
        assertThat(phases(recorded)).hasSize(5);
        assertThat(phases(told)).isEqualTo(phases(recorded));
    }

    @Test
    void killingIsToldBeforeKilledWhenTheFeatureIsOn() throws IOException {
        try (MarathonSimulator simulator =
                        MarathonSimulator.builder().instantly().build().start();
                Socket stream = attach(simulator, "?event_type=status_update_event&event_type=unknown")) {
            Rest.readUntil(stream, "\r\n\r\n");
            simulator.createApp("{\"id\":\"/app\"}").awaitTasks(1, Rest.PATIENCE);
            simulator.scale("/app", 0);
            String told = Rest.readUntil(stream, "TASK_KILLED");
            assertThat(told).startsWith("event: status_update_event").doesNotContain("event: instance");
            assertThat(told.indexOf("TASK_KILLING")).isBetween(told.indexOf("TASK_RUNNING"), told.length());
        }
    }

    @Test
    void heartbeatIsABareLineEnd() throws IOException {
        try (MarathonSimulator simulator = MarathonSimulator.builder()
                        .heartbeat(Duration.ofMillis(20))
                        .build()
                        .start();
                Socket stream = attach(simulator, "?event_type=nothing")) {
            assertThat(Rest.readUntil(stream, "\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
            assertThat(new String(stream.getInputStream().readNBytes(4), StandardCharsets.US_ASCII))
                    .isEqualTo("\r\n\r\n");
        }
    }

    @Test
    void streamWithoutTheRightAcceptIsRefusedWithAPage() {
        try (MarathonSimulator simulator = MarathonSimulator.builder().build().start()) {
            var answer = new Rest(simulator.uri()).get("/v2/events");
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/html;charset=iso-8859-1");
        }
    }

    @Test
    void slowConsumerIsClosedAndHoldsUpNobody() throws IOException {
        try (MarathonSimulator simulator =
                        MarathonSimulator.builder().maxOutstanding(16).build().start();
                Socket slow = attach(simulator, "?event_type=big");
                Socket quick = attach(simulator, "?event_type=last")) {
            Rest.readUntil(slow, "\r\n\r\n");
            Rest.readUntil(quick, "\r\n\r\n");
            String big = "{\"x\":\"" + "x".repeat(100_000) + "\"}";
            for (int i = 0; i < 1000 && simulator.eventStreams() == 2; i++) {
                simulator.emit("big", big);
            }
            assertThat(simulator.eventStreams()).isEqualTo(1);
            simulator.emit("last", "{}");
            assertThat(Rest.readUntil(quick, "}\r\n\r\n")).startsWith("event: last\r\ndata: {\"eventType\":\"last\"");
        }
    }

    @Test
    void cutStreamsEndPlainlyAndSilentOnesStayOpen() throws IOException {
        try (MarathonSimulator simulator = MarathonSimulator.builder().build().start();
                Socket stream = attach(simulator, "?event_type=mine")) {
            Rest.readUntil(stream, "\r\n\r\n");
            simulator.faults().silentStreams(true);
            simulator.emit("mine", "{\"n\":1}");
            simulator.faults().silentStreams(false);
            simulator.emit("mine", "{\"n\":2}");
            assertThat(Rest.readUntil(stream, "}\r\n\r\n")).contains("\"n\":2");
            simulator.cutStreams();
            assertThat(stream.getInputStream().read()).isEqualTo(-1);
        }
    }
}
