package io.evenkeel.testing.marathon;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** The switches for what is wrong with one simulated Marathon; safe to use from any thread, effective at once. */
public final class Faults {
    private final Set<Fault> active = EnumSet.noneOf(Fault.class);
    private final BiConsumer<Fault, Boolean> onChange;
    private Duration slowness = Duration.ofSeconds(5);
    private int held;

    Faults(BiConsumer<Fault, Boolean> onChange) {
        this.onChange = onChange;
    }

    /** Switches one fault on or off. */
    public Faults set(Fault fault, boolean on) {
        boolean changed;
        synchronized (this) {
            changed = on ? active.add(fault) : active.remove(fault);
            notifyAll();
        }
        if (changed) {
            onChange.accept(fault, on);
        }
        return this;
    }

    public Faults down(boolean on) {
        return set(Fault.DOWN, on);
    }

    public Faults error500(boolean on) {
        return set(Fault.ERROR_500, on);
    }

    public Faults appsError500(boolean on) {
        return set(Fault.APPS_ERROR_500, on);
    }

    public Faults html502(boolean on) {
        return set(Fault.HTML_502, on);
    }

    public Faults hang(boolean on) {
        return set(Fault.HANG, on);
    }

    /** Has answers to GET come that late. */
    public Faults slowHead(Duration late) {
        slowness(late);
        return set(Fault.SLOW_HEAD, true);
    }

    /** Has the bodies of answers to GET come that late after their heads. */
    public Faults slowBody(Duration late) {
        slowness(late);
        return set(Fault.SLOW_BODY, true);
    }

    /** How late answers come while they are slow. */
    synchronized void slowness(Duration late) {
        slowness = late;
    }

    /** How many slow answers are held back at this moment. */
    public synchronized int held() {
        return held;
    }

    public Faults emptyList(boolean on) {
        return set(Fault.EMPTY_LIST, on);
    }

    public Faults garbage(boolean on) {
        return set(Fault.GARBAGE, on);
    }

    public Faults truncated(boolean on) {
        return set(Fault.TRUNCATED, on);
    }

    public Faults silentStreams(boolean on) {
        return set(Fault.SILENT_STREAMS, on);
    }

    /** Switches every fault off. */
    public Faults clear() {
        active().forEach(fault -> set(fault, false));
        return this;
    }

    /** The faults that are on. */
    public synchronized Set<Fault> active() {
        return Set.copyOf(active);
    }

    synchronized boolean has(Fault fault) {
        return active.contains(fault);
    }

    /** Holds the calling worker back until it is late enough, or the fault is off; not at all if it is off now. */
    synchronized void slow(Fault fault) {
        long deadline = System.nanoTime() + slowness.toNanos();
        held++;
        try {
            for (long left = deadline - System.nanoTime();
                    active.contains(fault) && left > 0;
                    left = deadline - System.nanoTime()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            held--;
        }
    }

    /** Blocks the calling worker for as long as the fault is on. */
    synchronized void awaitOff(Fault fault) {
        try {
            while (active.contains(fault)) {
                wait();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
