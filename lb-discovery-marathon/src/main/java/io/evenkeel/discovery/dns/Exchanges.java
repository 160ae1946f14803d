package io.evenkeel.discovery.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Message;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * The sockets under dnsjava's resolver: a fresh one for each question, on a worker, closed whatever happens.
 *
 * <p>Thread-safe. The workers are the caller's; each is blocked for one timeout at most.
 */
final class Exchanges implements IoClientFactory, TcpIoClient, UdpIoClient, AutoCloseable {

    /*
     * dnsjava's own clients share one selector thread and one TCP connection per server for the life of the JVM: nobody
     * can close them, a connection to a server that vanished without a word stays until the kernel gives it up, a timeout
     * is rounded up to a whole second, and the first datagram that arrives, whosever it is, ends a question. Here a
     * datagram that is not the answer is ignored until the time is over (RFC 5452), and the port is a random one of the
     * kernel's.
     */
    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
    private static final int HEADER = 12;

    private final Executor workers;
    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Exchanges(Executor workers) {
        this.workers = workers;
    }

    /** One question and its answer. */
    private interface Exchange {

        byte[] run(long deadline) throws IOException;
    }

    @Override
    public TcpIoClient createOrGetTcpClient() {
        return this;
    }

    @Override
    public UdpIoClient createOrGetUdpClient() {
        return this;
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveUdp(
            @Nullable InetSocketAddress local,
            InetSocketAddress remote,
            Message query,
            byte[] data,
            int max,
            Duration timeout) {
        return start(timeout, deadline -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                return kept(socket, () -> udp(socket, remote, data, max, deadline));
            }
        });
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveTcp(
            @Nullable InetSocketAddress local, InetSocketAddress remote, Message query, byte[] data, Duration timeout) {
        return start(timeout, deadline -> {
            try (Socket socket = new Socket()) {
                return kept(socket, () -> tcp(socket, remote, data, deadline));
            }
        });
    }

    private CompletableFuture<byte[]> start(Duration timeout, Exchange exchange) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        try {
            workers.execute(() -> {
                try {
                    answer.complete(exchange.run(System.nanoTime() + timeout.toNanos()));
                } catch (IOException | RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new IOException("closed", e));
        }
        return answer;
    }

    @FunctionalInterface
    private interface Body {

        byte[] run() throws IOException;
    }

    private byte[] kept(AutoCloseable socket, Body body) throws IOException {
        open.add(socket);
        try {
            if (closed) {
                throw new IOException("closed");
            }
            return body.run();
        } finally {
            open.remove(socket);
        }
    }

    private static byte[] udp(DatagramSocket socket, InetSocketAddress remote, byte[] data, int max, long deadline)
            throws IOException {
        socket.connect(remote); // the kernel drops what others send, and tells when nobody listens
        socket.send(new DatagramPacket(data, data.length));
        DatagramPacket packet = new DatagramPacket(new byte[max], max);
        while (true) {
            socket.setSoTimeout(millisUntil(deadline));
            packet.setLength(max);
            socket.receive(packet);
            byte[] received = Arrays.copyOf(packet.getData(), packet.getLength());
            if (answers(received, data)) {
                return received;
            }
            LOG.debug("{} sent {} bytes that are no answer to the question", remote, received.length);
        }
    }

    /* The id and the question as they were asked; the case of the name may differ, so it is left to the resolver. */
    private static boolean answers(byte[] received, byte[] query) {
        return received.length >= HEADER
                && received[0] == query[0]
                && received[1] == query[1]
                && (received[2] & 0x80) != 0;
    }

    private static byte[] tcp(Socket socket, InetSocketAddress remote, byte[] data, long deadline) throws IOException {
        socket.connect(remote, millisUntil(deadline));
        byte[] framed = new byte[data.length + 2];
        framed[0] = (byte) (data.length >>> 8);
        framed[1] = (byte) data.length;
        System.arraycopy(data, 0, framed, 2, data.length);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(framed);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] head = read(socket, in, 2, deadline);
        return read(socket, in, ((head[0] & 0xff) << 8) | (head[1] & 0xff), deadline);
    }

    /* A peer that sends one byte at a time gets no more time than others. */
    private static byte[] read(Socket socket, DataInputStream in, int length, long deadline) throws IOException {
        byte[] bytes = new byte[length];
        int have = 0;
        while (have < length) {
            socket.setSoTimeout(millisUntil(deadline));
            int read = in.read(bytes, have, length - have);
            if (read < 0) {
                throw new IOException("the connection ended after " + have + " of " + length + " bytes");
            }
            have += read;
        }
        return bytes;
    }

    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
        if (left <= 0) {
            throw new SocketTimeoutException("timed out");
        }
        return (int) Math.min(Integer.MAX_VALUE, left);
    }

    /** Ends whatever is under way. */
    @Override
    public void close() {
        closed = true;
        for (AutoCloseable socket : open) {
            try {
                socket.close();
            } catch (Exception e) {
                LOG.trace("Closing a socket failed", e);
            }
        }
    }
}
