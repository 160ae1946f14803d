package io.evenkeel.strategy;

import java.time.Duration;

/**
 * A balancing algorithm: builds the picker for each new set of endpoints.
 *
 * <p>Strategies are stateless and may serve any number of clusters. To add one, implement this interface; the built-in
 * ones are reached by the factories here.
 */
public interface Strategy {

    /**
     * The name by which configuration and statistics call it.
     *
     * @return lower case, words joined by {@code -}
     */
    String name();

    /**
     * Builds a picker. Called for every change of the set, of a weight, a locality or a label, by one thread at a
     * time for each cluster; must not be slow.
     *
     * @param candidates those that take new work, and what came before
     * @return the picker
     */
    Picker newPicker(Candidates candidates);

    /**
     * Each endpoint in turn, whatever its weight. Starts at a random one and keeps its place when endpoints come and go,
     * so that neither many clients nor many updates favour the first of the list.
     *
     * @return the strategy; a pick is one atomic increment
     */
    static Strategy roundRobin() {
        return RoundRobin.INSTANCE;
    }

    /**
     * Any endpoint with equal chance, whatever its weight.
     *
     * @return the strategy; a pick is one random number
     */
    static Strategy random() {
        return RandomChoice.INSTANCE;
    }

    /**
     * The less loaded of two endpoints drawn at random, by weight: load is the number of uses in flight over the weight.
     * Endpoints that are idle share by weight.
     *
     * <p>M. Mitzenmacher, <i>The Power of Two Choices in Randomized Load Balancing</i>, IEEE TPDS 12(10), 2001.
     *
     * @return the strategy; a pick is one random number and two reads, and two table look-ups if weights are unequal
     */
    static Strategy leastRequest() {
        return LeastRequest.INSTANCE;
    }

    /**
     * Each endpoint in proportion to its weight, spread evenly over time: a walk of constant stride round a circle on
     * which every endpoint owns an arc as long as its weight, from a random place. With equal weights it is
     * {@link #roundRobin()}.
     *
     * @return the strategy; a pick is one atomic increment and one table look-up, however unequal the weights
     */
    static Strategy weighted() {
        return Weighted.INSTANCE;
    }

    /**
     * The least costly of some endpoints drawn at random, by weight: what an endpoint costs is the metric's affair.
     *
     * @param metric how cost is measured
     * @param choices how many are drawn, 1 or more; all if there are not more
     * @return the strategy; a pick is one or two random numbers and as many looks at the metric
     */
    static Strategy leastCost(LoadMetric metric, int choices) {
        return new LeastCost(metric, choices);
    }

    /**
     * The default of this library: of three endpoints drawn at random the one that promises to answer soonest. See
     * {@link LoadMetric#latency()}.
     *
     * @return the strategy
     */
    static Strategy latencyAware() {
        return LeastCost.LATENCY_AWARE;
    }

    /**
     * Of two endpoints drawn at random the one with less latency by {@link LoadMetric#peakEwma}, decaying in 10 seconds.
     *
     * @return the strategy
     */
    static Strategy peakEwma() {
        return LeastCost.PEAK_EWMA;
    }

    /**
     * The least loaded of some endpoints drawn at random, by weight.
     *
     * @param choices how many are drawn, 1 or more; {@link #leastRequest()} is this with 2, and quicker
     * @return the strategy
     */
    static Strategy leastRequest(int choices) {
        return new LeastCost("least-request", LoadMetric.inFlight(), choices, choices);
    }

    /**
     * The least loaded of all endpoints, any of them if several are; where there are more than 16, of two drawn at random,
     * since looking at all of them would cost more than it gains.
     *
     * @return the strategy
     */
    static Strategy leastConnections() {
        return LeastCost.LEAST_CONNECTIONS;
    }

    /**
     * The first endpoint, in the order of the list, that takes one use more: fills one to its limit before the next is
     * used.
     *
     * @return the strategy; a pick looks at all that are full
     */
    static Strategy first() {
        return First.INSTANCE;
    }

