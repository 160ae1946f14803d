package io.evenkeel.l7;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * How a backend serves the requests that begin at one moment: its options, and all that was made of them. Immutable, and
 * replaced as a whole, so that no request sees a part of a change.
 *
 * @param options what is done to requests and responses
 * @param tls what speaks TLS with endpoints; null if nobody does
 * @param gate what holds requests back; null if nothing does
 * @param key how to find a request's key
 */
record BackendTerms(
        BackendOptions options,
        @Nullable UpstreamTls tls,
        @Nullable Gate gate,
        RequestKey key) {

    boolean allows(InetSocketAddress client) {
        AllowedNetworks allowed = options.allowed();
        InetAddress address = client.getAddress();
        return allowed.isEverybody() || (address != null && allowed.contains(address));
    }

    /** Where requests wait for an endpoint; null if they do not. */
    @Nullable
    WaitingRoom room() {
        return gate == null ? null : gate.room();
    }
}
