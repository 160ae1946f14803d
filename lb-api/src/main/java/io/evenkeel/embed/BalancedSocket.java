package io.evenkeel.embed;

import java.net.Socket;
import java.net.SocketException;

/** A socket as everybody knows it, states and checks included, over a {@link BalancedConnection}. */
final class BalancedSocket extends Socket {

    BalancedSocket(BalancedSocketFactory factory) throws SocketException {
        super(new BalancedConnection(factory));
        getReuseAddress(); // as in BalancedConnection: from now on, closing reaches what is under it
    }
}
