package io.evenkeel.benchmarks.peers;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One thread's requests: each has another key. Costs one addition. */
@State(Scope.Thread)
public class Keys {

    /** How many requests are made beforehand, for libraries whose key is part of an object. */
    static final int SLOTS = 1024;

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long last;

    /** The next request's key; the upper bits are well spread. */
    long next() {
        last += GOLDEN;
        return last;
    }

    /** Which of the {@link #SLOTS} a key falls to. */
    static int slot(long key) {
        return (int) (key >>> 54);
    }
}
