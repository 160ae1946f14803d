package io.evenkeel.l7;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Whom a request comes from, for routers. */
public interface Client {

    /** The other end of the connection. */
    InetSocketAddress address();

    /** The server name that the client asked for in its TLS handshake; null without TLS or without a name. */
    byte @Nullable [] serverName();
}
