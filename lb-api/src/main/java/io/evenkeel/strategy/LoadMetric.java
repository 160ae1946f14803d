package io.evenkeel.strategy;

import java.time.Duration;

/**
 * A way to measure what one more use of an endpoint would cost, apart from how endpoints are then chosen by it.
 *
 * <p>Metrics are stateless and may serve any number of clusters. To add one, implement this and {@link LoadPool}.
 */
public interface LoadMetric {

    /**
     * The name by which configuration and statistics call it.
     *
     * @return lower case, words joined by {@code -}
     */
    String name();

    /**
     * Begins to measure the endpoints of one cluster.
     *
     * @return what makes their loads
     */
    LoadPool newPool();

    /**
     * Whether costs depend on time, so that picks must read the clock.
     *
     * @return true unless the metric does without
     */
    default boolean usesTime() {
        return true;
    }

    /**
     * The number of uses in flight.
     *
     * @return the metric
     */
    static LoadMetric inFlight() {
        return InFlightMetric.INSTANCE;
    }

    /**
     * The mean latency of an endpoint, which drifts to that of all endpoints while nobody uses it, times the uses in
     * flight and one. A failure counts as a slow answer, since an endpoint that fails fast must not look fast. Where uses
     * are in flight and none has ended for longer than the mean, that silence is taken for the latency: an endpoint that
     * hangs is noticed before its first answer comes.
     *
     * @return the metric
     */
    static LoadMetric latency() {
        return LatencyMetric.INSTANCE;
    }

    /**
     * The latency of an endpoint as an exponentially weighted moving average that jumps to every peak at once and then
     * decays, times the uses in flight and one.
     *
     * <p>As in Finagle's {@code PeakEwma} and linkerd.
     *
     * @param decay the time in which an observation falls to 1/e of its influence, above 0
     * @return the metric
     */
    static LoadMetric peakEwma(Duration decay) {
        return new PeakEwmaMetric(decay);
    }
}
