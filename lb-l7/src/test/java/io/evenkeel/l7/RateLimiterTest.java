package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.testing.ManualClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ManualClock clock = new ManualClock();

    private static InetSocketAddress client(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), 1);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private RateLimiter limiter(int permits, int burst, boolean perAddress) {
        return new RateLimiter(new RateLimit(permits, Duration.ofSeconds(1), burst, perAddress), clock);
    }

    private static int passing(RateLimiter limiter, InetSocketAddress client, int tries) {
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            passed += limiter.take(client) == 0 ? 1 : 0;
        }
        return passed;
    }

    @Test
    void aBurstPassesAndThenAsManyAsTimeBrings() {
        RateLimiter limiter = limiter(10, 3, false);
        InetSocketAddress anybody = client(127, 0, 0, 1);
        assertThat(passing(limiter, anybody, 9)).isEqualTo(3);
        clock.advance(Duration.ofMillis(250));
        assertThat(passing(limiter, anybody, 9)).isEqualTo(2);
        clock.advance(Duration.ofHours(1));
        assertThat(passing(limiter, anybody, 9)).isEqualTo(3);
    }

    @Test
    void whoIsTooEarlyHearsByHowMuchAndIsNotChargedForAsking() {
        RateLimiter limiter = limiter(1, 2, false);
        InetSocketAddress anybody = client(127, 0, 0, 1);
        assertThat(passing(limiter, anybody, 2)).isEqualTo(2);
        for (int i = 0; i < 10; i++) {
            assertThat(limiter.take(anybody)).isEqualTo(SECOND);
        }
        clock.advance(Duration.ofSeconds(1));
        assertThat(limiter.take(anybody)).isZero();
    }

    @Test
    void aBurstThatNoNumberHoldsIsRefusedAndTheLargestOnePasses() {
        Duration hour = Duration.ofHours(1);
        assertThatThrownBy(() -> new RateLimit(1, hour, 3_000_000, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("burst: 3000000 with 1 in PT1H (expected: a burst that is no more than the rate brings in a"
                        + " hundred years)");
        RateLimiter limiter = new RateLimiter(new RateLimit(1, hour, 876_000, false), clock);
        assertThat(passing(limiter, client(127, 0, 0, 1), 876_001)).isEqualTo(876_000);
    }

    @Test
    void addressesHaveBucketsOfTheirOwn() {
        RateLimiter limiter = limiter(1, 2, true);
        for (int i = 1; i < 200; i++) {
            assertThat(passing(limiter, client(10, 0, 0, i), 5)).isEqualTo(2);
        }
        for (int i = 1; i < 200; i++) {
            assertThat(passing(limiter, client(10, 0, 0, i), 5))
                    .as("10.0.0.%s", i)
                    .isZero();
        }
    }

    @Test
    void anIpv6NetworkIsOneClient() {
        RateLimiter limiter = limiter(1, 2, true);
        int[] one = {0x20, 1, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1};
        int[] neighbour = one.clone();
        neighbour[15] = 99;
        int[] other = one.clone();
        other[7] = 8;
        assertThat(passing(limiter, client(one), 1)).isOne();
        assertThat(passing(limiter, client(neighbour), 5)).isOne();
        assertThat(passing(limiter, client(other), 5)).isEqualTo(2);
    }

    @Test
    void moreAddressesThanThereIsRoomForPassNeverthelessOnce() {
        RateLimiter limiter = limiter(1, 1, true);
        for (int i = 0; i < 100_000; i++) {
            assertThat(limiter.take(client(10, i >> 16, i >> 8 & 0xFF, i & 0xFF)))
                    .isZero();
        }
    }

    @Test
    void threadsTogetherGetNoMoreThanOne() throws Exception {
        RateLimiter limiter = limiter(1, 1000, false);
        InetSocketAddress anybody = client(127, 0, 0, 1);
        AtomicInteger passed = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
            new Thread(() -> {
                        passed.addAndGet(passing(limiter, anybody, 1000));
                        done.countDown();
                    })
                    .start();
        }
        done.await();
        assertThat(passed).hasValue(1000);
    }

    @Test
    void aRateHasBounds() {
        assertThatThrownBy(() -> new RateLimit(0, Duration.ofSeconds(1), 1, false))
                .hasMessage("rate: 0, burst 1 (expected: >= 1)");
        assertThatThrownBy(() -> new RateLimit(2_000_000, Duration.ofSeconds(1), 1, false))
                .hasMessage("rate: 2000000 in PT1S (expected: at most a million in a second)");
    }
}
