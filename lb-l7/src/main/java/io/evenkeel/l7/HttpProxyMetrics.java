package io.evenkeel.l7;

import static java.util.Objects.requireNonNull;

import io.evenkeel.discovery.Subscription;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The meters of an {@link HttpProxy}, beside those of its load balancer ({@code LoadBalancerMetrics}): one set per listener,
 * tagged {@code listener}, and one per service that routes name, tagged {@code service}.
 *
 * <p>Thread-safe. Everything is read from counters that exist anyway, when the registry asks; requests pay nothing.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>what</th></tr>
 * <tr><td>{@code evenkeel.http.connections}</td><td>connections of clients that are open at a listener</td></tr>
 * <tr><td>{@code evenkeel.http.requests}</td><td>requests that came to a listener</td></tr>
 * <tr><td>{@code evenkeel.http.request.errors}</td><td>what came to a listener and was no request</td></tr>
 * <tr><td>{@code evenkeel.http.responses}</td><td>responses of a service by {@code status}: 1xx, 2xx, …</td></tr>
 * <tr><td>{@code evenkeel.http.duration}</td><td>how long a service's requests took, from the first byte to the last</td></tr>
 * <tr><td>{@code evenkeel.http.retries}</td><td>requests of a service that were tried again by {@code reason}: connect, …</td></tr>
 * <tr><td>{@code evenkeel.http.waiting}</td><td>requests that wait for an endpoint of a service that takes one more</td></tr>
 * <tr><td>{@code evenkeel.http.overload}</td><td>1 while nothing is read ahead for want of memory, 2 while requests are refused, 3 while connections are</td></tr>
 * </table>
 */
public final class HttpProxyMetrics implements MeterBinder, AutoCloseable {

    private final HttpProxy proxy;
    private final Tags tags;
    private final List<Subscription> subscriptions = new ArrayList<>();

    private HttpProxyMetrics(HttpProxy proxy, Tags tags) {
        this.proxy = requireNonNull(proxy, "proxy");
        this.tags = requireNonNull(tags, "tags");
    }

    /**
     * Meters per listener and service.
     *
     * @param proxy whose
     * @return the binder
     */
    public static HttpProxyMetrics of(HttpProxy proxy) {
        return of(proxy, Tags.empty());
    }

    /**
     * The same for one of several proxies in a registry, which are told apart by tags.
     *
     * @param proxy whose
     * @param tags what each meter is tagged with
     * @return the binder
     */
    public static HttpProxyMetrics of(HttpProxy proxy, Tags tags) {
        return new HttpProxyMetrics(proxy, tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Map<String, Integer> named = new HashMap<>();
        for (HttpFrontend frontend : proxy.frontends()) {
            int count = named.merge(frontend.name(), 1, Integer::sum);
            bind(registry, frontend, count == 1 ? frontend.name() : frontend.name() + "#" + count);
        }
        Gauge.builder("evenkeel.http.overload", proxy.overload(), Overload::level)
                .description(
                        "1 while nothing is read ahead for want of memory, 2 while requests are refused, 3 while connections are")
                .tags(tags)
                .register(registry);
        synchronized (subscriptions) {
            subscriptions.add(proxy.watchBackends(backend -> bind(registry, backend)));
        }
    }

    private void bind(MeterRegistry registry, HttpFrontend frontend, String listener) {
        Gauge.builder("evenkeel.http.connections", frontend.traffic(), traffic -> traffic.currentConnections())
                .description("Connections of clients that are open")
                .tags(tags.and("listener", listener))
                .register(registry);
        FunctionCounter.builder("evenkeel.http.requests", frontend.stats(), HttpStats::requests)
                .description("Requests that came")
                .tags(tags.and("listener", listener))
                .register(registry);
        FunctionCounter.builder("evenkeel.http.request.errors", frontend.stats(), HttpStats::requestErrors)
                .description("What came and was no request")
                .tags(tags.and("listener", listener))
                .register(registry);
    }

    private void bind(MeterRegistry registry, HttpBackend backend) {
        String service = backend.name();
        for (int hundreds = 1; hundreds <= 5; hundreds++) {
            int kind = hundreds;
            FunctionCounter.builder("evenkeel.http.responses", backend.stats(), stats -> stats.responses(kind))
                    .description("Responses")
                    .tags(tags.and("service", service))
                    .tag("status", kind + "xx")
                    .register(registry);
        }
        FunctionTimer.builder(
                        "evenkeel.http.duration",
                        backend.durations(),
                        TimeHistogram::count,
                        TimeHistogram::sumSeconds,
                        TimeUnit.SECONDS)
                .description("How long requests took, from the first byte to the last")
                .tags(tags.and("service", service))
                .register(registry);
        for (RetryReason reason : RetryReason.values()) {
            FunctionCounter.builder("evenkeel.http.retries", backend, tried -> tried.retries(reason))
                    .description("Requests that were tried again")
                    .tags(tags.and("service", service))
                    .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder("evenkeel.http.waiting", backend, HttpBackend::waiting)
                .description("Requests that wait for an endpoint that takes one more")
                .tags(tags.and("service", service))
                .register(registry);
    }

    /** Stops following the proxy. Meters that exist stay. Closing again has no effect. */
    @Override
    public void close() {
        synchronized (subscriptions) {
            subscriptions.forEach(Subscription::close);
            subscriptions.clear();
        }
    }
}
