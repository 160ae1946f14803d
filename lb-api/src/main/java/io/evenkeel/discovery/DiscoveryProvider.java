package io.evenkeel.discovery;

import java.net.URI;
import java.util.Set;

/**
 * A kind of source, found by {@link java.util.ServiceLoader}: whoever puts one in {@code META-INF/services} makes URIs of
 * its schemes work everywhere.
 */
public interface DiscoveryProvider {

    /**
     * The URI schemes that this provider opens, in lower case.
     *
     * @return at least one
     */
    Set<String> schemes();

    /**
     * Opens a source.
     *
     * @param uri of one of the {@link #schemes()}
     * @return the source, not yet at work
     * @throws IllegalArgumentException if the URI makes no sense; the message names the part and what was expected
     */
    Discovery open(URI uri);
}
