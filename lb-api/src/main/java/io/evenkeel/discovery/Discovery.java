package io.evenkeel.discovery;

import io.evenkeel.endpoint.EndpointFilter;
import io.evenkeel.endpoint.Locality;
import java.net.URI;
import java.util.List;

/**
 * A source of services and their endpoints.
 *
 * <p>Thread-safe. A source starts its work when it is first watched, keeps its last good state whatever fails, and
 * publishes only whole catalogs. It never throws at a listener because the world behind it is away: it reports
 * {@link CatalogListener#onFailure} and goes on trying.
 */
public interface Discovery extends AutoCloseable {

    /**
     * Follows everything the source knows. The newest catalog, if there is one already, is delivered first.
     *
     * @param listener who wants to know
     * @return ends the interest when closed
     */
    Subscription watch(CatalogListener listener);

    /**
     * Tells the source that somebody asks for a service. Sources that list everything need no such hint and ignore it;
     * sources that can only be asked by name (DNS) begin to follow it.
     *
     * @param service the name
     */
    default void request(String service) {}

    /**
     * Reads everything anew as soon as possible, because somebody doubts what is known. What was known stands until the
     * answer is there.
     *
     * @return false if there is nothing to read again: the source is not at work, or cannot be asked out of turn
     */
    default boolean readAgain() {
        return false;
    }

    /** Stops all work and releases all resources; listeners hear nothing more. Closing again has no effect. */
    @Override
    void close();

    /**
     * Opens the source that a URI describes, by asking every {@link DiscoveryProvider} on the class path.
     *
     * @param uri its scheme names the kind of source, the rest is up to the provider
     * @return the source, not yet at work
     * @throws IllegalArgumentException if no provider knows the scheme, or the provider does not understand the rest
     */
    static Discovery of(URI uri) {
        return DiscoveryProviders.open(uri);
    }

    /**
     * A source of everything that several sources know. A service that several of them name has all their endpoints, each
     * once: of two reports with the same id and address, that of the earlier source counts, and so does its word on
     * everything else about the service. A source that has not answered yet holds nobody back, and one that fails is
     * reported while its last good state stands.
     *
     * <p>Namespaces are kept apart: where sources name a service of one name in different namespaces, the first has the
     * name, and the others are called {@code name@namespace}. {@link Catalog#find} understands that for the first too, so
     * it means the same whoever answers first. A source without a namespace adds to whoever has the name.
     *
     * @param sources at least one, each once; closed with the union
     * @return the union, not yet at work
     */
    static Discovery union(Discovery... sources) {
        return union(List.of(sources));
    }

    /**
     * A source of everything that several sources know.
     *
     * @param sources at least one, each once; closed with the union
     * @return the union, not yet at work
     * @see #union(Discovery...)
     */
    static Discovery union(List<? extends Discovery> sources) {
        return new Composition("union", sources, Union.INSTANCE);
    }

    /**
     * A source in which each service has the endpoints of the first source that has a usable one, by the
     * {@linkplain EndpointFilter#library() library's rule}.
     *
     * @param sources in the order of preference; at least one, each once; closed with the failover
     * @return the failover, not yet at work
     * @see #failover(List, EndpointFilter)
     */
    static Discovery failover(Discovery... sources) {
        return failover(List.of(sources), EndpointFilter.library());
    }

    /**
     * A source in which each service has the endpoints of the first source that has a usable one: one of a weight above 0
     * that the filter takes for active. Where nobody has one, the first with any endpoint at all is reported. Whose
     * endpoints they are may change; what else is known of the service (labels, ports) is always the word of the first
     * source that knows it.
     *
     * <p>Both ways the switch happens at once, with no hysteresis: that a source cannot be read is no reason to leave it,
     * because its last good state stands, and a flicker in health is for the health checks to damp. The endpoints of the
     * others are not reported: uses of them that are under way go on, new ones do not begin.
     *
     * @param sources in the order of preference; at least one, each once; closed with the failover
     * @param filter decides which endpoints take work; called on the threads of the sources
     * @return the failover, not yet at work
     */
    static Discovery failover(List<? extends Discovery> sources, EndpointFilter filter) {
        return new Composition("failover", sources, new Failover(new Usable(filter)));
    }

    /**
     * Several sources among which traffic is split by weights, with the {@linkplain EndpointFilter#library() library's
     * rule} of which endpoints are usable.
     *
     * @param sources at least one, each once; closed with the whole
     * @param weights one for each source, to be changed at any time
     * @return the whole, not yet at work
     * @throws IllegalArgumentException if a weight is negative or not a finite number, all are 0, or they are not as many
     *     as there are sources
     */
    static WeightedDiscovery weighted(List<? extends Discovery> sources, double... weights) {
        return weighted(sources, EndpointFilter.library(), weights);
    }

    /**
     * Several sources among which traffic is split by weights.
     *
     * @param sources at least one, each once; closed with the whole
     * @param filter decides which endpoints take work, and so count in the split; called on the threads of the sources
     * @param weights one for each source, to be changed at any time
     * @return the whole, not yet at work
     * @throws IllegalArgumentException if a weight is negative or not a finite number, all are 0, or they are not as many
     *     as there are sources
     */
    static WeightedDiscovery weighted(List<? extends Discovery> sources, EndpointFilter filter, double... weights) {
        return new WeightedDiscovery(sources, filter, weights);
    }

    /**
     * A source narrowed to what is near, as long as one usable endpoint is, by the
     * {@linkplain EndpointFilter#library() library's rule}.
     *
     * @param source the source; closed with this one
     * @param here where the load balancer runs
     * @return the narrowed source, not yet at work
     * @see #preferLocal(Discovery, Locality, int, EndpointFilter)
     */
    static Discovery preferLocal(Discovery source, Locality here) {
        return preferLocal(source, here, 1, EndpointFilter.library());
    }

    /**
     * A source narrowed to what is near: each service has its endpoints on this node if enough of them are usable, else
     * those in this zone, else those in this region, else all. Places of which nothing is known are near to nobody, so
     * that with an unknown place of one's own everything is reported.
     *
     * <p>This cuts the set before anybody balances: endpoints farther away are not known to clusters, not checked and not
     * tried. It knows no load and spills nothing over; that is for a strategy to do, which sees all endpoints and their
     * localities.
     *
     * @param source the source; closed with this one
     * @param here where the load balancer runs
     * @param atLeast how many endpoints must be usable, 1 or more
     * @param filter decides which endpoints take work; called on the threads of the source
     * @return the narrowed source, not yet at work
     */
    static Discovery preferLocal(Discovery source, Locality here, int atLeast, EndpointFilter filter) {
        return new Composition("preferLocal", List.of(source), new Nearest(here, atLeast, new Usable(filter)));
    }
}
