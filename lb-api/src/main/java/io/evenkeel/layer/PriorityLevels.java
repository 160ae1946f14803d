package io.evenkeel.layer;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import java.util.function.ToIntFunction;

/**
 * A preference of some endpoints over others: those of a level get load only so far as the levels before it cannot bear it.
 *
 * <p>A level bears as much as its share of available endpoints, times an overprovisioning factor: with the usual 1.4 it
 * gives nothing away before fewer than 71 % of its endpoints are available, then gradually more. As in Envoy.
 *
 * <p>Immutable, and compared by value if the function is.
 *
 * @param level from an endpoint to its level: 0 for the most preferred, up to {@link #LAST}; pure and quick
 * @param overprovisioning how much more than its share of the load an endpoint can bear, 1 or more
 */
public record PriorityLevels(ToIntFunction<Endpoint> level, double overprovisioning) {

    /** The level behind all others. */
    public static final int LAST = 127;

    private static final double USUAL_OVERPROVISIONING = 1.4;

    /** Checks the factor's range. */
    public PriorityLevels {
        requireNonNull(level, "level");
        if (!(overprovisioning >= 1) || overprovisioning == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                    "overprovisioning: " + overprovisioning + " (expected: finite and >= 1)");
        }
    }

    /**
     * Levels by a function, which is to be compared by value or always the same.
     *
     * @param level from an endpoint to its level, 0 to {@link #LAST}
     * @return the preference, with an overprovisioning of 1.4
     */
    public static PriorityLevels by(ToIntFunction<Endpoint> level) {
        return new PriorityLevels(level, USUAL_OVERPROVISIONING);
    }

    /**
     * Levels by a label of the endpoints. One without it is of level 0; one whose label is no number from 0 to
     * {@link #LAST} is of the last, since whoever wrote the label meant it to stand back.
     *
     * @param label the label's name, such as {@code LB_PRIORITY}
     * @return the preference, with an overprovisioning of 1.4
     */
    public static PriorityLevels byLabel(String label) {
        return by(new LabelLevel(label));
    }

    /**
     * The same with another overprovisioning.
     *
     * @param newOverprovisioning 1 (give away as soon as one endpoint is not available) or more
     * @return the changed copy
     */
    public PriorityLevels withOverprovisioning(double newOverprovisioning) {
        return new PriorityLevels(level, newOverprovisioning);
    }

    int of(Endpoint endpoint) {
        int result = level.applyAsInt(endpoint);
        if (result < 0 || result > LAST) {
            throw new IllegalArgumentException(
                    "level: " + result + " of " + endpoint.id() + " (expected: 0 to " + LAST + ")");
        }
        return result;
    }

    private record LabelLevel(String label) implements ToIntFunction<Endpoint> {

        LabelLevel {
            requireNonNull(label, "label");
        }

        @Override
        public int applyAsInt(Endpoint endpoint) {
            String text = endpoint.labels().get(label);
            if (text == null) {
                return 0;
            }
            int level = 0;
            for (int i = 0; i < text.length(); i++) {
                char digit = text.charAt(i);
                if (digit < '0' || digit > '9') {
                    return LAST;
                }
                level = Math.min(LAST, level * 10 + (digit - '0'));
            }
            return text.isEmpty() ? LAST : level;
        }
    }
}
