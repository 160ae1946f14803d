package io.evenkeel.embed;

import io.evenkeel.endpoint.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A TCP server on a free loopback port whose conversation is a lambda; each connection gets a thread. */
final class SocketEndpoint implements AutoCloseable {

    /** What to do with one connection; it is closed afterwards. */
    @FunctionalInterface
    interface Conversation {
        void hold(Socket socket) throws IOException;
    }

    private final ServerSocket listener;
    private final Conversation conversation;

    private SocketEndpoint(Conversation conversation) {
        this.conversation = conversation;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::acceptAll);
    }

    static SocketEndpoint of(Conversation conversation) {
        return new SocketEndpoint(conversation);
    }

    /** Sends its name of one letter, and then back whatever it gets. */
    static SocketEndpoint naming(String name) {
        return of(socket -> {
            socket.getOutputStream().write(name.charAt(0));
            socket.getInputStream().transferTo(socket.getOutputStream());
        });
    }

    Endpoint endpoint() {
        return Endpoint.of((InetSocketAddress) listener.getLocalSocketAddress());
    }

    private void acceptAll() {
        while (true) {
            try {
                Socket socket = listener.accept();
                daemon(() -> hold(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void hold(Socket socket) {
        try (socket) {
            conversation.hold(socket);
        } catch (IOException e) {
            // The other side's business; what matters is asserted there.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "socket-endpoint");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
