package io.evenkeel.l7.runner;

import io.evenkeel.endpoint.Locality;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What labels find on the machine that the proxy runs on. Immutable.
 *
 * @param errorPages where the pages are that they name, if there are any
 * @param place where it is, as far as that is known
 */
record Machine(Optional<Path> errorPages, Locality place) {

    /** Nothing. */
    static final Machine NONE = new Machine(Optional.empty(), Locality.UNKNOWN);
}
