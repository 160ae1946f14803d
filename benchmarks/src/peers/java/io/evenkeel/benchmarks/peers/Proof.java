package io.evenkeel.benchmarks.peers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Proof that a contender does what its algorithm is for, before anybody times it: a balancer that was set up wrongly is
 * often a fast one.
 */
final class Proof {

    /** Over how many endpoints an algorithm shows what it does. */
    static final int SMALL = 10;

    private static final int ROUNDS = 1000;
    private static final int FAIR = ROUNDS / SMALL;

    private Proof() {}

    /** Whatever the number of endpoints: several are in use at a time. */
    static <U> void spreads(Contender<U> contender) {
        List<U> open = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        Keys keys = new Keys();
        for (int i = 0; i < 200; i++) {
            U use = contender.pick(keys.next());
            open.add(use);
            seen.add(contender.index(use));
        }
        open.forEach(contender::report);
        require(seen.size() > 1, "endpoints in 200 picks: " + seen.size() + " (expected: > 1)");
    }

    /** A contender of {@link #SMALL} endpoints: its choices follow what the algorithm takes into account. */
    static <U> void follows(Algorithm algorithm, Contender<U> contender) {
        switch (algorithm) {
            case ROTATION, RANDOM -> {
                int[] shares = shares(contender, ROUNDS);
                for (int i = 0; i < SMALL; i++) {
                    int share = shares[i];
                    require(share > FAIR / 2 && share < 2 * FAIR, "share: " + share + " (expected: about 100)");
                }
            }
            case WEIGHTED -> {
                int[] shares = shares(contender, 10 * ROUNDS);
                require(
                        shares[SMALL - 1] > 4 * shares[0],
                        "shares of weights 10 and 1: " + shares[SMALL - 1] + ", " + shares[0] + " (expected: 10 : 1)");
            }
            case LEAST_REQUEST -> {
                U open = contender.pick(0);
                avoids(contender, contender.index(open), "busy");
                contender.report(open);
            }
            case LATENCY_AWARE -> {
                int slow = slowed(contender);
                contender.settle();
                avoids(contender, slow, "slow");
            }
            case CONSISTENT_HASH -> sticks(contender);
        }
    }

    /** A contender of {@link #SMALL} endpoints: what is picked follows what is there. */
    static <U> void replaces(Contender<U> contender) {
        contender.replace(true);
        int[] shares = sharesOfMany(contender);
        require(shares[SMALL / 2] == 0, "picks of an endpoint that left: " + shares[SMALL / 2]);
        require(shares[SMALL] > 0, "picks of an endpoint that came: 0 (expected: > 0)");
        contender.replace(false);
        shares = sharesOfMany(contender);
        require(shares[SMALL] == 0, "picks of an endpoint that left: " + shares[SMALL]);
        require(shares[SMALL / 2] > 0, "picks of an endpoint that came back: 0 (expected: > 0)");
    }

    /* Fifty at a time: who has one use at a time never needs an endpoint that has yet to show how fast it is. */
    private static <U> int[] sharesOfMany(Contender<U> contender) {
        int[] shares = new int[SMALL + 1];
        Keys keys = new Keys();
        for (int round = 0; round < 100; round++) {
            List<U> open = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                U use = contender.pick(keys.next());
                open.add(use);
                shares[contender.index(use)]++;
            }
            open.forEach(contender::report);
        }
        return shares;
    }

    /*
     * All uses of one endpoint last as long as everything that goes on meanwhile. With a single long one it would depend on
     * chance whether that stands out: a balancer that weighs by the mean of all uses has a hundred quick ones of it too, and
     * a pause of the JVM in a use of another endpoint makes that one as slow.
     */
    private static <U> int slowed(Contender<U> contender) {
        Keys keys = new Keys();
        List<U> open = new ArrayList<>();
        U first = contender.pick(keys.next());
        int slow = contender.index(first);
        open.add(first);
        for (int i = 0; i < ROUNDS; i++) {
            U use = contender.pick(keys.next());
            if (contender.index(use) == slow) {
                open.add(use);
            } else {
                contender.report(use);
            }
        }
        open.forEach(contender::report);
        return slow;
    }

    private static <U> void avoids(Contender<U> contender, int index, String what) {
        int share = shares(contender, ROUNDS)[index];
        require(share < FAIR / 2, "share of the " + what + " endpoint: " + share + " (expected: far below 100)");
    }

    private static <U> void sticks(Contender<U> contender) {
        Set<Integer> seen = new HashSet<>();
        Keys keys = new Keys();
        for (int i = 0; i < ROUNDS; i++) {
            long key = keys.next();
            int first = once(contender, key);
            int second = once(contender, key);
            require(first == second, "endpoints of one key: " + first + ", " + second);
            seen.add(first);
        }
        require(seen.size() > SMALL / 2, "endpoints of 1000 keys: " + seen.size() + " (expected: about 10)");
    }

    /** How often each endpoint was chosen, and the one that may come in another's place. */
    private static <U> int[] shares(Contender<U> contender, int rounds) {
        int[] shares = new int[SMALL + 1];
        Keys keys = new Keys();
        for (int i = 0; i < rounds; i++) {
            shares[once(contender, keys.next())]++;
        }
        return shares;
    }

    private static <U> int once(Contender<U> contender, long key) {
        U use = contender.pick(key);
        contender.report(use);
        return contender.index(use);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException(message);
        }
    }
}
