package io.evenkeel.layer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some of the endpoints in a list, each with its weight.
 *
 * <p>Immutable.
 */
public final class Subset {

    private final int[] places;
    private final double @Nullable [] weights; // null for those that were reported

    private Subset(int[] places, double @Nullable [] weights) {
        this.places = places;
        this.weights = weights;
    }

    /**
     * Endpoints with the weights that their source gave them.
     *
     * @param places where in the list they are, ascending
     * @return the subset
     */
    public static Subset of(int[] places) {
        return new Subset(checked(places), null);
    }

    /**
     * Endpoints with weights of the subset's own.
     *
     * @param places where in the list they are, ascending
     * @param weights one per place, each finite and above 0
     * @return the subset
     */
    public static Subset of(int[] places, double[] weights) {
        if (weights.length != places.length) {
            throw new IllegalArgumentException(
                    "weights: " + weights.length + " (expected: " + places.length + ", one per place)");
        }
        for (double weight : weights) {
            if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException("weight: " + weight + " (expected: finite and > 0)");
            }
        }
        return new Subset(checked(places), weights.clone());
    }

    /* Everyone, as reported. */
    static Subset all(int count) {
        int[] places = new int[count];
        Arrays.setAll(places, place -> place);
        return new Subset(places, null);
    }

    private static int[] checked(int[] places) {
        int last = -1;
        for (int place : places) {
            if (place <= last) {
                throw new IllegalArgumentException("place: " + place + " (expected: > " + last + ")");
            }
            last = place;
        }
        return places.clone();
    }

    /**
     * How many there are.
     *
     * @return 0 or more
     */
    public int size() {
        return places.length;
    }

    /**
     * Where in the list one is.
     *
     * @param index 0 to {@link #size()}, exclusive
     * @return the place; ascending with the index
     */
    public int place(int index) {
        return places[index];
    }

    /**
     * Whether the subset says by which weights, rather than leaving those that were reported.
     *
     * @return true if {@link #weight} may be asked
     */
    public boolean hasWeights() {
        return weights != null;
    }

    /**
     * The weight of one.
     *
     * @param index 0 to {@link #size()}, exclusive
     * @return above 0
     */
    public double weight(int index) {
        if (weights == null) {
            throw new IllegalStateException("the weights are those that were reported");
        }
        return weights[index];
    }

    @Override
    public String toString() {
        return places.length + " endpoints";
    }
}
