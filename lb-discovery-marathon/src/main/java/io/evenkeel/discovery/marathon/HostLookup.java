package io.evenkeel.discovery.marathon;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The way agents' names become addresses; may block for as long as it likes. */
@FunctionalInterface
interface HostLookup {

    /** All addresses of a name, at least one. */
    List<InetAddress> lookup(String host) throws UnknownHostException;

    static HostLookup system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
