package io.evenkeel.l7.marathonlb;

import io.evenkeel.l4.ConnectionAcceptor;
import io.evenkeel.l4.ProxyProtocolAcceptor;
import io.evenkeel.l7.AllowedNetworks;
import java.time.Duration;

/**
 * Whose PROXY headers are believed, and where they are expected. Immutable.
 *
 * @param networks who is believed; a connection of anybody else begins without a header
 * @param onSharedPorts whether the frontends of the virtual hosts expect headers, too
 * @param timeout how long a header may take
 */
public record TrustedProxies(AllowedNetworks networks, boolean onSharedPorts, Duration timeout) {

    /** As marathon-lb: everybody is believed where labels ask for headers, and nowhere else. */
    public static final TrustedProxies DEFAULTS =
            new TrustedProxies(AllowedNetworks.ALL, false, Duration.ofSeconds(10));

    /** An acceptor that expects headers in front of one that knows nothing of them. */
    ConnectionAcceptor before(ConnectionAcceptor next) {
        return new ProxyProtocolAcceptor(networks::contains, timeout, next);
    }
}
