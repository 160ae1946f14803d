package io.evenkeel.l7;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long the parts of requests took on average: of all while they are few, then of the last 1024 or so, each new one taking
 * the place of an average one.
 *
 * <p>Any thread adds, any thread reads. Adding is a few plain reads and writes: when threads race, one of them may be
 * overlooked, which an average can bear.
 */
public final class RequestTimes {

    private static final int WINDOW = 1024;
    private static final int COUNT = 0;
    private static final int QUEUE = 1;
    private static final int CONNECT = 2;
    private static final int RESPONSE = 3;
    private static final int TOTAL = 4;

    /* Sums in nanoseconds over as many requests as are counted. */
    private final AtomicLongArray sums = new AtomicLongArray(5);

    RequestTimes() {}

    void add(long queueNanos, long connectNanos, long responseNanos, long totalNanos) {
        long count = sums.getOpaque(COUNT);
        boolean full = count >= WINDOW;
        if (!full) {
            sums.setOpaque(COUNT, count + 1);
        }
        add(QUEUE, queueNanos, full);
        add(CONNECT, connectNanos, full);
        add(RESPONSE, responseNanos, full);
        add(TOTAL, totalNanos, full);
    }

    private void add(int part, long nanos, boolean full) {
        long before = sums.getOpaque(part);
        sums.setOpaque(part, before - (full ? before / WINDOW : 0) + nanos);
    }

    private long millis(int part) {
        long requests = sums.getOpaque(COUNT);
        return requests == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(sums.getOpaque(part) / requests);
    }

    /** Milliseconds from a whole request to the choice of a server. */
    public long queueMillis() {
        return millis(QUEUE);
    }

    /** Milliseconds from there to a connection. */
    public long connectMillis() {
        return millis(CONNECT);
    }

    /** Milliseconds from there to the head of the response. */
    public long responseMillis() {
        return millis(RESPONSE);
    }

    /** Milliseconds from the first byte of the request to the end of the response. */
    public long totalMillis() {
        return millis(TOTAL);
    }
}
