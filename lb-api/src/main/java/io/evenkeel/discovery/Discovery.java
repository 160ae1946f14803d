package io.evenkeel.discovery;

import java.net.URI;

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
}
