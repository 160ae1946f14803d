package io.evenkeel.l7;

import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.Sources;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What holds a backend's requests to a {@link RateLimit}. Thread-safe, without locks but for the first request; it allocates
 * nothing after that, but for clients with IPv6 addresses.
 */
final class RateLimiter {

    /*
     * The generic cell rate algorithm, which is a token bucket in one number: the time at which the bucket will be full
     * again. Each request moves it on by one interval, and passes if it is then no further away than the burst takes.
     *
     * Buckets of addresses are in a table of fixed size. An address has four places there, and if others are in all of them,
     * it takes that of the one whose bucket is the fullest: as a rule one that is full, which is as good as none. Whoever
     * has more addresses than there are places gains by it no more than they gain by those addresses anyway. The table is
     * half a megabyte, and made for the first request.
     *
     * Resilience4j's limiter gives out its permits period by period, so that twice as many pass around the end of one, and
     * has one bucket for all.
     */
    private static final int WAYS = 4;
    private static final int PLACES = 1 << 15;

    private final long interval;
    private final long tolerance;
    private final Ticker ticker;
    private final long origin;
    private final long seed = new SplittableRandom().nextLong();
    private final boolean perAddress;
    private volatile @Nullable Buckets buckets;

    /** When each will be full, and whose it is; nobody's if there is just one. */
    private record Buckets(AtomicLongArray full, @Nullable AtomicLongArray owners) {}

    RateLimiter(RateLimit limit, Ticker ticker) {
        this.interval = limit.interval();
        this.tolerance = interval * limit.burst();
        this.ticker = ticker;
        this.origin = ticker.nanos();
        this.perAddress = limit.perAddress();
    }

    private Buckets buckets() {
        Buckets known = buckets;
        return known == null ? firstBuckets() : known;
    }

    private synchronized Buckets firstBuckets() {
        Buckets known = buckets;
        if (known == null) {
            known = perAddress
                    ? new Buckets(new AtomicLongArray(PLACES), new AtomicLongArray(PLACES))
                    : new Buckets(new AtomicLongArray(1), null);
            buckets = known;
        }
        return known;
    }

    /** Lets a request pass, or says how many nanoseconds later one would; 0 if it passes. */
    long take(InetSocketAddress client) {
        long now = ticker.nanos() - origin;
        Buckets all = buckets();
        AtomicLongArray owned = all.owners;
        return take(all.full, owned == null ? 0 : place(all.full, owned, key(client.getAddress())), now);
    }

    private long take(AtomicLongArray full, int place, long now) {
        while (true) {
            long before = full.get(place);
            long after = Math.max(before, now) + interval;
            long tooEarly = after - now - tolerance;
            if (tooEarly > 0) {
                return tooEarly;
            }
            if (full.compareAndSet(place, before, after)) {
                return 0;
            }
        }
    }

    private static int place(AtomicLongArray full, AtomicLongArray owned, long key) {
        int first = (int) (key >>> 32) & (PLACES - WAYS);
        int fullest = first;
        for (int i = first; i < first + WAYS; i++) {
            if (owned.get(i) == key) {
                return i;
            }
            if (full.get(i) < full.get(fullest)) {
                fullest = i;
            }
        }
        owned.set(fullest, key); // what two threads do here at once costs somebody a bucket, which is begun anew
        full.set(fullest, 0);
        return fullest;
    }

    /** Never 0, so that a place that nobody has is nobody's. */
    private long key(@Nullable InetAddress address) {
        long bits = address == null ? 0 : Sources.key(address);
        long mixed = (bits ^ seed) * 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ mixed >>> 32) * 0xD6E8_FEB8_6659_FD93L;
        return mixed == 0 ? 1 : mixed ^ mixed >>> 32;
    }
}
