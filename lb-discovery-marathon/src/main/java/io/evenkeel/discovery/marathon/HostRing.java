package io.evenkeel.discovery.marathon;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The configured Marathon hosts in the order in which to try them: whoever answered last comes first. Thread-safe. */
final class HostRing {

    private final List<URI> hosts;
    private int first;

    HostRing(List<URI> hosts) {
        this.hosts = List.copyOf(hosts);
    }

    synchronized List<URI> inOrder() {
        List<URI> order = new ArrayList<>(hosts.subList(first, hosts.size()));
        order.addAll(hosts.subList(0, first));
        return order;
    }

    synchronized URI first() {
        return hosts.get(first);
    }

    synchronized void good(URI host) {
        first = Math.max(0, hosts.indexOf(host));
    }

    /** Moves on to the next host if this one was first. */
    synchronized void bad(URI host) {
        if (hosts.get(first).equals(host)) {
            first = (first + 1) % hosts.size();
        }
    }
}