    /**
     * The same endpoint for the same {@link PickContext#key key}, by weight, wherever it is asked; when endpoints come and
     * go, few keys move. A use without a key goes anywhere.
     *
     * <p>By the Maglev table: D. Eisenbud et al., NSDI 2016.
     *
     * @return the strategy; a pick is two table look-ups
     */
    static Strategy maglev() {
        return ConsistentHash.MAGLEV;
    }

    /**
     * Like {@link #maglev()}, but nobody gets more than a bound: what is too much goes to the next in the key's own order.
     *
     * <p>V. Mirrokni et al., <i>Consistent Hashing with Bounded Loads</i>, SODA 2018.
     *
     * @param bound how many times the average an endpoint may have in flight, above 1; 1.25 is usual
     * @return the strategy
     */
    static Strategy maglev(double bound) {
        return ConsistentHash.MAGLEV.bounded(bound);
    }

    /**
     * The same endpoint for the same key, by a ring with 100 points for each endpoint: only the keys of an endpoint that
     * leaves move, but shares are less even, and a pick costs a binary search.
     *
     * <p>D. Karger et al., STOC 1997.
     *
     * @return the strategy
     */
    static Strategy ring() {
        return ConsistentHash.RING;
    }

    /**
     * {@link #ring()} within a bound, as {@link #maglev(double)}.
     *
     * @param bound how many times the average an endpoint may have in flight, above 1
     * @return the strategy
     */
    static Strategy ring(double bound) {
        return ConsistentHash.RING.bounded(bound);
    }

    /**
     * The same endpoint for the same key, by the best lot of all: exact shares, only the keys of an endpoint that leaves
     * move, and no table; but a pick looks at every endpoint, so it is for tens of them.
     *
     * <p>D. Thaler and C. Ravishankar, IEEE/ACM ToN 6(1), 1998.
     *
     * @return the strategy
     */
    static Strategy rendezvous() {
        return ConsistentHash.RENDEZVOUS;
    }

    /**
     * {@link #rendezvous()} within a bound, as {@link #maglev(double)}.
     *
     * @param bound how many times the average an endpoint may have in flight, above 1
     * @return the strategy
     */
    static Strategy rendezvous(double bound) {
        return ConsistentHash.RENDEZVOUS.bounded(bound);
    }

    /**
     * The endpoint that a key was sent to before, for as long as it is there and takes work; whoever another strategy
     * chooses for a new key. Unlike hashing it moves no key when endpoints come, and balances by load, but it remembers
     * only what this process has seen.
     *
     * @param placing chooses for a key that is not known
     * @param idle how long a key is remembered after its last use, above 0
     * @param maxKeys how many keys are remembered, 1 or more
     * @return the strategy; a pick is one cache look-up
     */
    static Strategy sticky(Strategy placing, Duration idle, long maxKeys) {
        return new Sticky(placing, idle, maxKeys);
    }

    /**
     * Least request among endpoints drawn by what their servers say they can do: by weights that come from the utilisation
     * and the rate that servers report ({@link io.evenkeel.endpoint.EndpointStats#reported}), renewed every second. The first
     * ten seconds of an endpoint's reports do not count, and reports expire after three minutes; one without is given the
     * average.
     *
     * @return the strategy; a pick costs what {@link #leastRequest()} costs with unequal weights
     */
    static Strategy utilization() {
        return Utilization.INSTANCE;
    }

    /**
     * The endpoint that is best by the newest answers of some that were probed: not too busy, and quick; never one that has
     * just failed again and again. Probes tell of the load of all clients together, where one client sees only its own, and
     * notice a server that hangs at once. Every pick asks for three probes and looks at 16 answers at most. Weights count for
     * nothing.
     *
     * @param prober how to ask a server
     * @return the strategy; a pick costs some hundred nanoseconds and what the prober costs
     */
    static Strategy prequal(Prober prober) {
        return new Prequal(prober);
    }
}
