package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Days with a Marathon in milliseconds. */
class ControlLoopTest {

    private static final URI HOST = URI.create("http://10.0.0.1:8080");

    private final ManualClock clock = new ManualClock();
    private final List<EventTransport.Receiver> streams = new ArrayList<>();
    private final List<Long> reads = new ArrayList<>();
    private final List<Change> asked = new ArrayList<>();
    private final List<Set<String>> leaving = new ArrayList<>();
    private int reconnects;
    private int abandoned;
    private String leader = "";
    private ControlLoop.Result result = ControlLoop.Result.good("all", null, 1);
    private final ControlLoop loop = new ControlLoop(
            MarathonConfig.builder(HOST).incrementalAbove(0).build(),
            clock,
            this::fetch,
            clock,
            new Random(1),
            receiver -> {
                streams.add(receiver);
                return () -> {};
            },
            new ControlLoop.Reader() {
                @Override
                public ControlLoop.Result read(Change what) {
                    reads.add(millis());
                    asked.add(what);
                    if (result == null) {
                        throw new StackOverflowError("a defect, on purpose");
                    }
                    return result;
                }

                @Override
                public void leaving(Set<String> tasks) {
                    leaving.add(tasks);
                }

                @Override
                public void abandon() {
                    abandoned++;
                }

                @Override
                public String leader() {
                    return leader;
                }
            },
            () -> reconnects++);

    /** The read under way, if reads hang. */
    private Runnable hanging = () -> {};

    private boolean hangs;

    private void fetch(Runnable read) {
        if (hangs) {
            hanging = read;
        } else {
            read.run();
        }
    }

    private long millis() {
        return Duration.ofNanos(clock.nanos()).toMillis();
    }

    private EventTransport.Receiver stream() {
        return streams.get(streams.size() - 1);
    }

    private void event() {
        stream().received(ByteBuffer.wrap("event: deployment_success\ndata: {}\n\n".getBytes(StandardCharsets.UTF_8)));
        clock.runDue();
    }

