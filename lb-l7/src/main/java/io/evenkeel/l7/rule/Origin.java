package io.evenkeel.l7.rule;

import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The connection that a request comes on, as conditions see it. Used on its event loop only. */
public interface Origin {

    /** The other end of the connection. */
    InetSocketAddress address();

    /** Our end of the connection. */
    InetSocketAddress localAddress();

    /** The port that the connection came in at, whatever a PROXY header says of it. */
    default int entrancePort() {
        return localAddress().getPort();
    }

    /** Whether the connection is encrypted. */
    boolean isTls();

    /** The server name that the client asked for in its TLS handshake; null without TLS or without a name. */
    byte @Nullable [] serverName();

    /** How late it is, in seconds since 1970. */
    default long epochSeconds() {
        return Instant.now().getEpochSecond();
    }

    /** What was kept of the request under a name, for its response; null if nothing was. */
    default byte @Nullable [] kept(String name) {
        return null;
    }
}
