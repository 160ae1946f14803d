package io.evenkeel.strategy;

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
}
