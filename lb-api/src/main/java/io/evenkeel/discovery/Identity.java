package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import java.net.InetSocketAddress;

/**
 * What makes reports of two sources reports of one endpoint.
 *
 * @param id the id
 * @param address the address
 */
record Identity(String id, InetSocketAddress address) {

    static Identity of(Endpoint endpoint) {
        return new Identity(endpoint.id(), endpoint.address());
    }
}
