package io.evenkeel.discovery;

import java.util.List;

/** How a {@link Composition} makes one snapshot of what several sources know of one service. */
@FunctionalInterface
interface Merge {

    /**
     * Makes one snapshot. Called by one thread at a time.
     *
     * @param offers what is known of one service, in the order of the sources; at least one
     * @return the snapshot, of a service of the same name
     */
    Snapshot merge(List<Offer> offers);

    /** Whether services of one name in different namespaces are different services. */
    default boolean separatesNamespaces() {
        return false;
    }
}
