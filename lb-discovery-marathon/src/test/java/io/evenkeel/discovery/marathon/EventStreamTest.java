package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {

    private static final URI HOST = URI.create("http://10.0.0.1:8080");
    private static final Duration OPEN = Duration.ofSeconds(30);
    private static final Duration IDLE = Duration.ofSeconds(35);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final ManualClock clock = new ManualClock();
    private final List<EventTransport.Receiver> opened = new ArrayList<>();
    private final List<EventTransport.Receiver> cancelled = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final EventStream stream = new EventStream(
            receiver -> {
                opened.add(receiver);
                return () -> cancelled.add(receiver);
            },
            clock,
            clock,
            new Backoff(LONGEST_PAUSE, new Random(1)),
            OPEN,
            IDLE,
            new EventStream.Listener() {
                @Override
                public void opened(URI host, String leader) {
                    told.add("opened");
                }

                @Override
                public void changed(Change change) {
                    told.add("event");
                }

                @Override
                public void down(String reason) {
                    told.add("down: " + reason);
                }
            });

    @BeforeEach
    void start() {
        stream.start();
    }

    private EventTransport.Receiver newest() {
        return opened.get(opened.size() - 1);
    }

    private void receive(String bytes) {
        newest().received(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void tellsOfHeadersAndOfEventsThatMeanAChange() {
        newest().opened(HOST, "");
        clock.runDue();
        receive("event: event_stream_attached\ndata: {}\n\nevent: framework_message_event\ndata: {}\n\n");
        clock.runDue();
        assertThat(told).containsExactly("opened");
        receive("event: status_update_event\ndata: {}\n\n");
        clock.runDue();
        assertThat(told).containsExactly("opened", "event");
    }

    @Test
    void makesOneSignalOfABurstThatWaits() {
        newest().opened(HOST, "");
        receive("event: status_update_event\ndata: {}\n\n".repeat(1000));
        clock.runDue();
        assertThat(told).containsExactly("opened", "event");
    }

    @Test
    void reopensAStreamThatEnds() {
        newest().opened(HOST, "");
        newest().closed("the stream ended");
        clock.runDue();
        assertThat(told).containsExactly("opened", "down: the stream ended");
        clock.advance(Backoff.START);
        assertThat(opened).hasSize(2);
    }

    @Test
    void givesUpAStreamWithoutAByteAndOnlyThen() {
        newest().opened(HOST, "");
        clock.runDue();
        for (int i = 0; i < 10; i++) {
            clock.advance(IDLE.minusSeconds(1));
            receive("\r\n");
        }
        assertThat(cancelled).isEmpty();
        clock.advance(IDLE);
        assertThat(cancelled).hasSize(1);
        assertThat(told).containsExactly("opened", "down: not a byte for 35000 ms");
    }

    @Test
    void givesUpAHostThatDoesNotAnswer() {
        clock.advance(OPEN);
        assertThat(cancelled).hasSize(1);
        assertThat(told).containsExactly("down: no answer within 30000 ms");
    }

    @Test
    void pausesLongerAndLongerUpToTheCap() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            newest().closed("refused");
            clock.runDue();
            long before = clock.nanos();
            int count = opened.size();
            while (opened.size() == count) {
                clock.advance(Duration.ofMillis(1));
            }
            pauses.add(Duration.ofNanos(clock.nanos() - before).toMillis());
        }
        assertThat(pauses.get(0)).isBetween(50L, 101L);
        assertThat(pauses.get(3)).isBetween(400L, 801L);
        assertThat(pauses.subList(7, 12)).allMatch(pause -> pause >= 2500 && pause <= 5001);
    }

    @Test
    void ignoresWhatAGivenUpConnectionStillSays() {
        EventTransport.Receiver first = newest();
        clock.advance(OPEN);
        clock.advance(Backoff.START);
        assertThat(opened).hasSize(2);
        first.opened(HOST, "");
        first.closed("too late");
        clock.runDue();
        assertThat(told).containsExactly("down: no answer within 30000 ms");
    }

    @Test
    void staysStopped() {
        newest().opened(HOST, "");
        clock.runDue();
        stream.stop();
        newest().closed("cancelled");
        clock.advance(Duration.ofHours(1));
        assertThat(cancelled).hasSize(1);
        assertThat(opened).hasSize(1);
        assertThat(clock.pending()).isZero();
    }
}
