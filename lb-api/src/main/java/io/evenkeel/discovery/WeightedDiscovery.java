package io.evenkeel.discovery;

import io.evenkeel.endpoint.EndpointFilter;
import java.util.List;

/**
 * Several sources among which the traffic of each service is split by weights that can be changed at any time: a canary, a
 * move from one cluster to another.
 *
 * <p>Of each service, every source that has usable endpoints gets its share, however many they are: endpoints are reported
 * with weights (0 to 65535) whose sums are in the proportion of the sources' weights. Within a source the endpoints keep
 * the proportion they had. An endpoint that several sources know is reported once and carries all their shares. A service
 * that one source alone has endpoints for keeps its weights as they are, unless that source's weight is 0. The endpoints
 * of a source of weight 0 are reported with weight 0: they take no new work, and what they have goes on. The shares are
 * those of strategies that respect weights.
 *
 * <p>Weights are whole numbers, so shares are not exact: a source's sum is right to half a unit of weight and one unit at
 * least. With many endpoints in a source of a small share, some of them get weight 0; they have nothing to do, and the
 * source still gets its share.
 *
 * <p>Thread-safe. Listeners are called on the threads of the sources, and on that of whoever changes the weights.
 */
public final class WeightedDiscovery implements Discovery {

    private final Shares shares;
    private final Composition composition;

    WeightedDiscovery(List<? extends Discovery> sources, EndpointFilter filter, double... weights) {
        this.shares = new Shares(sources.size(), new Usable(filter), weights);
        this.composition = new Composition("weighted", sources, shares);
    }

    /**
     * The weights in force.
     *
     * @return one for each source, in their order; a copy
     */
    public double[] weights() {
        return shares.weights();
    }

    /**
     * Splits anew. The listeners hear of it before this returns, unless another thread is telling them something just now;
     * then that one tells them of this as well.
     *
     * @param weights one for each source, in their order: their proportion is what counts. At least one is not 0
     * @throws IllegalArgumentException if one is negative or not a finite number, all are 0, or they are not as many as
     *     there are sources; the weights in force stay
     */
    public void weights(double... weights) {
        shares.weights(weights);
        composition.refresh();
    }

    @Override
    public Subscription watch(CatalogListener listener) {
        return composition.watch(listener);
    }

    @Override
    public void request(String service) {
        composition.request(service);
    }

    @Override
    public boolean readAgain() {
        return composition.readAgain();
    }

    @Override
    public void close() {
        composition.close();
    }

    @Override
    public String toString() {
        return composition.toString();
    }
}
