package io.evenkeel.layer;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.Set;

/**
 * A time in which an endpoint that has just come gets less than its share of the load, so that it can warm up.
 *
 * <p>Its weight is multiplied by a factor that grows with its age, and with the number of uses it has ended if that is told:
 * whichever is further decides, so that neither little load nor much makes it wait in vain. Nobody ramps up if all endpoints
 * are new together. {@code Strategy.roundRobin()} and {@code random()} take no heed of weights, and so not of this.
 *
 * <p>As in Envoy. Immutable.
 *
 * @param window after which an endpoint gets its whole share, above 0
 * @param aggression 1 for a factor that grows evenly, more for one that grows faster in the beginning; above 0
 * @param minimum the least factor, above 0 up to 1
 * @param requests after how many uses an endpoint gets its whole share; 0 if that shall be a matter of time alone
 * @param after the bars after which an endpoint ramps up again when they are taken away
 * @param newcomers whether new endpoints ramp up, too
 */
public record SlowStart(
        Duration window, double aggression, double minimum, long requests, Set<Bar> after, boolean newcomers) {

    /** Checks the ranges. */
    public SlowStart {
        requireNonNull(window, "window");
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window: " + window + " (expected: > 0)");
        }
        if (!(aggression > 0) || aggression == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException("aggression: " + aggression + " (expected: finite and > 0)");
        }
        if (!(minimum > 0 && minimum <= 1)) {
            throw new IllegalArgumentException("minimum: " + minimum + " (expected: above 0, up to 1)");
        }
        if (requests < 0) {
            throw new IllegalArgumentException("requests: " + requests + " (expected: >= 0)");
        }
        after = Set.copyOf(after);
    }

    /**
     * A window in which the share grows evenly from a tenth, also for endpoints that were unhealthy.
     *
     * @param window after which an endpoint gets its whole share, above 0
     * @return the settings
     */
    public static SlowStart over(Duration window) {
        return new SlowStart(window, 1, 0.1, 0, Set.of(Bar.UNHEALTHY), true);
    }

    /**
     * The same with another curve.
     *
     * @param newAggression 1 for a factor that grows evenly, more for one that grows faster in the beginning
     * @return the changed copy
     */
    public SlowStart withAggression(double newAggression) {
        return new SlowStart(window, newAggression, minimum, requests, after, newcomers);
    }

    /**
     * The same with another beginning.
     *
     * @param newMinimum the least factor, above 0 up to 1
     * @return the changed copy
     */
    public SlowStart withMinimum(double newMinimum) {
        return new SlowStart(window, aggression, newMinimum, requests, after, newcomers);
    }

    /**
     * The same with a number of uses that count as a whole window, too.
     *
     * @param newRequests how many; 0 for none
     * @return the changed copy
     */
    public SlowStart withRequests(long newRequests) {
        return new SlowStart(window, aggression, minimum, newRequests, after, newcomers);
    }

    /**
     * The same for other endpoints that return.
     *
     * @param newAfter the bars after which an endpoint ramps up again; none to do so for new ones only
     * @return the changed copy
     */
    public SlowStart withAfter(Set<Bar> newAfter) {
        return new SlowStart(window, aggression, minimum, requests, newAfter, newcomers);
    }

    /**
     * The same for other new endpoints.
     *
     * @param ramp whether new endpoints ramp up; if not, only those do that return
     * @return the changed copy
     */
    public SlowStart withNewcomers(boolean ramp) {
        return new SlowStart(window, aggression, minimum, requests, after, ramp);
    }

    /**
     * By what to multiply the weight of an endpoint.
     *
     * @param age nanoseconds since it began to take work
     * @param served how many uses it has ended since
     * @return the least factor, up to 1 when it has warmed up
     */
    public double factor(long age, long served) {
        double progress = (double) age / Ticker.toNanos(window);
        if (requests > 0) {
            progress = Math.max(progress, (double) served / requests);
        }
        if (progress >= 1) {
            return 1;
        }
        return progress <= 0 ? minimum : Math.max(minimum, Math.pow(progress, 1 / aggression));
    }
}
