package io.evenkeel.benchmarks.peers;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One thread's requests: each has another key. Costs one addition. */
@State(Scope.Thread)
public class Keys {

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long last;

    /** The next request's key; the upper bits are well spread. */
    long next() {
        last += GOLDEN;
        return last;
    }

    /** One of 1024 positions, for libraries whose key is an object that is made beforehand. */
    static int slot(long key) {
        return (int) (key >>> 54);
    }
}
