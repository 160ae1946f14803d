package io.evenkeel.embed;

import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is under a {@link BalancedSocket}: a plain socket, which is replaced by a new one as long as none has connected.
 *
 * <p>{@link Socket} calls it as it calls the JDK's own: anyone may close it at any time, the rest comes in turn.
 */
final class BalancedConnection extends SocketImpl {

    /*
     * A socket of the JDK that has failed to connect is of no use any more. So that the user's socket survives a failed
     * attempt, it is one whose implementation we are, and what fails is one that was made for the attempt.
     */
    private final BalancedSocketFactory factory;
    private final Map<Object, Setting> settings = new LinkedHashMap<>(); // by option, until connected
    private volatile Socket socket = closeableWhileItConnects();
    private volatile @Nullable LeasedTraffic traffic;
    private volatile boolean closed;

    /** One thing to do to each socket before it connects. */
    @FunctionalInterface
    private interface Setting {
        void make(Socket socket) throws IOException;
    }

    BalancedConnection(BalancedSocketFactory factory) throws SocketException {
        this.factory = factory;
    }

    /*
     * A socket of the JDK opens its descriptor when it is first needed, and one that is closed in the middle of that goes on
     * to connect. Asking for an option opens it now.
     */
    private static Socket closeableWhileItConnects() throws SocketException {
        Socket socket = new Socket();
        socket.getReuseAddress();
        return socket;
    }

    @Override
    protected void create(boolean stream) {}

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        set("bind", plain -> plain.bind(new InetSocketAddress(host, port)));
        localport = socket.getLocalPort();
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(InetSocketAddress.createUnresolved(host, port), 0);
    }

    @Override
    protected void connect(InetAddress host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(SocketAddress target, int timeout) throws IOException {
        if (!(target instanceof InetSocketAddress wanted)) {
            throw new IllegalArgumentException("address: " + target + " (expected: a host and a port)");
        }
        Attempts tries = factory.attemptsAt(wanted.getHostString(), wanted.getPort());
        if (tries != null) {
            connect(tries, timeout);
        } else {
            socket.connect(resolved(wanted), timeout);
        }
        address = socket.getInetAddress();
        port = socket.getPort();
        localport = socket.getLocalPort();
    }

    private void connect(Attempts tries, int timeout) throws IOException {
        long begun = factory.ticker().nanos();
        Lease lease = tries.first();
        while (true) {
            long spent = TimeUnit.NANOSECONDS.toMillis(factory.ticker().nanos() - begun);
            try {
                socket.connect(
                        resolved(lease.address()),
                        timeout == 0 ? 0 : (int) Math.max(1, (timeout - spent) / tries.left()));
                leased(new LeasedTraffic(lease));
                return;
            } catch (IOException e) {
                boolean goOn = !closed && (timeout == 0 || spent < timeout);
                Lease next = goOn ? tries.next(lease) : null;
                if (next == null) {
                    lease.complete(closed ? Outcome.CANCELLED : Outcome.CONNECT_FAILED);
                    throw e;
                }
                lease = next;
                replaceSocket(lease);
            } catch (RuntimeException e) {
                lease.close();
                throw e;
            }
        }
    }

    /* An endpoint whose name could not be looked up when it was reported. */
    private static InetSocketAddress resolved(InetSocketAddress address) {
        return address.isUnresolved() ? new InetSocketAddress(address.getHostString(), address.getPort()) : address;
    }

    private void replaceSocket(Lease lease) throws IOException {
        try {
            socket.close();
            Socket fresh = closeableWhileItConnects();
            for (Setting setting : settings.values()) {
                setting.make(fresh);
            }
            socket = fresh;
            if (closed) {
                fresh.close(); // whoever closed us may have seen only the old one
            }
        } catch (IOException | RuntimeException e) {
            lease.close();
            throw e;
        }
    }

    private void leased(LeasedTraffic begun) throws SocketException {
        traffic = begun;
        if (closed) {
            begun.end();
            throw new SocketException("Socket closed");
        }
    }

    @Override
    protected void close() throws IOException {
        closed = true;
        LeasedTraffic ended = traffic;
        if (ended != null) {
            ended.end(); // before a read that waits fails because of us
        }
        socket.close();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        LeasedTraffic watched = traffic;
        InputStream in = socket.getInputStream();
        return watched == null ? in : watched.watch(in);
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        LeasedTraffic watched = traffic;
        OutputStream out = socket.getOutputStream();
        return watched == null ? out : watched.watch(out);
    }

    @Override
    protected int available() throws IOException {
        return socket.getInputStream().available();
    }

    @Override
    protected void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        LeasedTraffic watched = traffic;
        if (watched != null) {
            watched.noMoreOutput();
        }
        socket.shutdownOutput();
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        socket.sendUrgentData(data);
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("this socket only connects");
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        throw new SocketException("this socket only connects");
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    protected <T> void setOption(SocketOption<T> name, T value) throws IOException {
        set(name, plain -> plain.setOption(name, value));
    }

    @Override
    protected <T> T getOption(SocketOption<T> name) throws IOException {
        return socket.getOption(name);
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        try {
            set(id, setting(id, value));
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    private void set(Object option, Setting setting) throws IOException {
        setting.make(socket);
        if (!isConnected()) {
            settings.put(option, setting);
        }
    }

    private boolean isConnected() {
        return address != null;
    }

    private static Setting setting(int id, Object value) throws SocketException {
        boolean on = value instanceof Boolean given ? given : true;
        int number = value instanceof Integer given ? given : 0;
        return switch (id) {
            case SocketOptions.TCP_NODELAY -> plain -> plain.setTcpNoDelay(on);
            case SocketOptions.SO_LINGER -> plain -> plain.setSoLinger(on, number);
            case SocketOptions.SO_TIMEOUT -> plain -> plain.setSoTimeout(number);
            case SocketOptions.SO_SNDBUF -> plain -> plain.setSendBufferSize(number);
            case SocketOptions.SO_RCVBUF -> plain -> plain.setReceiveBufferSize(number);
            case SocketOptions.SO_KEEPALIVE -> plain -> plain.setKeepAlive(on);
            case SocketOptions.SO_OOBINLINE -> plain -> plain.setOOBInline(on);
            case SocketOptions.SO_REUSEADDR -> plain -> plain.setReuseAddress(on);
            case SocketOptions.IP_TOS -> plain -> plain.setTrafficClass(number);
            default -> throw new SocketException("option: " + id + " (expected: one that java.net.Socket sets)");
        };
    }

    @Override
    public Object getOption(int id) throws SocketException {
        return switch (id) {
            case SocketOptions.TCP_NODELAY -> socket.getTcpNoDelay();
            case SocketOptions.SO_LINGER -> socket.getSoLinger();
            case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
            case SocketOptions.SO_SNDBUF -> socket.getSendBufferSize();
            case SocketOptions.SO_RCVBUF -> socket.getReceiveBufferSize();
            case SocketOptions.SO_KEEPALIVE -> socket.getKeepAlive();
            case SocketOptions.SO_OOBINLINE -> socket.getOOBInline();
            case SocketOptions.SO_REUSEADDR -> socket.getReuseAddress();
            case SocketOptions.IP_TOS -> socket.getTrafficClass();
            case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
            default -> throw new SocketException("option: " + id + " (expected: one that java.net.Socket has)");
        };
    }
}
