package io.evenkeel.l7;

import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** Says that nothing more comes on a connection, where TLS is spoken in its way first. What was sent before has to be flushed. */
final class Goodbye {

    private Goodbye() {}

    static void say(SocketChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(told -> channel.shutdownOutput());
        }
    }
}
