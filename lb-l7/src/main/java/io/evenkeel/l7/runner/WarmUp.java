package io.evenkeel.l7.runner;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Ticker;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.HttpProxy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A rehearsal before the first real request: a client and a server of its own, and between them a second proxy of the same
 * classes, all on loopback, so that what requests run through is loaded and compiled when they come.
 *
 * <p>On threads of its own, but for that proxy, which shares the event loops. Only {@code /readyz} waits for it. It ends after
 * a number of requests, when its time is up, or when it is closed; whatever goes wrong only ends it. No statistics, metrics or
 * access log tell of it. Safe for use by any thread.
 */
final class WarmUp implements AutoCloseable {

    private static final int REQUESTS = 20_000;
    private static final int CLIENTS = 2;
    private static final int REQUESTS_PER_CONNECTION = 50;
    private static final int BUFFER = 8192;
    private static final String SERVICE = "warm-up";
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    /* Messages that have a body end in the same way, by length or by chunks, and have that nowhere else. */
    private static final String END = "\r\n0\r\n\r\n";
    private static final byte[] BODY_END = END.getBytes(US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(US_ASCII);
    private static final String BODY = "x".repeat(200);
    private static final String BY_LENGTH = "Content-Length: " + (BODY + END).length() + "\r\n\r\n" + BODY + END;
    private static final String BY_CHUNKS =
            "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(BODY.length()) + "\r\n" + BODY + END;
    private static final String ASKING = "Host: warm-up.example\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
            + "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Language: en\r\n"
            + "Accept-Encoding: gzip, deflate, br\r\nCookie: session=0123456789abcdef; theme=light\r\n";
    private static final String ANSWERING =
            "HTTP/1.1 200 OK\r\nServer: warm-up\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                    + "Content-Type: text/plain\r\nCache-Control: no-store\r\n";
    private static final List<byte[]> REQUEST_KINDS = kinds(
            "GET /shop/cart?id=1 HTTP/1.1\r\n" + ASKING + "\r\n",
            "GET / HTTP/1.1\r\n" + ASKING + "Cache-Control: max-age=0\r\n\r\n",
            "POST /shop/cart HTTP/1.1\r\n" + ASKING + "Content-Type: text/plain\r\n" + BY_LENGTH);
    private static final List<byte[]> RESPONSE_KINDS = kinds(ANSWERING + BY_LENGTH, ANSWERING + BY_CHUNKS);

    private final Ticker ticker = Ticker.system();
    private final Duration most;
    private final AtomicInteger answered = new AtomicInteger();
    private final Thread thread;
    private volatile boolean over;
    private volatile long begun;

    /**
     * One that has not begun.
     *
     * @param transport carries it; to be closed later
     * @param settings how long it may take, if it may at all, and what its proxy is like
     */
    WarmUp(Transport transport, L7Settings settings) {
        most = settings.warmUp();
        over = most.isZero();
        thread = daemon(() -> run(transport, settings));
    }

    /** Begins, unless it is over. To be called once. */
    void start() {
        if (!over) {
            thread.start();
        }
    }

    /** Why it is not over yet, for people. */
    Optional<String> reason() {
        return over
                ? Optional.empty()
                : Optional.of("warming up: %d of %d requests of its own, for at most %d s"
                        .formatted(answered.get(), REQUESTS, most.toSeconds()));
    }

    /** How many requests have been answered. */
    int answered() {
        return answered.get();
    }

    private void run(Transport transport, L7Settings settings) {
        begun = ticker.nanos();
        try (ServerSocket server = new ServerSocket(0, 16, ANY.getAddress());
                HttpProxy proxy = HttpProxy.builder(StaticDiscovery.of(SERVICE, "127.0.0.1:" + server.getLocalPort()))
                        .listen(ANY)
                        .route("*", "/", SERVICE)
                        .config(settings.limits().httpConfig())
                        .headerTrust(settings.hardening().headers())
                        .transport(transport)
                        .build()) {
            daemon(() -> serve(server)).start();
            proxy.whenListening().toCompletableFuture().get(left(), TimeUnit.MILLISECONDS);
            proxy.loadBalancer().whenReady().toCompletableFuture().get(left(), TimeUnit.MILLISECONDS);
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(daemon(() -> ask(proxy.address())));
            }
            clients.forEach(Thread::start);
            for (Thread client : clients) {
                client.join();
            }
            LOG.info("Warmed up by {} requests of its own in {} ms", answered, most.toMillis() - left());
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
            LOG.info("Not warmed up: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } finally {
            over = true;
        }
    }

    private void ask(InetSocketAddress proxy) {
        byte[] buffer = new byte[BUFFER];
        try {
            while (isOn()) {
                try (Socket socket = new Socket(proxy.getAddress(), proxy.getPort())) {
                    socket.setTcpNoDelay(true);
                    socket.setSoTimeout(Math.max(1, left()));
                    for (int i = 0; i < REQUESTS_PER_CONNECTION && isOn(); i++) {
                        socket.getOutputStream().write(REQUEST_KINDS.get(i % REQUEST_KINDS.size()));
                        if (!receive(socket.getInputStream(), buffer)) {
                            throw new EOFException("no response");
                        }
                        answered.incrementAndGet();
                    }
                }
            }
        } catch (IOException e) {
            LOG.debug("Warm-up ends early", e);
        }
    }

    private void serve(ServerSocket server) {
        try {
            while (true) {
                Socket socket = server.accept();
                daemon(() -> answer(socket)).start();
            }
        } catch (IOException e) {
            LOG.debug("Warm-up's server ends", e);
        }
    }

    private static void answer(Socket accepted) {
        byte[] buffer = new byte[BUFFER];
        try (Socket socket = accepted) {
            socket.setTcpNoDelay(true);
            for (int i = 0; receive(socket.getInputStream(), buffer); i++) {
                socket.getOutputStream().write(RESPONSE_KINDS.get(i % RESPONSE_KINDS.size()));
            }
        } catch (IOException e) {
            LOG.debug("Warm-up's connection ends", e);
        }
    }

    /* Whether there was one more message before the end. */
    private static boolean receive(InputStream in, byte[] buffer) throws IOException {
        int length = 0;
        do {
            int read = in.read(buffer, length, buffer.length - length);
            if (read <= 0) {
                return false;
            }
            length += read;
        } while (!endsWith(buffer, length, buffer[0] == 'G' ? HEAD_END : BODY_END));
        return true;
    }

    private static boolean endsWith(byte[] buffer, int length, byte[] end) {
        return length >= end.length && Arrays.equals(buffer, length - end.length, length, end, 0, end.length);
    }

    private boolean isOn() {
        return !over && answered.get() < REQUESTS && left() > 0;
    }

    private int left() {
        return (int) (most.toMillis() - TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - begun));
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "evenkeel-warm-up");
        thread.setDaemon(true);
        return thread;
    }

    private static List<byte[]> kinds(String... messages) {
        return Stream.of(messages).map(message -> message.getBytes(US_ASCII)).toList();
    }

    /** Ends it, and waits until what it opened is closed. Idempotent. */
    @Override
    public void close() {
        over = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
