package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestTimesTest {

    private static final long MILLI = 1_000_000;

    @Test
    void everyPartIsMeasuredFromWhereTheOneBeforeEnded(@TempDir Path dir) throws Exception {
        ManualClock clock = new ManualClock();
        try (AccessLines lines = new AccessLines(dir);
                HttpFixture fixture = new HttpFixture(HttpFixture.QUICK, null, lines.log, clock);
                Backend web = Backend.talking(socket -> {
                    Wire wire = new Wire(socket);
                    wire.head();
                    clock.advance(Duration.ofMillis(30));
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhe");
                    if (wire.text(4).equals("goon")) {
                        wire.send("re");
                    }
                });
                Wire client = fixture.endpoints(web).connect()) {
            client.send("POST / HTTP/1.1\r\n");
            Eventually.holds(
                    "the first line was read", () -> fixture.frontend.traffic().bytesIn() == 17);
            clock.advance(Duration.ofMillis(5));
            client.send("Host: web\r\nContent-Length: 4\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 200 ");
            assertThat(client.text(2)).isEqualTo("he");
            clock.advance(Duration.ofMillis(7));
            client.send("goon");
            assertThat(client.text(2)).isEqualTo("re");
            assertThat(lines.next()).contains(" in web/s 5/0/0/30/42 200 ");
            for (HttpStats stats :
                    new HttpStats[] {fixture.backend.stats(), fixture.backend.stats(fixture.endpoint(0))}) {
                assertThat(stats.times().queueMillis()).isZero();
                assertThat(stats.times().connectMillis()).isZero();
                assertThat(stats.times().responseMillis()).isEqualTo(30);
                assertThat(stats.times().totalMillis()).isEqualTo(42);
            }
            TimeHistogram durations = fixture.backend.durations();
            assertThat(durations.sumSeconds()).isEqualTo(0.042);
            assertThat(durations.count(5)).isOne();
            assertThat(TimeHistogram.boundSeconds(5)).isEqualTo(0.05);
        }
    }

    @Test
    void pauseBeforeTheSameServerIsTriedAgainIsTimeInTheQueueAsAtHaproxys(@TempDir Path dir) throws Exception {
        ManualClock clock = new ManualClock();
        HttpConfig once = HttpConfig.defaults().withRetries(1, Duration.ofMillis(1));
        try (AccessLines lines = new AccessLines(dir);
                HttpFixture fixture = new HttpFixture(once, null, lines.log, () -> {
                    clock.advance(Duration.ofMillis(1));
                    return clock.nanos();
                })) {
            fixture.endpoints(io.evenkeel.endpoint.Endpoint.of("127.0.0.1", 1));
            assertThat(fixture.get("/").status()).isEqualTo(503);
            String[] times = lines.next().split(" ", -1)[4].split("/", -1);
            assertThat(Integer.parseInt(times[1])).isGreaterThan(1);
            assertThat(times[2]).isEqualTo("-1");
        }
    }

    @Test
    void averageForgetsWhatIsLongAgo() {
        RequestTimes times = new RequestTimes();
        assertThat(times.totalMillis()).isZero();
        times.add(MILLI, 2 * MILLI, 3 * MILLI, 10 * MILLI);
        times.add(3 * MILLI, 4 * MILLI, 5 * MILLI, 20 * MILLI);
        assertThat(times.queueMillis()).isEqualTo(2);
        assertThat(times.connectMillis()).isEqualTo(3);
        assertThat(times.responseMillis()).isEqualTo(4);
        assertThat(times.totalMillis()).isEqualTo(15);
        for (int i = 0; i < 20_000; i++) {
            times.add(0, 0, 0, 100 * MILLI);
        }
        assertThat(times.queueMillis()).isZero();
        assertThat(times.totalMillis()).isBetween(99L, 100L);
    }

    @Test
    void eachTimeIsInTheFirstBucketItFits() {
        TimeHistogram histogram = new TimeHistogram();
        int last = TimeHistogram.buckets() - 1;
        for (int bucket = 0; bucket < last; bucket++) {
            long bound = Math.round(TimeHistogram.boundSeconds(bucket) * 1e9);
            histogram.record(bound);
            histogram.record(bound + 1);
        }
        assertThat(histogram.count(0)).isOne();
        for (int bucket = 1; bucket < last; bucket++) {
            assertThat(histogram.count(bucket)).isEqualTo(2);
        }
        assertThat(histogram.count(last)).isOne();
        assertThat(TimeHistogram.boundSeconds(last)).isInfinite();
    }
}
