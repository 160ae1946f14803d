package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.Load;
import io.evenkeel.endpoint.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one endpoint has answered to its last probe, and when it last failed.
 *
 * <p>Races are harmless: two threads that ask at once ask twice, and a use that is not counted lets an answer serve once more
 * than it should.
 */
@SuppressWarnings("UnusedVariable") // one field is used through its handle
final class Probed extends Load implements Prober.Answer {

    private static final long GIVE_UP_NANOS = 1_000_000_000L;

    /* One failure may be the request's fault. After that the endpoint is left alone for ever longer, but not for ever. */
    private static final int FAILURES = 2;
    private static final long AVERSION_NANOS = 10_000_000_000L;
    private static final int MOST_AVERSIONS = 6;

    private static final VarHandle USES = Handles.of(MethodHandles.lookup(), Probed.class, "uses", int.class);

    private final ProbePool answers;
    private final EndpointStats endpoint;
    private volatile boolean waiting;
    private volatile long asked;
    private volatile long answeredTo; // when it was asked what it has answered
    private volatile int inFlight;
    private volatile long latency;
    private volatile long failed;
    private volatile int generation;
    private int uses; // since the answer

    Probed(ProbePool pool, EndpointStats endpoint) {
        super(pool);
        this.answers = pool;
        this.endpoint = endpoint;
    }

    EndpointStats endpoint() {
        return endpoint;
    }

    int generation() {
        return generation;
    }

    void setGeneration(int newest) {
        generation = newest;
    }

    /** Sends a probe unless one is on its way. */
    void ask(Prober prober, long now) {
        if (!waiting || Math.abs(now - asked) > GIVE_UP_NANOS) {
            asked = now;
            waiting = true;
            prober.probe(endpoint, this);
        }
    }

    @Override
    public void answered(int itsInFlight, long latencyNanos) {
        if (itsInFlight < 0) {
            throw new IllegalArgumentException("inFlight: " + itsInFlight + " (expected: >= 0)");
        }
        if (latencyNanos < 0) {
            throw new IllegalArgumentException("latency: " + latencyNanos + " ns (expected: >= 0)");
        }
        inFlight = itsInFlight;
        latency = latencyNanos;
        USES.setOpaque(this, 0);
        answeredTo = asked;
        waiting = false;
        answers.add(this, itsInFlight);
    }

    /** Counts a use that the answer has led to, and tells how many there were. */
    int use() {
        int count = (int) USES.getOpaque(this) + 1;
        USES.setOpaque(this, count);
        return count;
    }

    /** What it answered, and what has been added since. */
    int inFlight() {
        return inFlight + (int) USES.getOpaque(this);
    }

    long age(long now) {
        return now - answeredTo;
    }

    boolean isOlder(Probed other) {
        return answeredTo - other.answeredTo < 0;
    }

    /** Among those that are not too busy the one with less latency, else the one with less to do. */
    boolean isBetter(Probed other, int hottestCold) {
        int mine = inFlight();
        int others = other.inFlight();
        boolean hot = mine > hottestCold;
        if (hot != others > hottestCold) {
            return !hot;
        }
        return hot ? mine < others : latency < other.latency;
    }

    /** Whether it takes work and has not just failed again and again: what fails at once is never busy. */
    boolean isUsable(long now) {
        return endpoint.isAvailable() && !isAverse(now);
    }

    private boolean isAverse(long now) {
        int inARow = endpoint.failuresInARow();
        return inARow >= FAILURES && now - failed < AVERSION_NANOS * Math.min(inARow, MOST_AVERSIONS);
    }

    @Override
    public double cost(double uses, long now) {
        return isAverse(now) ? 1e6 * (uses + 1) : uses;
    }

    @Override
    public void ended(long duration, long now, Outcome outcome) {
        if (outcome.isFailure()) {
            failed = now;
        }
    }
}
