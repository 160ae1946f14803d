package io.evenkeel.l4.dns;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Where the answers for names of the zone come from. Called on event loops; must be quick and must not block. */
@FunctionalInterface
public interface DnsLookup {

    /**
     * The address of a name.
     *
     * @param name the whole name in lower case without the final dot: {@code web.marathon.l4lb.thisdcos.directory}
     * @return its address, or null if there is no such name
     */
    @Nullable
    InetAddress find(String name);

    /**
     * Whether a name that has no address has names below it, and so must not be said not to exist: resolvers that ask
     * label by label would never get to those.
     *
     * @param name as for {@link #find}
     * @return false unless overridden
     */
    default boolean hasNamesBelow(String name) {
        return false;
    }
}
