package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS to the endpoints of a backend that shows any certificate and is not asked whose it is: what HAProxy calls {@code ssl
 * verify none}. It keeps listeners on the network out, and nobody else. Immutable.
 *
 * @param serverName the name that is asked for; none if empty
 */
public record UpstreamTls(String serverName) {

    /* Made once, when the first backend wants it. */
    private static final class Context {

        private static final SslContext UNVERIFIED = unverified();

        private static SslContext unverified() {
            try {
                return SslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .endpointIdentificationAlgorithm(null)
                        .protocols(List.of("TLSv1.3", "TLSv1.2"))
                        .build();
            } catch (SSLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Nothing may be absent. */
    public UpstreamTls {
        requireNonNull(serverName, "serverName");
    }

    SslHandler newHandler(ByteBufAllocator allocator, long handshakeTimeoutMillis) {
        SslHandler handler = serverName.isEmpty()
                ? Context.UNVERIFIED.newHandler(allocator)
                : Context.UNVERIFIED.newHandler(allocator, serverName, -1);
        handler.setHandshakeTimeoutMillis(handshakeTimeoutMillis);
        return handler;
    }
}
