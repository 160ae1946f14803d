package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    private static final int LIMIT = 64 * 1024;

    private static List<SseEvent> parse(byte[] stream, int chunk, int limit) {
        List<SseEvent> events = new ArrayList<>();
        SseParser parser = new SseParser(limit, events::add);
        for (int at = 0; at < stream.length; at += chunk) {
            parser.feed(ByteBuffer.wrap(stream, at, Math.min(chunk, stream.length - at)));
        }
        return events;
    }

    private static List<SseEvent> parse(String stream) {
        return parse(stream.getBytes(StandardCharsets.UTF_8), 3, LIMIT);
    }

    @ParameterizedTest
    @CsvSource({
        "derived-all-eras-doc-events.sse, 28",
        "derived-bom.sse, 30",
        "derived-chunked-awkward.http, 30",
        "derived-comments-retry-id.sse, 30",
        "derived-cr.sse, 30",
        "derived-cut-mid-event.sse, 29",
        "derived-cut-mid-utf8.sse, 0",
        "derived-heartbeats-only.sse, 0",
        "derived-heavy-deployment_info-172KiB.sse, 6",
        "derived-invalid-json.sse, 11",
        "derived-leading-blank-lines-html-error.sse, 0",
        "derived-lf.sse, 30",
        "derived-multiline-data.sse, 30",
        "derived-nulls-and-missing-fields.sse, 6",
        "derived-reordered-duplicated.sse, 60",
        "derived-unknown-types-and-name-mismatch.sse, 6",
        "live-deploy-scale-1-2-1.http, 42",
        "live-event_type-filter.http, 7",
        "live-standby-302.http, 0"
    })
    void findsTheEventsOfEveryRecordingHoweverItIsCut(String name, int events) {
        byte[] stream = Fixtures.body("sse/" + name);
        List<SseEvent> whole = parse(stream, Math.max(1, stream.length), LIMIT);
        assertThat(whole).hasSize(events);
        for (int chunk : new int[] {1, 2, 3, 7, 1000}) {
            assertThat(parse(stream, chunk, LIMIT)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "derived-cr.sse",
                "derived-bom.sse",
                "derived-comments-retry-id.sse",
                "derived-chunked-awkward.http"
            })
    void readsEveryFramingOfTheSameStreamAlike(String name) {
        assertThat(parse(Fixtures.body("sse/" + name), 5, LIMIT))
                .isEqualTo(parse(Fixtures.body("sse/derived-lf.sse"), 5, LIMIT));
    }

    @Test
    void joinsDataLinesAndTakesOneSpaceOff() {
        assertThat(parse("event: a\ndata:x\ndata:  y\ndata\n\n")).containsExactly(new SseEvent("a", "x\n y\n", false));
    }

    @Test
    void callsAnEventWithoutANameMessage() {
        assertThat(parse("data: x\n\nevent: only_name\n\n")).containsExactly(new SseEvent("message", "x", false));
    }

    @Test
    void skipsALineThatIsTooLongAndStillTellsTheEvent() {
        String heavy = "event: deployment_info\ndata: " + "x".repeat(5000) + "\n\nevent: b\ndata: y\n\n";
        assertThat(parse(heavy.getBytes(StandardCharsets.UTF_8), 100, 1000))
                .containsExactly(new SseEvent("deployment_info", "", true), new SseEvent("b", "y", false));
    }

    @Test
    void keepsNoMoreThanItsLimitOfManyDataLines() {
        String lines = ("data: " + "x".repeat(100) + "\n").repeat(50);
        assertThat(parse(("event: a\n" + lines + "\n").getBytes(StandardCharsets.UTF_8), 100, 1000))
                .containsExactly(new SseEvent("a", "", true));
    }

    @RepeatedTest(200)
    void neverThrowsAndNeverDependsOnTheCut(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        byte[] stream = mutated(random);
        List<SseEvent> whole = parse(stream, Math.max(1, stream.length), 500);
        assertThat(parse(stream, 1 + random.nextInt(20), 500))
                .as("seed %s", seed)
                .isEqualTo(whole);
        assertThat(whole).as("seed %s", seed).allMatch(event -> event.data().length() <= 500);
    }

    private static byte[] mutated(Random random) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] stream = Fixtures.body("sse/derived-lf.sse").clone();
        byte[] interesting = {'\n', '\r', ':', ' ', 0, (byte) 0xef, (byte) 0xff, 'd'};
        for (int i = random.nextInt(200); i > 0; i--) {
            stream[random.nextInt(stream.length)] = interesting[random.nextInt(interesting.length)];
        }
        return stream;
    }
}
