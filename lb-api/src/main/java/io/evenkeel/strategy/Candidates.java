package io.evenkeel.strategy;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.EndpointStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a picker is built from: the endpoints that take new work, each with its share of the load.
 *
 * <p>Immutable. Made by the cluster on the control thread, for each change of the set or of a share.
 */
public final class Candidates {

    private final List<EndpointStats> endpoints;
    private final double @Nullable [] weights; // null if all are equal
    private final @Nullable Picker previous;
    private final RandomGenerator random;
    private final Executor background;

    private Candidates(
            List<EndpointStats> endpoints,
            double @Nullable [] weights,
            @Nullable Picker previous,
            RandomGenerator random,
            Executor background) {
        this.endpoints = endpoints;
        this.weights = weights;
        this.previous = previous;
        this.random = requireNonNull(random, "random");
        this.background = requireNonNull(background, "background");
    }

    /**
     * Candidates with the weights that their source gave them.
     *
     * @param endpoints at least one
     * @param previous the picker that is replaced, null for a first one
     * @param random for the picker's random choices, usable from any thread
     * @return the candidates
     */
    public static Candidates of(List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random) {
        return of(endpoints, previous, random, Runnable::run);
    }

    /**
     * Candidates with the weights that their source gave them.
     *
     * @param endpoints at least one
     * @param previous the picker that is replaced, null for a first one
     * @param random for the picker's random choices, usable from any thread
     * @param background runs what takes longer than a picker may take to build
     * @return the candidates
     */
    public static Candidates of(
            List<EndpointStats> endpoints, @Nullable Picker previous, RandomGenerator random, Executor background) {
        List<EndpointStats> all = List.copyOf(endpoints);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none (expected: at least 1)");
        }
        int first = all.get(0).endpoint().weight();
        for (EndpointStats one : all) {
            if (one.endpoint().weight() != first) {
                return new Candidates(all, reported(all), previous, random, background);
            }
        }
        return new Candidates(all, null, previous, random, background);
    }

    private static double[] reported(List<EndpointStats> endpoints) {
        double[] weights = new double[endpoints.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = endpoints.get(i).endpoint().weight();
        }
        return weights;
    }

    /**
     * Candidates with weights of the caller's choice.
     *
     * @param endpoints at least one
     * @param weights one per endpoint in the same order, each finite and above 0; null if all are equal
     * @param previous the picker that is replaced, null for a first one
     * @param random for the picker's random choices, usable from any thread
     * @param background runs what takes longer than a picker may take to build
     * @return the candidates
     */
    public static Candidates of(
            List<EndpointStats> endpoints,
            double @Nullable [] weights,
            @Nullable Picker previous,
            RandomGenerator random,
            Executor background) {
        List<EndpointStats> all = List.copyOf(endpoints);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none (expected: at least 1)");
        }
        Candidates equal = new Candidates(all, null, previous, random, background);
        return weights == null ? equal : equal.withWeights(weights);
    }

    /**
     * Some of these.
     *
     * @param places which, at least one
     * @param newPrevious the picker that is replaced by one over them, null for a first one
     * @return those alone, each with the weight it has here
     */
    public Candidates only(int[] places, @Nullable Picker newPrevious) {
        List<EndpointStats> some = new ArrayList<>(places.length);
        double[] someWeights = weights == null ? null : new double[places.length];
        for (int place : places) {
            if (someWeights != null && weights != null) {
                someWeights[some.size()] = weights[place];
            }
            some.add(endpoints.get(place));
        }
        return of(some, someWeights, newPrevious, random, background);
    }

    /**
     * The same with other weights, in the same order.
     *
     * @param newWeights each finite and above 0
     * @return the changed copy
     */
    public Candidates withWeights(double[] newWeights) {
        if (newWeights.length != endpoints.size()) {
            throw new IllegalArgumentException(
                    "weights: " + newWeights.length + " (expected: " + endpoints.size() + ", one per endpoint)");
        }
        boolean equal = true;
        for (double weight : newWeights) {
            if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("weight: " + weight + " (expected: finite and > 0)");
            }
            equal &= weight == newWeights[0];
        }
        return new Candidates(endpoints, equal ? null : newWeights.clone(), previous, random, background);
    }

    /**
     * The endpoints.
     *
     * @return an immutable list of at least one
     */
    public List<EndpointStats> endpoints() {
        return endpoints;
    }

    /** The endpoints in an array of the caller's own. */
    EndpointStats[] toArray() {
        return endpoints.toArray(EndpointStats[]::new);
    }

    /**
     * How many there are.
     *
     * @return 1 or more
     */
    public int size() {
        return endpoints.size();
    }

    /**
     * Whether all weights are the same, so that nobody need look at them.
     *
     * @return true for one endpoint too
     */
    public boolean equallyWeighted() {
        return weights == null;
    }

    /**
     * The share of the load of the endpoint at a place, relative to the others.
     *
     * @param index the place
     * @return above 0
     */
    public double weight(int index) {
        return weights == null ? 1 : weights[index];
    }

    /**
     * The picker that is replaced, for state that must survive.
     *
     * @return null if there is none
     */
    public @Nullable Picker previous() {
        return previous;
    }

    /**
     * For this picker's random choices.
     *
     * @return usable from any thread
     */
    public RandomGenerator random() {
        return random;
    }

    /**
     * The same with another picker before it, for strategies that are made of strategies.
     *
     * @param newPrevious the picker that is replaced, null for a first one
     * @return the changed copy
     */
    public Candidates withPrevious(@Nullable Picker newPrevious) {
        return new Candidates(endpoints, weights, newPrevious, random, background);
    }

    /**
     * Runs what takes longer than a picker may take to build, on another thread.
     *
     * @return the executor
     */
    public Executor background() {
        return background;
    }
}
