package io.evenkeel.discovery.file;

import io.evenkeel.endpoint.Ticker;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The addresses of the hosts in a targets file, looked up again at an interval. A host that was found once keeps its last
 * address while it cannot be found. Used by the polling thread, which a look-up blocks.
 */
final class TargetHosts {

    /** The way names become addresses. */
    @FunctionalInterface
    interface Lookup {

        InetAddress find(String host) throws UnknownHostException;
    }

    private final Lookup lookup;
    private final Ticker ticker;
    private final long interval;
    private final Map<String, InetAddress> known = new HashMap<>();
    private final Set<String> asked = new HashSet<>();
    private long began;

    TargetHosts(Lookup lookup, Ticker ticker, Duration interval) {
        this.lookup = lookup;
        this.ticker = ticker;
        this.interval = Ticker.toNanos(interval);
    }

    /** Whether there are hosts and it is time to look them up again. */
    boolean isDue() {
        return !asked.isEmpty() && ticker.nanos() - began >= interval;
    }

    /** A read of the file begins: every host in it is looked up, once. */
    void begin() {
        began = ticker.nanos();
        asked.clear();
    }

    /** The read is over: hosts that are not in the file any more are forgotten. */
    void end() {
        known.keySet().retainAll(asked);
    }

    /** The address of what was written as a name or a literal; unresolved if it never had one. */
    InetSocketAddress find(String host, int port) {
        if (asked.add(host)) {
            try {
                known.put(host, lookup.find(host));
            } catch (UnknownHostException e) {
                // what was known stands
            }
        }
        InetAddress address = known.get(host);
        return address == null ? InetSocketAddress.createUnresolved(host, port) : new InetSocketAddress(address, port);
    }
}
