package io.evenkeel.benchmarks;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.l4.ListenerSet;
import io.evenkeel.l4.Transport;
import io.evenkeel.l7.HeaderTrust;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.HttpConfig;
import io.evenkeel.l7.HttpEngine;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.log.AccessLogConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does a request and its response take over real connections, directly and through the proxy, and what does the
 * proxy allocate for it? Client and server allocate nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class RelayBenchmark {

    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] REQUEST =
            "GET /b HTTP/1.1\r\nHost: web\r\nUser-Agent: benchmark\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Whether the proxy is in between. */
    @Param({"true", "false"})
    public boolean proxied;

    /** How long the body of a response is, in bytes. */
    @Param({"200", "10000", "1000000"})
    public int body;

    /** Whether the proxy writes an access log, to where it costs nothing. */
    @Param("false")
    public boolean logged;

    private final ByteBuffer request = ByteBuffer.allocateDirect(REQUEST.length);
    private final ByteBuffer response = ByteBuffer.allocateDirect(1 << 16);
    private ServerSocketChannel server;
    private Transport transport;
    private ListenerSet listeners;
    private LoadBalancer loadBalancer;
    private SocketChannel client;
    private @Nullable AccessLog accessLog;

    /** Starts the server, the proxy on one event loop, and connects. */
    @Setup
    public void setUp() throws IOException {
        request.put(REQUEST);
        server = ServerSocketChannel.open().bind(ANY);
        Thread accepting = new Thread(this::accept, "server");
        accepting.setDaemon(true);
        accepting.start();
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        transport = Transport.open(1);
        listeners = new ListenerSet(transport);
        loadBalancer = LoadBalancer.builder(StaticDiscovery.of("web", "127.0.0.1:" + address.getPort()))
                .build();
        Route route = new Route.To(new HttpBackend("web", loadBalancer.cluster("web")));
        accessLog = logged ? AccessLog.open(AccessLogConfig.to("/dev/null")) : null;
        HttpEngine engine = accessLog == null
                ? new HttpEngine(transport, HttpConfig.defaults())
                : new HttpEngine(transport, HttpConfig.defaults(), HeaderTrust.EVERYBODY, accessLog);
        listeners
                .apply(Map.of(ANY, new HttpFrontend("in", engine, (head, from) -> route)))
                .join();
        client = SocketChannel.open(proxied ? listeners.boundAddress(ANY) : address);
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                Thread serving = new Thread(() -> serve(connection), "connection");
                serving.setDaemon(true);
                serving.start();
            }
        } catch (IOException e) {
            // closed: the benchmark is over
        }
    }

    private void serve(SocketChannel connection) {
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        ByteBuffer answer = ByteBuffer.allocateDirect(head.length + body).put(head);
        answer.clear();
        ByteBuffer asked = ByteBuffer.allocateDirect(4096);
        try (connection) {
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (connection.read(asked) >= 0) {
                int end = asked.position();
                if (end >= 4 && asked.getInt(end - 4) == 0x0D0A0D0A) {
                    asked.clear();
                    while (answer.hasRemaining()) {
                        connection.write(answer);
                    }
                    answer.clear();
                }
            }
        } catch (IOException e) {
            // the other end is gone: the benchmark is over
        }
    }

    /** Ends everything. */
    @TearDown
    public void tearDown() throws IOException {
        client.close();
        listeners.close();
        loadBalancer.close();
        transport.close();
        if (accessLog != null) {
            accessLog.close();
        }
        server.close();
    }

    /**
     * One request on a connection that is open.
     *
     * @return how many bytes were received
     */
    @Benchmark
    public long roundTrip() throws IOException {
        request.clear();
        while (request.hasRemaining()) {
            client.write(request);
        }
        long received = 0;
        long whole = Long.MAX_VALUE;
        while (received < whole) {
            response.clear();
            int count = client.read(response);
            if (count < 0) {
                throw new IOException("closed after " + received + " bytes");
            }
            if (received == 0) {
                whole = headLength(count) + (long) body;
            }
            received += count;
        }
        return received;
    }

    private int headLength(int count) throws IOException {
        if (response.get(9) != '2') {
            throw new IOException(
                    "status " + (char) response.get(9) + (char) response.get(10) + (char) response.get(11));
        }
        for (int i = 4; i <= count; i++) {
            if (response.getInt(i - 4) == 0x0D0A0D0A) {
                return i;
            }
        }
        throw new IOException("a head that does not come at once");
    }
}
