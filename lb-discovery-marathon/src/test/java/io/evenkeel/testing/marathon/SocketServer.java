package io.evenkeel.testing.marathon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening TCP socket with one worker per connection, which can leave politely or abruptly.
 *
 * <p>Its monitor guards the set of connections; callbacks run outside of it.
 */
final class SocketServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SocketServer.class);
    private static final int BACKLOG = 1024;
    private static final Duration FRESH_LINGER = Duration.ofMillis(200);

    private final ServerSocket listener;
    private final Protocol protocol;
    private final Workers workers;
    private final Set<Connection> connections = new HashSet<>();
    private boolean draining;
    private boolean closed;
    private boolean accepting = true;
    private Runnable whenEmpty = () -> {};

    /** What is spoken on a connection; returning or throwing ends the connection. */
    interface Protocol {
        void serve(Connection connection) throws IOException;
    }

    private SocketServer(ServerSocket listener, Protocol protocol, Workers workers) {
        this.listener = listener;
        this.protocol = protocol;
        this.workers = workers;
    }

    /** A bound socket that does not accept yet, so that several can be had before any of them serves. */
    static ServerSocket bind(String address, int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(new InetSocketAddress(InetAddress.getByName(address), port), BACKLOG);
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    static SocketServer serve(ServerSocket listener, Protocol protocol, Workers workers) {
        SocketServer server = new SocketServer(listener, protocol, workers);
        if (!workers.run(server::accept)) {
            server.accepted();
            server.close();
        }
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                if (isDraining()) {
                    listener.setSoTimeout(1);
                }
                take(socket);
            }
        } catch (SocketTimeoutException backlogIsEmpty) {
            log.trace("drained {}", listener);
        } catch (IOException e) {
            log.trace("no longer listening: {}", listener, e);
        } finally {
            closeListener();
            accepted();
        }
    }

    private void take(Socket socket) {
        try {
            Connection connection = new Connection(socket);
            if (!add(connection) || !workers.run(() -> work(connection))) {
                connection.close();
                remove(connection);
            }
        } catch (IOException e) {
            log.trace("the peer was gone at once", e);
        }
    }

    private void work(Connection connection) {
        try {
            protocol.serve(connection);
        } catch (IOException e) {
            log.trace("connection ended", e);
        } catch (RuntimeException e) {
            log.error("connection failed", e);
        } finally {
            connection.close();
            remove(connection);
        }
    }

    /*
     * Closing a listening socket resets the connections that wait in its backlog. So the accepting thread is woken by
     * a connection of our own, takes whatever else waits, and closes the moment that nothing does.
     */
    /** Stops listening, lets every request in hand be answered, then calls back once. */
    void drain(Runnable then) {
        synchronized (this) {
            whenEmpty = then;
            draining = true;
        }
        try (Socket wake = new Socket()) {
            wake.connect(listener.getLocalSocketAddress(), 1000);
        } catch (SocketException | SocketTimeoutException e) {
            log.trace("the accepting thread is awake", e);
        } catch (IOException e) {
            log.debug("cannot wake {}", listener, e);
            closeListener();
        }
        snapshot().forEach(connection -> connection.finish(false));
        workers.after(FRESH_LINGER, () -> snapshot().forEach(connection -> connection.finish(true)));
        callBackWhenEmpty();
    }

    /** Drops every connection with a reset, as the kernel does for a process that died. */
    void reset() {
        stop();
        snapshot().forEach(Connection::reset);
    }

    @Override
    public void close() {
        stop();
        snapshot().forEach(Connection::close);
    }

    /** Ends the open connections and keeps listening. */
    void closeConnections() {
        snapshot().forEach(Connection::close);
    }

    synchronized int connections() {
        return connections.size();
    }

    private synchronized void stop() {
        closed = true;
        closeListener();
    }

    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            log.trace("already closed", e);
        }
    }

    private synchronized boolean isDraining() {
        return draining;
    }

    private synchronized boolean add(Connection connection) {
        if (draining) {
            connection.finish(false);
        }
        return !closed && connections.add(connection);
    }

    private void remove(Connection connection) {
        synchronized (this) {
            connections.remove(connection);
        }
        callBackWhenEmpty();
    }

    private void accepted() {
        synchronized (this) {
            accepting = false;
        }
        callBackWhenEmpty();
    }

    private void callBackWhenEmpty() {
        Runnable callback;
        synchronized (this) {
            if (accepting || !connections.isEmpty()) {
                return;
            }
            callback = whenEmpty;
            whenEmpty = () -> {};
        }
        callback.run();
    }

    private synchronized List<Connection> snapshot() {
        return List.copyOf(connections);
    }
}
