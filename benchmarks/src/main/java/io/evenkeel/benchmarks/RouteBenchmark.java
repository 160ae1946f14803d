package io.evenkeel.benchmarks;

import io.evenkeel.l7.Client;
import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.RouteTable;
import io.evenkeel.l7.http.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to find the backend of a request, and does that depend on how many virtual hosts there are? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@SuppressWarnings("NullAway.Init") // JMH fills the fields
public class RouteBenchmark {

    /* As many as there are in turn: a table that is large is not in the cache then, as it would not be in a proxy. */
    private static final int REQUESTS = 1024;

    private static final PathPrefixes API = PathPrefixes.parse("/api");
    private static final Client CLIENT = new Client() {

        private final InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public InetSocketAddress localAddress() {
            return address;
        }

        @Override
        public boolean isTls() {
            return false;
        }

        @Override
        public byte @Nullable [] serverName() {
            return null;
        }
    };

    /** How many virtual hosts, each with a rule for a path and one for all others. */
    @Param({"10", "1000", "10000"})
    public int hosts;

    private final RequestHead[] known = new RequestHead[REQUESTS];
    private final RequestHead[] withPath = new RequestHead[REQUESTS];
    private final RequestHead[] subdomains = new RequestHead[REQUESTS];
    private final RequestHead[] unknown = new RequestHead[REQUESTS];
    private final List<Route> routes = new ArrayList<>();
    private RouteTable table;
    private int next;

    /** Compiles a table, and parses requests for hosts of it in no order. */
    @Setup
    public void setUp() {
        for (int i = 0; i < 2 * hosts; i++) {
            routes.add(new Route.To(new HttpBackend("web" + i, Fixtures.cluster())));
        }
        table = builder().build();
        for (int i = 0; i < REQUESTS; i++) {
            int host = (int) (i * 2_654_435_761L % hosts);
            known[i] = request(host(host), "/index.html?a=b");
            withPath[i] = request(host(host), "/api/items");
            subdomains[i] = request("a." + host(host), "/index.html");
            unknown[i] = request("x" + host(host), "/index.html");
        }
    }

    private RouteTable.Builder builder() {
        RouteTable.Builder builder = RouteTable.builder();
        for (int i = 0; i < hosts; i++) {
            builder.add(host(i), API, routes.get(2 * i));
            builder.add(host(i), PathPrefixes.ANY, routes.get(2 * i + 1));
            builder.add(HostPattern.suffix("." + host(i)), PathPrefixes.ANY, routes.get(2 * i + 1));
        }
        return builder;
    }

    private static String host(int index) {
        return "app-" + index + ".shop.example.com";
    }

    private static RequestHead request(String host, String target) {
        byte[] bytes = ("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: benchmark\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        RequestHead head = new RequestHead();
        int status = head.parse(bytes, 0, bytes.length);
        if (status != 0) {
            throw new IllegalStateException("status " + status + " for " + host + target);
        }
        return head;
    }

    private Route route(RequestHead[] requests) {
        next = (next + 1) & (REQUESTS - 1);
        return table.route(requests[next], CLIENT);
    }

    /**
     * A host that is there.
     *
     * @return where it leads
     */
    @Benchmark
    public Route known() {
        return route(known);
    }

    /**
     * A host that is there, and the path of its first rule.
     *
     * @return where it leads
     */
    @Benchmark
    public Route withPath() {
        return route(withPath);
    }

    /**
     * A host that is found by how it ends.
     *
     * @return where it leads
     */
    @Benchmark
    public Route subdomain() {
        return route(subdomains);
    }

    /**
     * A host that is not there.
     *
     * @return where it leads
     */
    @Benchmark
    public Route unknown() {
        return route(unknown);
    }

    /**
     * All virtual hosts compiled anew, as after a change of one of them.
     *
     * @return the table
     */
    @Benchmark
    @OutputTimeUnit(TimeUnit.MICROSECONDS)
    public RouteTable compile() {
        return builder().build();
    }
}
