package io.evenkeel.l7;

import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/** Reads which server a client asked for in its TLS handshake. */
final class ServerNames {

    private ServerNames() {}

    /** The name as the client sent it; null if it named none. */
    static byte @Nullable [] requested(SslHandler handler) {
        if (handler.engine().getSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name.getType() == StandardConstants.SNI_HOST_NAME) {
                    return name.getEncoded();
                }
            }
        }
        return null;
    }
}
