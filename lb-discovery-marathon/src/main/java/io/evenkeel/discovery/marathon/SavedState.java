package io.evenkeel.discovery.marathon;

import io.evenkeel.discovery.Catalog;
import java.util.Set;

/**
 * What is kept on disk. Immutable.
 *
 * @param namespace the namespace of the services
 * @param catalog all that was known
 * @param pods which of the applications are pods, since they are listed by themselves
 */
record SavedState(String namespace, Catalog catalog, Set<String> pods) {

    SavedState {
        pods = Set.copyOf(pods);
    }
}
