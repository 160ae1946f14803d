package io.evenkeel.l7;

import io.evenkeel.l4.ConnectionAcceptor;
import org.jspecify.annotations.Nullable;

/** What becomes of a TLS connection, once it is known which server its client asks for. Immutable. */
public sealed interface TlsRoute {

    /** The client is told that there is no such server. */
    TlsRoute REFUSE = new Refuse();

    /** It is decrypted here. */
    record Show(Certificates certificates) implements TlsRoute {}

    /** It goes on as it is, to somebody who will decrypt it. */
    record Pass(ConnectionAcceptor acceptor) implements TlsRoute {}

    /** It ends. */
    record Refuse() implements TlsRoute {}

    /** Decides. Called on event loops, once per connection; must not block. */
    @FunctionalInterface
    interface Router {

        /**
         * Decides.
         *
         * @param serverName the name in lower case; null if the client names none
         * @return the route
         */
        TlsRoute route(@Nullable String serverName);
    }
}
