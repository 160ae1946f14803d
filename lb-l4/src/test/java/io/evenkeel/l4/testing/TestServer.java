package io.evenkeel.l4.testing;

import io.evenkeel.endpoint.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP server on a free loopback port whose conversation is a lambda; each connection gets a thread. */
public final class TestServer implements AutoCloseable {

    private static final Set<Integer> REFUSING = ConcurrentHashMap.newKeySet(); // ports

    /** What to do with one connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Conversation {
        void hold(Socket socket) throws Exception;
    }

    private final ServerSocket listener;
    private final Conversation conversation;
    private final AtomicInteger accepted = new AtomicInteger();

    private TestServer(Conversation conversation) {
        this.conversation = conversation;
        try {
            this.listener = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::acceptAll);
    }

    public static TestServer of(Conversation conversation) {
        return new TestServer(conversation);
    }

    /** Sends back what it gets, and its end of input as its end of output. */
    public static TestServer echo() {
        return of(socket -> socket.getInputStream().transferTo(socket.getOutputStream()));
    }

    /** Sends a text at once and closes. */
    public static TestServer saying(String text) {
        return of(socket -> socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    /**
     * An address at which nobody listens, another one each time: whoever asks for two ports gets two. It is none of those that
     * the kernel gives to who asks for any, so that nobody gets it by chance before it is used.
     */
    public static InetSocketAddress refusing() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 32_768);
            try (ServerSocket gone = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (REFUSING.add(port)) {
                    return (InetSocketAddress) gone.getLocalSocketAddress();
                }
            } catch (BindException e) {
                // somebody else's; another one will do
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    public Endpoint endpoint() {
        return Endpoint.of(address());
    }

    public int accepted() {
        return accepted.get();
    }

    private void acceptAll() {
        while (true) {
            try {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                daemon(() -> hold(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void hold(Socket socket) {
        try (socket) {
            conversation.hold(socket);
        } catch (Exception e) {
            // The other side's business; what matters is asserted there.
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "test-server");
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
