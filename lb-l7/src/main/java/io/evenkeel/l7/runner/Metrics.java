package io.evenkeel.l7.runner;

import com.sun.management.UnixOperatingSystemMXBean;
import io.evenkeel.l4.ListenerStatus;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.runner.AdminRequest;
import io.evenkeel.l4.runner.AdminResponse;
import io.evenkeel.l7.HttpBackend;
import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.HttpStats;
import io.evenkeel.l7.RetryReason;
import io.evenkeel.l7.TimeHistogram;
import io.evenkeel.l7.log.AccessLog;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.ServicePort;
import io.evenkeel.metrics.LoadBalancerMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The page {@code /metrics}: HAProxy's names from the statistics, and names of our own, {@code lb_…}, from Micrometer.
 * Everything is read from counters that exist anyway, when somebody asks. Thread-safe.
 */
final class Metrics implements AutoCloseable {

    private static final String LIBRARY = "evenkeel.";

    private final MarathonLbProxy proxy;
    private final Transport transport;
    private final StatsTable table;
    private final HaproxyMetrics haproxy;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final LoadBalancerMetrics loadBalancer;

    Metrics(
            MarathonLbProxy proxy,
            Transport transport,
            StatsTable table,
            EventWatch watch,
            boolean legacyLabels,
            Supplier<Optional<Duration>> sourceAge) {
        this.proxy = proxy;
        this.transport = transport;
        this.table = table;
        this.haproxy = new HaproxyMetrics(legacyLabels);
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                String name = id.getName();
                return name.startsWith(LIBRARY) ? id.withName("lb." + name.substring(LIBRARY.length())) : id;
            }
        });
        loadBalancer = LoadBalancerMetrics.of(proxy.loadBalancer());
        loadBalancer.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        proxy.accessLog()
                .ifPresent(log -> FunctionCounter.builder("lb.access.log.dropped", log, AccessLog::dropped)
                        .description("Records of the access log that were lost")
                        .register(registry));
        FunctionCounter.builder("lb.discovery.events", watch, EventWatch::catalogs)
                .description("Times that the source told something")
                .register(registry);
        FunctionCounter.builder("lb.ejections", watch, EventWatch::ejections)
                .description("Times that a server was left alone since it had failed")
                .register(registry);
        gauge("lb.services", () -> proxy.loadBalancer().catalog().snapshots().size(), "Services that the source knows");
        gauge("lb.problems", () -> proxy.problems().size(), "What could not be read or opened");
        gauge("lb.listeners.failed", this::failedListeners, "Listeners that are wanted and not open");
        gauge("lb.connections", proxy::openConnections, "Connections of clients that are open");
        FunctionCounter.builder("lb.connections.refused", proxy, MarathonLbProxy::refusedConnections)
                .description("Connections that were closed at once because their source had too many")
                .register(registry);
        FunctionCounter.builder("lb.requests.refused", proxy, MarathonLbProxy::refusedRequests)
                .description("Requests that were answered with 503 because there was not enough memory")
                .register(registry);
        gauge(
                "lb.overload.level",
                () -> proxy.overload().level(),
                "1 while nothing is read ahead, 2 while requests are refused, 3 while connections are");
        gauge("lb.buffers.used.bytes", () -> proxy.overload().usedBytes(), "Direct memory that buffers use");
        gauge("lb.buffers.max.bytes", () -> proxy.overload().maxBytes(), "Direct memory that buffers may have");
        gauge("lb.requests.waiting", this::waiting, "Requests that wait for a task that takes one more");
        gauge("lb.circuits.open", this::openCircuits, "Circuit breakers that are not closed");
        gauge("lb.draining", () -> proxy.isDraining() ? 1 : 0, "1 while no new connection is taken");
        gauge(
                "lb.discovery.failing",
                () -> proxy.loadBalancer().failure() == null ? 0 : 1,
                "1 if the source failed last");
        gauge("lb.discovery.age.seconds", () -> seconds(sourceAge.get()), "Time since the source's last good answer");
        gauge(
                "lb.discovery.last.success.timestamp.seconds",
                () -> seconds(sourceAge
                        .get()
                        .map(age ->
                                Duration.ofMillis(System.currentTimeMillis()).minus(age))),
                "When the source's last good answer came, in Unix time");
    }

    private void gauge(String name, Supplier<Number> value, String description) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static Number seconds(Optional<Duration> age) {
        return age.map(known -> (Number) (known.toMillis() / 1000.0)).orElse(Double.NaN);
    }

    private Number waiting() {
        return proxy.servicePorts().stream()
                .flatMap(port -> port.backend().stream())
                .mapToInt(HttpBackend::waiting)
                .sum();
    }

    private Number openCircuits() {
        return proxy.servicePorts().stream()
                .flatMap(port -> port.backend().stream())
                .flatMap(backend -> backend.circuit().stream())
                .filter(state -> !state.equals("closed"))
                .count();
    }

    private Number failedListeners() {
        return proxy.listeners().values().stream()
                .filter(status -> !status.open() && status.failure() != null)
                .map(ListenerStatus::wanted)
                .count();
    }

    AdminResponse page(AdminRequest request) {
        PrometheusText text = new PrometheusText();
        List<StatsRow> rows = table.rows();
        haproxy.write(text, rows, process(rows));
        durations(text);
        retries(text);
        return new AdminResponse(
                200,
                "text/plain; version=0.0.4",
                Map.of(),
                text.append(registry.scrape()).toString());
    }

    private void durations(PrometheusText text) {
        text.family(
                "lb_requests_seconds",
                "histogram",
                "How long requests took, from their first byte to the last; those that failed as well.");
        for (ServicePort port : proxy.servicePorts()) {
            String labels =
                    PrometheusText.label("", "service", port.port().service().name());
            port.backend().ifPresent(backend -> durations(text, labels, backend.durations()));
        }
    }

    private void retries(PrometheusText text) {
        text.family("lb_retries_total", "counter", "Requests that were tried again, by what had happened.");
        for (ServicePort port : proxy.servicePorts()) {
            String labels =
                    PrometheusText.label("", "service", port.port().service().name());
            port.backend().ifPresent(backend -> {
                for (RetryReason reason : RetryReason.values()) {
                    text.sample(
                            PrometheusText.label(labels, "reason", reason.name().toLowerCase(Locale.ROOT)),
                            Long.toString(backend.retries(reason)));
                }
            });
        }
    }

    private static void durations(PrometheusText text, String labels, TimeHistogram times) {
        long count = 0;
        for (int bucket = 0; bucket < TimeHistogram.buckets(); bucket++) {
            count += times.count(bucket);
            double bound = TimeHistogram.boundSeconds(bucket);
            String le = Double.isInfinite(bound) ? "+Inf" : Double.toString(bound);
            text.part("_bucket", PrometheusText.label(labels, "le", le), Long.toString(count));
        }
        text.part("_sum", labels, Double.toString(times.sumSeconds())).part("_count", labels, Long.toString(count));
    }

    private Map<String, Double> process(List<StatsRow> rows) {
        long connections = 0;
        long requests = 0;
        long bytesOut = 0;
        for (HttpFrontend frontend : StatsTable.ownFrontends(proxy)) {
            connections += frontend.traffic().totalConnections();
            requests += frontend.stats().requests();
            bytesOut += frontend.traffic().bytesOut();
        }
        for (ServicePort port : proxy.servicePorts()) {
            connections += port.traffic().totalConnections();
            requests += port.frontendStats().map(HttpStats::requests).orElse(0L);
            bytesOut += port.traffic().bytesOut();
        }
        var runtime = ManagementFactory.getRuntimeMXBean();
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("uptime_seconds", runtime.getUptime() / 1000.0);
        values.put("start_time_seconds", runtime.getStartTime() / 1000.0);
        values.put("nbthread", (double) loops());
        values.put("listeners", (double)
                proxy.listeners().values().stream().filter(ListenerStatus::open).count());
        values.put("current_connections", (double) proxy.openConnections());
        values.put("current_connection_rate", (double) rows.stream()
                .map(row -> row.text("conn_rate"))
                .filter(rate -> !rate.isEmpty())
                .mapToLong(Long::parseLong)
                .sum());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            values.put(HaproxyMetrics.MAX_CONNECTIONS, system.getMaxFileDescriptorCount() / 2.0); // one more to a task
        }
        values.put("connections_total", (double) connections);
        values.put("requests_total", (double) requests);
        values.put("bytes_out_total", (double) bytesOut);
        values.put("spliced_bytes_out_total", (double) transport.splicedBytes());
        return values;
    }

    private int loops() {
        int loops = 0;
        for (EventExecutor loop : transport.eventLoops()) {
            loops += loop.isShutdown() ? 0 : 1;
        }
        return loops;
    }

    @Override
    public void close() {
        loadBalancer.close();
        registry.close();
    }
}
