package io.evenkeel.testing.marathon;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted connection: its socket, and whether it waits for the next request or works on one.
 *
 * <p>One worker thread serves it; {@link #finish}, {@link #reset} and {@link #close} may come from any thread.
 */
final class Connection {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private boolean waiting;
    private boolean fresh = true;
    private boolean finishing;

    Connection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        this.out = socket.getOutputStream();
    }

    InputStream in() {
        return in;
    }

    OutputStream out() {
        return out;
    }

    String remoteAddress() {
        return socket.getInetAddress().getHostAddress();
    }

    /** Waits for the first byte of the next request; false when there will be none. */
    boolean awaitRequest() throws IOException {
        synchronized (this) {
            if (finishing && !fresh && in.available() == 0) {
                return false;
            }
            waiting = true;
        }
        in.mark(1);
        int first = in.read();
        synchronized (this) {
            waiting = false;
            fresh = false;
        }
        if (first < 0) {
            return false;
        }
        in.reset();
        return true;
    }

    /** True once the server goes away: the answer in hand is the last one. */
    synchronized boolean finishing() {
        return finishing;
    }

    /*
     * A connection that waits is woken by closing only its reading half: bytes that had arrived before are still
     * returned by the waiting read, so a request that crossed our decision is answered and not reset.
     */
    /** Makes the next answer the last; a connection that never asked for anything yet may be spared for now. */
    void finish(boolean evenFresh) {
        synchronized (this) {
            finishing = true;
            if (!waiting || (fresh && !evenFresh)) {
                return;
            }
        }
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            log.trace("already gone", e);
        }
    }

    void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            log.trace("already gone", e);
        }
        close();
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            log.trace("already gone", e);
        }
    }
}
