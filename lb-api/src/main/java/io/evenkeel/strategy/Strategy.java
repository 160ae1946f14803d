package io.evenkeel.strategy;

import io.evenkeel.endpoint.EndpointStats;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
     * @param endpoints those that take new work: at least one, all of weight 1 or more
     * @param previous the picker that this one replaces, for state that must survive; null for a cluster's first
     * @param random for this picker's random choices, usable from any thread
     * @return the picker
     */
    Picker newPicker(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random);

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
}
