package io.evenkeel.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.Lease;
import io.evenkeel.endpoint.Bar;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.EndpointState;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.layer.Subsetting;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadBalancerMetricsTest {

    private static final Endpoint A = Endpoints.endpoint("a", 1);
    private static final Endpoint B = Endpoints.endpoint("b", 2);

    private final ManualClock clock = ManualClock.executing(Runnable::run);
    private final FakeDiscovery discovery = new FakeDiscovery();
    private final LoadBalancer lb =
            LoadBalancer.builder(discovery).control(clock).ticker(clock).build();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        lb.close();
    }

    @Test
    void tellsWhatAServiceIsAndWhatItDid() {
        discovery.publish(
                Endpoints.snapshot("/web", A, B, Endpoints.endpoint("c", 3).withState(EndpointState.STOPPING)));
        Cluster web = lb.cluster("/web");
        LoadBalancerMetrics.of(lb).bindTo(registry);

        Lease lease = web.acquire();
        clock.advance(Duration.ofMillis(30));
        lease.complete(Outcome.SUCCESS);
        web.pick(PickContext.none());
        web.bar(web.state().active().get(0), Bar.EJECTED);
        lb.cluster("/unknown").pick(PickContext.none());

        assertThat(gauge("evenkeel.endpoints", "state", "active")).isEqualTo(2);
        assertThat(gauge("evenkeel.endpoints", "state", "draining")).isEqualTo(1);
        assertThat(gauge("evenkeel.endpoints.available")).isEqualTo(1);
        assertThat(gauge("evenkeel.endpoints.barred", "reason", "ejected")).isEqualTo(1);
        assertThat(gauge("evenkeel.endpoints.barred", "reason", "circuit-open")).isZero();
        assertThat(gauge("evenkeel.fails.open")).isZero();
        assertThat(gauge("evenkeel.uses.active")).isEqualTo(1);
        assertThat(gauge("evenkeel.generation")).isEqualTo(1);
        assertThat(registry.get("evenkeel.uses")
                        .tags("service", "/web", "outcome", "success")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("evenkeel.picks.empty")
                        .tag("service", "/unknown")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("evenkeel.uses.busy")
                        .tag("service", "/web")
                        .functionTimer()
                        .totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(30);
        assertThat(registry.find("evenkeel.endpoint.uses").meters()).isEmpty();

        web.bar(web.state().active().get(1), Bar.UNHEALTHY);
        assertThat(gauge("evenkeel.fails.open")).isEqualTo(1);
    }

    @Test
    void tellsWhatTheLayersDo() {
        LoadBalancerMetrics.of(lb).bindTo(registry);
        discovery.publish(Endpoints.snapshot("/web", A, B));
        Cluster web = lb.cluster("/web");
        web.update(
                Endpoints.snapshot("/web", A, B),
                ClusterConfig.builder()
                        .monitors()
                        .maxInFlight(1)
                        .subsetting(Subsetting.random("me", 2, 1))
                        .build());
        web.acquire();
        web.acquireAsync(PickContext.none(), Duration.ofMinutes(1));
        web.drain(web.state().active().get(0), Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(2));

        assertThat(gauge("evenkeel.waiting")).isEqualTo(0); // what the other one was for
        assertThat(gauge("evenkeel.endpoints.unused")).isEqualTo(web.layers().unused());
        assertThat(gauge("evenkeel.endpoints.ramping")).isZero();
        assertThat(gauge("evenkeel.share.nearest")).isEqualTo(1);
        assertThat(counter("evenkeel.drained", "result", "timed-out")).isEqualTo(1);
        assertThat(counter("evenkeel.drained", "result", "ended")).isZero();
        assertThat(counter("evenkeel.leases.leaked")).isZero();
        assertThat(counter("evenkeel.fails.open.begun")).isZero();
    }

    @Test
    void anEndpointThatMovesKeepsItsMeters() {
        LoadBalancerMetrics.withEndpoints(lb).bindTo(registry);
        lb.cluster("/web");
        discovery.publish(Endpoints.snapshot("/web", A));
        discovery.publish(Endpoints.snapshot("/web", Endpoints.endpoint("a", 9)));

        assertThat(registry.get("evenkeel.endpoint.available")
                        .tag("endpoint", "a")
                        .gauges())
                .singleElement()
                .satisfies(one -> assertThat(one.getId().getTag("address")).endsWith(":9"));
    }

    @Test
    void followsEndpointsAsTheyComeAndGo() {
        LoadBalancerMetrics metrics = LoadBalancerMetrics.withEndpoints(lb);
        metrics.bindTo(registry);
        discovery.publish(Endpoints.snapshot("/web", A));
        lb.cluster("/web").pick(PickContext.none());
        assertThat(endpoints()).containsExactly("a");
        assertThat(registry.get("evenkeel.endpoint.uses.active").gauge().value())
                .isEqualTo(1);

        discovery.publish(Endpoints.snapshot("/web", B));
        assertThat(endpoints()).containsExactly("b");

        discovery.publish(Endpoints.snapshot("/api", A));
        assertThat(endpoints()).isEmpty();
        metrics.close();
        metrics.close();
        discovery.publish(Endpoints.snapshot("/web", B));
        assertThat(endpoints()).isEmpty();
    }

    @Test
    void aServiceThatLeavesTakesItsMetersAlongAndBringsThemBack() {
        LoadBalancerMetrics.withEndpoints(lb).bindTo(registry);
        discovery.publish(Endpoints.snapshot("/web", A), Endpoints.snapshot("/api", B));
        Cluster web = lb.cluster("/web"); // held, as proxies do
        Cluster api = lb.cluster("/api");
        web.acquire().complete(Outcome.SUCCESS);
        int meters = registry.getMeters().size();

        discovery.publish(Endpoints.snapshot("/api", B));
        assertThat(services()).containsExactly("/api");
        assertThat(registry.getMeters()).hasSize(meters / 2);
        discovery.publish(Endpoints.snapshot("/api", B));
        assertThat(services()).containsExactly("/api");

        discovery.publish(Endpoints.snapshot("/web", A), Endpoints.snapshot("/api", B));
        assertThat(services()).containsExactlyInAnyOrder("/api", "/web");
        assertThat(registry.getMeters()).hasSize(meters);
        assertThat(counter("evenkeel.uses", "outcome", "success")).isEqualTo(1);
        discovery.publish();
        assertThat(registry.getMeters()).isEmpty();
        assertThat(List.of(web, api))
                .allMatch(cluster -> cluster.state().active().isEmpty());
    }

    @Test
    void aServiceThatIsOnlyAskedForHasMetersWhileSomebodyHoldsIt() {
        LoadBalancerMetrics.of(lb).bindTo(registry);
        Cluster wanted = lb.cluster("/wanted");
        discovery.publish(Endpoints.snapshot("/api", A));
        wanted.pick(PickContext.none());
        assertThat(services()).containsExactly("/wanted");
    }

    private List<String> services() {
        return registry.find("evenkeel.endpoints.available").gauges().stream()
                .map(gauge -> gauge.getId().getTag("service"))
                .toList();
    }

    @Test
    void dropsTheMetersOfServicesThatNobodyNeedsAnyMore() throws InterruptedException {
        LoadBalancerMetrics.of(lb).bindTo(registry);
        lb.cluster("/web");
        discovery.publish(Endpoints.snapshot("/api", A));

        while (registry.find("evenkeel.endpoints").tag("service", "/web").gauge() != null) {
            System.gc();
            discovery.publish(Endpoints.snapshot("/api", A));
            Thread.onSpinWait();
        }
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).tag("service", "/web").gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name)
                .tags(tags)
                .tag("service", "/web")
                .functionCounter()
                .count();
    }

    private List<String> endpoints() {
        return registry.find("evenkeel.endpoint.uses.active").gauges().stream()
                .map(gauge -> gauge.getId().getTag("endpoint"))
                .toList();
    }
}
