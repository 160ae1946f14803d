package io.evenkeel.l7.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens when records come faster than they are taken, or cannot be taken at all. */
class AccessLogBoundsTest {

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static AccessLog open(AccessLogReceiver receiver, int capacity) {
        return AccessLog.open("test", receiver, capacity, 100, true, Ticker.system(), InstantSource.system());
    }

    private static AccessRecord record(AccessRing ring, String target) {
        AccessRecord record = ring.take();
        record.begin(true, InetSocketAddress.createUnresolved("client", 1), "in", false);
        byte[] bytes = target.getBytes(StandardCharsets.US_ASCII);
        record.add(AccessRecord.TARGET, bytes, 0, bytes.length);
        return record;
    }

    @Test
    void connectionsAreThoseOfAllWhoWriteToIt() {
        try (AccessLog log = open(shown -> {}, 4)) {
            assertThat(log.connections(7)).isEqualTo(7);
            Subscription one = log.connections(() -> 2);
            log.connections(() -> 3);
            assertThat(log.connections(7)).isEqualTo(5);
            one.close();
            assertThat(log.connections(7)).isEqualTo(3);
        }
    }

    @Test
    void whatDoesNotFitIsDroppedAndCountedAndWhatFitsIsShownInOrder() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AccessLogReceiver slow = shown -> {
            entered.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            seen.add(shown.text(AccessRecord.TARGET));
        };
        try (AccessLog log = open(slow, 4)) {
            AccessRing ring = log.ring();
            ring.put(record(ring, "0"));
            entered.await();
            for (int i = 1; i < 10; i++) {
                ring.put(record(ring, Integer.toString(i)));
            }
            assertThat(log.dropped()).isEqualTo(6);
            released.countDown();
            Eventually.holds("all that fitted is shown", () -> seen.size() == 4);
            ring.put(record(ring, "later"));
            Eventually.holds("it goes on", () -> seen.size() == 5);
            assertThat(seen).containsExactly("0", "1", "2", "3", "later");
            assertThat(log.dropped()).isEqualTo(6);
        }
    }

    @Test
    void whoeverWritesOnOneThreadGoesOneWay() throws Exception {
        try (AccessLog log = open(shown -> {}, 4)) {
            AccessRing ring = log.ring();
            assertThat(log.ring()).isSameAs(ring);
            assertThat(CompletableFuture.supplyAsync(log::ring).get()).isNotSameAs(ring);
        }
    }

    @Test
    void recordsGoRound() {
        Set<AccessRecord> different = Collections.newSetFromMap(new IdentityHashMap<>());
        try (AccessLog log = open(shown -> seen.add(shown.text(AccessRecord.TARGET)), 16)) {
            AccessRing ring = log.ring();
            for (int i = 0; i < 100; i++) {
                AccessRecord record = record(ring, Integer.toString(i));
                different.add(record);
                ring.put(record);
                int shown = i + 1;
                Eventually.holds("it is shown", () -> seen.size() == shown);
            }
        }
        assertThat(different).hasSizeLessThanOrEqualTo(4);
        assertThat(seen).startsWith("0", "1").endsWith("98", "99");
    }

    @Test
    void recordsThatCannotBeWrittenAreCountedAndTheReasonIsKnownUntilTheyCanAgain() {
        AtomicBoolean full = new AtomicBoolean(true);
        AccessLogReceiver disk = new AccessLogReceiver() {
            @Override
            public void receive(AccessRecord record) {
                seen.add(record.text(AccessRecord.TARGET));
            }

            @Override
            public void flush() throws IOException {
                if (full.get()) {
                    throw new IOException("No space left on device");
                }
            }
        };
        try (AccessLog log = open(disk, 4)) {
            AccessRing ring = log.ring();
            ring.put(record(ring, "lost"));
            Eventually.holds("it is counted", () -> log.dropped() == 1);
            Eventually.holds("the reason is known", () -> log.problem().isPresent());
            assertThat(log.problem()).contains("cannot be written: No space left on device");
            full.set(false);
            ring.put(record(ring, "written"));
            Eventually.holds("all is well again", () -> log.problem().isEmpty());
            assertThat(log.dropped()).isOne();
        }
    }

    @Test
    void ofAFastLoopEveryRecordIsShownWholeAndInOrderOrCounted() {
        int total = 200_000;
        List<Integer> shown = new ArrayList<>(); // by the log's thread, until it has ended
        AccessLog log = open(record -> shown.add(Integer.valueOf(record.text(AccessRecord.TARGET))), 64);
        AccessRing ring = log.ring();
        for (int i = 0; i < total; i++) {
            ring.put(record(ring, Integer.toString(i)));
        }
        log.close();
        assertThat(shown.size() + log.dropped()).isEqualTo(total);
        assertThat(shown).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void closingWaitsForWhatWasPutBefore() {
        AccessLog log = open(shown -> seen.add(shown.text(AccessRecord.TARGET)), 1024);
        AccessRing ring = log.ring();
        for (int i = 0; i < 1000; i++) {
            ring.put(record(ring, "x"));
        }
        log.close();
        log.close();
        assertThat(seen).hasSize(1000);
        assertThat(log.dropped()).isZero();
    }

    @Test
    void closingDoesNotWaitForAReceiverThatHangsAndCountsWhatIsLost() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AccessLog log = open(
                shown -> {
                    entered.countDown();
                    try {
                        released.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                },
                16);
        AccessRing ring = log.ring();
        ring.put(record(ring, "0"));
        entered.await();
        for (int i = 1; i < 5; i++) {
            ring.put(record(ring, Integer.toString(i)));
        }
        log.close(Duration.ofMillis(1));
        log.close(Duration.ofMillis(1));
        assertThat(log.dropped()).isEqualTo(5);
        released.countDown();
    }

    @Test
    void anErrorOfOneRecordLosesThatOneOnly() {
        AccessLogReceiver receiver = shown -> {
            if (shown.text(AccessRecord.TARGET).equals("bad")) {
                throw new AssertionError("bad");
            }
            seen.add(shown.text(AccessRecord.TARGET));
        };
        try (AccessLog log = open(receiver, 16)) {
            AccessRing ring = log.ring();
            for (String target : List.of("1", "bad", "2")) {
                ring.put(record(ring, target));
            }
            Eventually.holds("the others are shown", () -> seen.size() == 2);
            assertThat(log.dropped()).isOne();
        }
        assertThat(seen).containsExactly("1", "2");
    }

    @Test
    void aLineThatCannotBeMadeLeavesNoHalfOfItself() throws Exception {
        StringBuilder written = new StringBuilder();
        LineReceiver receiver = new LineReceiver(
                (record, line) -> {
                    line.add(record.text(AccessRecord.TARGET));
                    if (record.text(AccessRecord.TARGET).equals("bad")) {
                        throw new IllegalStateException("bad");
                    }
                },
                (bytes, length) -> written.append(new String(bytes, 0, length, StandardCharsets.US_ASCII)));
        try (AccessLog log = open(shown -> {}, 16)) {
            AccessRing ring = log.ring();
            receiver.receive(record(ring, "1"));
            assertThatThrownBy(() -> receiver.receive(record(ring, "bad"))).isInstanceOf(IllegalStateException.class);
            receiver.receive(record(ring, "2"));
        }
        receiver.flush();
        assertThat(written).hasToString("1\n2\n");
    }

    @Test
    void afterAWriteThatFailedHalfwayThereIsANewLine() throws Exception {
        ByteArrayOutputStream disk = new ByteArrayOutputStream();
        AtomicBoolean full = new AtomicBoolean();
        FileTarget target = new FileTarget(() -> new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                if (full.get()) {
                    throw new IOException("No space left on device");
                }
                disk.write(b);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                disk.write(bytes, from, full.get() ? length / 2 : length);
                if (full.get()) {
                    throw new IOException("No space left on device");
                }
            }
        });
        byte[] line = "abcdefg\n".getBytes(StandardCharsets.US_ASCII);
        target.write(line, line.length);
        full.set(true);
        assertThatThrownBy(() -> target.write(line, line.length)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> target.write(line, line.length)).isInstanceOf(IOException.class);
        full.set(false);
        target.write(line, line.length);
        target.write(line, line.length);
        assertThat(disk.toString(StandardCharsets.US_ASCII)).isEqualTo("abcdefg\nabcd\nabcdefg\nabcdefg\n");
        target.close();
    }

    @Test
    void aRecordThatWasLargeOnceIsSmallAgain() {
        AccessRecord record = new AccessRecord(100_000);
        InetSocketAddress client = InetSocketAddress.createUnresolved("client", 1);
        record.begin(true, client, "in", false);
        record.add(AccessRecord.TARGET, new byte[5000], 0, 5000);
        record.begin(true, client, "in", false);
        assertThat(record.bytes().length).isLessThanOrEqualTo(1024);
        record.add(AccessRecord.TARGET, new byte[5000], 0, 5000);
        assertThat(record.text(AccessRecord.TARGET)).hasSize(5000);
    }

    @Test
    void placeWhereNothingCanBeWrittenIsRefused(@TempDir Path dir) {
        String target = dir.resolve("missing").resolve("access.log").toString();
        assertThatThrownBy(() -> AccessLog.open(AccessLogConfig.to(target)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("access log: " + target + " (expected: what can be written to: ");
        assertThatThrownBy(() -> AccessLogConfig.to(" "))
                .hasMessage("target: ' ' (expected: a file, or - for standard output)");
        assertThatThrownBy(() -> AccessLogConfig.to("-").withLimits(1, 1))
                .hasMessage("capacity: 1 (expected: 2 to 1048576)");
        assertThatThrownBy(() -> AccessLogConfig.to("-").withLimits(2, 0)).hasMessage("fieldLimit: 0 (expected: >= 1)");
    }
}