    /** Lets time pass with heartbeats. */
    private void pass(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left -= 1000) {
            clock.advance(Duration.ofMillis(Math.min(1000, left)));
            stream().received(ByteBuffer.wrap(new byte[] {'\r', '\n'}));
        }
    }

    @BeforeEach
    void start() {
        loop.start();
        clock.runDue();
    }

    @Test
    void readsWhenTheStreamIsOpenAndNotBefore() {
        clock.advance(Duration.ofMillis(300));
        assertThat(reads).isEmpty();
        stream().opened(HOST, "");
        clock.runDue();
        assertThat(reads).containsExactly(300L);
        assertThat(reconnects).isEqualTo(1);
        assertThat(loop.status(1, Optional.empty()).connectedHost()).contains("10.0.0.1:8080");
    }

    @Test
    void doesNotWaitForAStreamThatHangs() {
        clock.advance(ControlLoop.STREAM_FIRST);
        assertThat(reads).containsExactly(1000L);
        stream().opened(HOST, "");
        clock.runDue();
        assertThat(reads).containsExactly(1000L, 1000L);
    }

    @Test
    void readsAtOnceWhenTheStreamIsRefusedAndPollsFromThenOn() {
        for (int i = 0; i < 200; i++) {
            stream().closed("refused");
            clock.advance(Duration.ofMillis(100));
        }
        assertThat(reads).startsWith(0L, 5000L, 10_000L, 15_000L);
        assertThat(loop.status(1, Optional.empty()).connectedHost()).isEmpty();
    }

    @Test
    void reconcilesEveryMinuteWhileEventsAreSilent() {
        stream().opened(HOST, "");
        clock.runDue();
        pass(Duration.ofMinutes(10));
        assertThat(reads).hasSize(11);
        assertThat(streams).hasSize(1);
    }

    @Test
    void readsEverythingAtOnceWhenSomebodyAsksForIt() {
        stream().opened(HOST, "");
        clock.runDue();
        pass(Duration.ofSeconds(10));
        assertThat(reads).hasSize(1);
        loop.readAgain();
        clock.runDue();
        assertThat(reads).containsExactly(0L, 10_000L);
        assertThat(asked.get(1)).isEqualTo(Change.ALL);
    }

    @Test
    void readsAfterEveryReconnect() {
        stream().opened(HOST, "");
        clock.runDue();
        pass(Duration.ofSeconds(30));
        stream().closed("the stream ended");
        clock.advance(Backoff.START);
        assertThat(streams).hasSize(2);
        assertThat(reads).hasSize(1);
        stream().opened(HOST, "");
        clock.runDue();
        assertThat(reads).hasSize(2);
        assertThat(reconnects).isEqualTo(2);
    }

    @Test
    void backsOffWhileReadsFailHoweverManyEventsCome() {
        result = ControlLoop.Result.failed("503");
        stream().opened(HOST, "");
        clock.runDue();
        for (int i = 0; i < 6000; i++) {
            clock.advance(Duration.ofMillis(10));
            event();
        }
        assertThat(reads.size()).isBetween(60, 125);
        result = ControlLoop.Result.good("all", null, 1);
        clock.advance(Duration.ofSeconds(5));
        int before = reads.size();
        clock.advance(Duration.ofSeconds(5));
        event();
        assertThat(reads).hasSize(before + 1);
        assertThat(loop.status(1, Optional.empty()).failedFetches()).isGreaterThan(10);
    }

    @Test
    void readsADoubtfulAnswerAgainSoonAndNotBecauseOfAnEvent() {
        result = ControlLoop.Result.doubted();
        stream().opened(HOST, "");
        clock.runDue();
        result = ControlLoop.Result.good("nothing", null, 1);
        event();
        clock.advance(Duration.ofMillis(499));
        assertThat(reads).hasSize(1);
        clock.advance(Duration.ofMillis(1));
        assertThat(reads).containsExactly(0L, 500L);
    }

    @Test
    void aStreamThatOpensDoesNotHurryTheSecondLookAtADoubtfulAnswer() {
        result = ControlLoop.Result.doubted();
        clock.advance(ControlLoop.STREAM_FIRST);
        result = ControlLoop.Result.good("nothing", null, 1);
        stream().opened(HOST, "");
        clock.advance(Duration.ofMillis(499));
        assertThat(reads).containsExactly(1000L);
        clock.advance(Duration.ofMillis(1));
        assertThat(reads).containsExactly(1000L, 1500L);
    }

    @Test
    void aDefectInAReadIsAFailureAndNotTheEnd() {
        result = null;
        stream().opened(HOST, "");
        clock.runDue();
        result = ControlLoop.Result.good("all", null, 1);
        clock.advance(Duration.ofSeconds(61));
        assertThat(reads.size()).isGreaterThan(1);
    }

    @Test
    void aStoppedLoopIsStill() {
        stream().opened(HOST, "");
        clock.runDue();
        loop.stop();
        clock.advance(Duration.ofDays(1));
        assertThat(reads).hasSize(1);
        assertThat(streams).hasSize(1);
        assertThat(clock.pending()).isZero();
    }

    private void event(String type, String data) {
        String event = "event: " + type + "\ndata: " + data + "\n\n";
        stream().received(ByteBuffer.wrap(event.getBytes(StandardCharsets.UTF_8)));
        clock.runDue();
    }

    /** Opens the stream, has everything read in 150 ms, and lets two seconds pass. */
    private void open() {
        hangs = true;
        stream().opened(HOST, "");
        clock.runDue();
        hangs = false;
        clock.advance(Duration.ofMillis(150));
        hanging.run();
        clock.advance(Duration.ofMillis(850));
        pass(Duration.ofSeconds(1));
    }

    @Test
    void asksForWhatAnEventNames() {
        open();
        event("status_update_event", "{\"appId\": \"/a\"}");
        assertThat(asked).containsExactly(Change.ALL, Change.of(Set.of("/a")));
        assertThat(reads).containsExactly(150L, 2000L);
    }

    @Test
    void asksForEverythingWhereAnEventNamesNobody() {
        open();
        event("deployment_success", "{}");
        assertThat(asked.get(1).apps()).isTrue();
    }

    @Test
    void whatComesDuringAReadIsAskedForAfterIt() {
        open();
        hangs = true;
        event("status_update_event", "{\"appId\": \"/a\"}");
        hangs = false;
        event("status_update_event", "{\"appId\": \"/b\"}");
        event("status_update_event", "{\"appId\": \"/a\"}");
        clock.advance(Duration.ofMillis(5));
        assertThat(asked).hasSize(1);
        hanging.run();
        clock.advance(Duration.ofMillis(100));
        assertThat(asked.get(1).ids()).containsExactly("/a");
        assertThat(asked.get(2).ids()).containsExactly("/b", "/a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50, 200})
    void aBurstOfTwoHundredEventsCostsFiveRequestsAtMost(int apps) {
        open();
        pass(Duration.ofSeconds(10));
        asked.clear();
        for (int i = 0; i < 200; i++) {
            event("status_update_event", "{\"appId\": \"/a" + i % apps + "\"}");
            clock.advance(Duration.ofMillis(5));
        }
        pass(Duration.ofSeconds(20));
        assertThat(asked.stream()
                        .mapToInt(change -> change.apps() ? 1 : change.ids().size())
                        .sum())
                .isBetween(2, 5);
    }

    @Test
    void opensAnotherStreamWhenTheFirstAnswerAlreadyNamesAnotherLeader() {
        leader = "http://l2:8080";
        stream().opened(HOST, "http://l1:8080");
        clock.advance(Duration.ofSeconds(2));
        assertThat(streams).hasSize(2);
        stream().opened(HOST, "http://l2:8080");
        clock.advance(Duration.ofSeconds(2));
        assertThat(streams).hasSize(2);
    }

    @Test
    void opensAnotherStreamWhenTheLeaderIsAnother() {
        leader = "http://l1:8080";
        open();
        event();
        assertThat(streams).hasSize(1);
        leader = "http://l2:8080";
        event();
        clock.advance(Duration.ofSeconds(2));
        assertThat(streams).hasSize(2);
        open();
        event();
        clock.advance(Duration.ofSeconds(2));
        assertThat(streams).hasSize(2);
    }

    @Test
    void readsEverythingEveryMinuteHoweverManyEventsNameOne() {
        open();
        for (int i = 0; i < 300; i++) {
            event("status_update_event", "{\"appId\": \"/a\"}");
            pass(Duration.ofSeconds(1));
        }
        assertThat(asked.stream().filter(Change.ALL::equals)).hasSizeBetween(5, 6);
        assertThat(asked.stream().filter(Change::apps)).hasSizeBetween(50, 60);
        assertThat(asked.size()).isGreaterThan(290);
    }

    @Test
    void saysAtOnceThatATaskEndsWhateverReadIsUnderWay() {
        open();
        hangs = true;
        event("status_update_event", "{\"appId\": \"/a\"}");
        event("status_update_event", "{\"appId\": \"/a\", \"taskId\": \"t\", \"taskStatus\": \"TASK_KILLED\"}");
        assertThat(leaving).containsExactly(Set.of("t"));
        hangs = false;
        hanging.run();
        pass(Duration.ofSeconds(1));
        assertThat(asked.get(2)).isEqualTo(Change.of(Set.of("/a"))); // and read it is all the same
    }

    @Test
    void looksAtTasksThatEndUntilTheNewestHasBeenHeldForLongEnough() {
        open();
        String killed = "{\"appId\": \"/a\", \"taskId\": \"t\", \"taskStatus\": \"TASK_KILLED\"}";
        event("status_update_event", killed);
        pass(Duration.ofSeconds(3));
        event("status_update_event", killed);
        pass(Duration.ofMinutes(1));
        long looks = leaving.stream().filter(Set::isEmpty).count();
        assertThat(looks).isEqualTo(3 + Departures.HOLD.toSeconds() + 2);
        event("status_update_event", killed);
        pass(Duration.ofSeconds(1));
        assertThat(leaving.get(leaving.size() - 2)).containsExactly("t");
        assertThat(leaving.get(leaving.size() - 1)).isEmpty();
    }

    @Test
    void aReadThatLeavesSomethingUnclearIsFollowedByOneOfEverything() {
        open();
        hangs = true;
        event("status_update_event", "{\"appId\": \"/a\"}");
        hangs = false;
        result = ControlLoop.Result.unclear();
        hanging.run();
        result = ControlLoop.Result.good("all", null, 1);
        clock.runDue();
        assertThat(asked.subList(0, 2)).containsExactly(Change.ALL, Change.of(Set.of("/a")));
        assertThat(asked.get(2).apps() && asked.get(2).pods()).isTrue();
    }

    @Test
    void whatFailedByItselfIsAskedForWithTheLists() {
        open();
        result = ControlLoop.Result.failed("503");
        event("status_update_event", "{\"appId\": \"/a\"}");
        result = ControlLoop.Result.good("all", null, 1);
        clock.advance(Duration.ofMillis(100));
        assertThat(asked).containsExactly(Change.ALL, Change.of(Set.of("/a")), Change.LISTS);
    }

    @Test
    void judgesAgainWhenAReadAsksForIt() {
        result = ControlLoop.Result.good("all", Duration.ofMillis(2500), 1);
        stream().opened(HOST, "");
        clock.runDue();
        result = ControlLoop.Result.good("all", null, 1);
        pass(Duration.ofSeconds(10));
        assertThat(asked).containsExactly(Change.ALL, Change.JUDGEMENT);
        assertThat(reads).containsExactly(0L, 2500L);
    }

    @Test
    void givesUpOnAReadThatHangsWhenAStreamShowsThatMarathonIsThere() {
        hangs = true;
        clock.advance(ControlLoop.STREAM_FIRST);
        clock.advance(ControlLoop.SLOW.plusMillis(1));
        hangs = false;
        stream().opened(HOST, "");
        clock.runDue();
        assertThat(abandoned).isEqualTo(1);
        result = ControlLoop.Result.failed("closed");
        hanging.run();
        result = ControlLoop.Result.good("all", null, 1);
        clock.runDue();
        assertThat(reads).hasSize(2);
    }

    @Test
    void leavesAReadThatHasJustBegunAlone() {
        hangs = true;
        clock.advance(ControlLoop.STREAM_FIRST);
        stream().opened(HOST, "");
        clock.runDue();
        assertThat(abandoned).isZero();
    }

    @Test
    void aStreamThatComesAndGoesEndsASlowReadOnlyOnce() {
        hangs = true;
        clock.advance(ControlLoop.STREAM_FIRST);
        for (int i = 0; i < 5; i++) {
            clock.advance(ControlLoop.SLOW.plusMillis(1));
            stream().opened(HOST, "");
            clock.runDue();
            stream().closed("the stream ended");
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(abandoned).isEqualTo(1);
    }

    @Test
    void podsThatCouldNotBeReadAreAskedForAgainSoon() {
        result = ControlLoop.Result.good("apps", null, 1).withoutPods();
        stream().opened(HOST, "");
        clock.runDue();
        result = ControlLoop.Result.good("all", null, 1);
        clock.advance(Backoff.START);
        assertThat(asked).containsExactly(Change.ALL, Change.PODS);
    }
}
