package io.evenkeel.l7.runner;

import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.HttpConfig;
import java.net.InetAddress;
import java.util.List;

/**
 * How much clients may have. Immutable.
 *
 * @param connections how many connections all of them together, 0 for any number
 * @param connectionsPerSource how many each, 0 for any number
 * @param minBodyRate how many bytes of a request's body they send in a second at least, 0 for any number
 * @param proxies load balancers before this one, which are not limited by themselves
 */
record ClientLimits(int connections, int connectionsPerSource, int minBodyRate, List<AllowedNetworks> proxies) {

    static final ClientLimits NONE = new ClientLimits(0, 0, 0, List.of());

    /** Copies the list. */
    ClientLimits {
        proxies = List.copyOf(proxies);
    }

    /** Limits for the listeners of one proxy, without a connection yet. */
    ConnectionLimits connectionLimits() {
        return new ConnectionLimits(connections, connectionsPerSource, this::isProxy);
    }

    /** The usual limits of the engine, and these. */
    HttpConfig httpConfig() {
        return HttpConfig.defaults().withMinBodyRate(minBodyRate);
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(networks -> networks.contains(address));
    }
}
