package io.evenkeel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.call.CallPolicy;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Protocol;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.strategy.PickContext;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Endpoints;
import io.evenkeel.testing.FakeDiscovery;
import io.evenkeel.testing.ManualClock;
import io.evenkeel.vip.VirtualIp;
import java.lang.ref.WeakReference;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoadBalancerTest {

    private static final Snapshot WEB = Endpoints.snapshot("/web", Endpoints.endpoints(3));
    private static final Snapshot API = Endpoints.snapshot("/api", Endpoints.endpoint("api", 9_000));

    private final FakeDiscovery discovery = new FakeDiscovery();
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Test
    void servesTheFirstAcquireAfterItIsReady() throws Exception {
        try (LoadBalancer lb = LoadBalancer.of(StaticDiscovery.of("web", "127.0.0.1:8080"))) {
            lb.whenReady().toCompletableFuture().get(1, TimeUnit.MINUTES);

            try (Lease lease = lb.acquire("web")) {
                assertThat(lease.address().getPort()).isEqualTo(8080);
                lease.complete(Outcome.SUCCESS);
                assertThat(lease.stats().count(Outcome.SUCCESS)).isEqualTo(1);
            }
        }
    }

    @Test
    void callsUnderWayEndThoughItIsClosed() throws Exception {
        LoadBalancer lb = LoadBalancer.of(StaticDiscovery.of("web", "127.0.0.1:8080"));
        lb.whenReady().toCompletableFuture().get(1, TimeUnit.MINUTES);
        CompletableFuture<String> pausing = lb.caller("web", CallPolicy.defaults())
                .executeAsync(lease -> CompletableFuture.failedFuture(new ConnectException("on purpose")));
        CompletableFuture<String> hanging = lb.caller(
                        "web", CallPolicy.defaults().withTimeouts(Duration.ofMillis(50), Duration.ZERO))
                .executeAsync(lease -> new CompletableFuture<>());

        lb.close();

        assertThat(pausing).failsWithin(Duration.ofMinutes(1));
        assertThat(hanging).failsWithin(Duration.ofMinutes(1));
        CompletableFuture<String> later = lb.caller(
                        "web", CallPolicy.defaults().withTimeouts(Duration.ofMillis(50), Duration.ZERO))
                .executeAsync(lease -> new CompletableFuture<>());
        assertThat(later).failsWithin(Duration.ofMinutes(1));
    }

    @Test
    void becomesReadyWithTheFirstAnswerEvenAnEmptyOne() {
        try (LoadBalancer lb = direct()) {
            assertThat(lb.whenReady().toCompletableFuture()).isNotDone();

            discovery.publish(Catalog.empty());

            assertThat(lb.whenReady().toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void saysWhatIsNotKnown() {
        try (LoadBalancer lb = direct()) {
            assertNone(lb, "/web", "/web: nothing is known of this service yet");
            discovery.publish(API);
            assertNone(lb, "/web", "/web: the source knows no such service");
            assertNone(lb, "/new", "/new: the source knows no such service");
            discovery.publish(Endpoints.snapshot("/web"));
            assertNone(lb, "/web", "/web: no endpoint takes work (0 draining)");
        }
    }

    @Test
    void asksTheSourceForANameOnce() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);

            Cluster cluster = lb.cluster("/web");

            assertThat(lb.cluster("/web")).isSameAs(cluster);
            assertThat(discovery.requests()).containsExactly("/web");
        }
    }

    @Test
    void excludesWhatWasTried() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);
            PickContext context = PickContext.create();
            for (int i = 0; i < 3; i++) {
                context.exclude(lb.acquire("/web", context).stats());
            }

            assertThatThrownBy(() -> lb.acquire("/web", context)).hasMessage("/web: all 3 endpoints were tried");
        }
    }

    @Test
    void appliesOnlyTheNewestOfTheUpdatesThatWait() {
        List<Catalog> applied = new ArrayList<>();
        try (LoadBalancer lb = queued()) {
            lb.watch(applied::add);
            discovery.publish(WEB);
            discovery.publish(API);
            discovery.publish(WEB, API);

            assertThat(tasks).hasSize(1);
            runTasks();

            assertThat(applied).singleElement().isSameAs(lb.catalog());
            assertThat(lb.catalog().snapshots()).containsExactly(WEB, API);
            discovery.publish(API);
            assertThat(tasks).hasSize(1);
        }
    }

    @Test
    void aStormOfUpdatesWaitsInNoQueue() {
        AtomicInteger applied = new AtomicInteger();
        try (LoadBalancer lb = queued()) {
            Cluster web = lb.cluster("/web");
            lb.watch(catalog -> applied.incrementAndGet());
            for (int i = 0; i < 10_000; i++) {
                discovery.publish(Endpoints.snapshot("/web", Endpoints.endpoints(i % 7)));
                assertThat(tasks).hasSize(1);
            }
            discovery.publish(WEB);
            runTasks();

            assertThat(applied).hasValue(1);
            assertThat(web.state().active()).hasSize(3);
            assertThat(web.state().generation()).isEqualTo(1);
        }
    }

    @Test
    void configuresEachServiceByItself() {
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .configs(service -> service.name().equals("/web")
                        ? ClusterConfig.defaults().withStrategy(Strategy.roundRobin())
                        : ClusterConfig.defaults().withFilter(endpoint -> {
                            throw new IllegalStateException("on purpose");
                        }))
                .build()) {
            lb.cluster("/api");
            discovery.publish(API, WEB);

            assertThat(lb.acquire("/web").stats())
                    .isNotSameAs(lb.acquire("/web").stats());
            assertNone(lb, "/api", "/api: nothing is known of this service yet"); // its filter keeps failing
            assertThat(lb.whenReady().toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void keepsTheLastStateOfAServiceWhoseConfigurationFails() {
        AtomicBoolean broken = new AtomicBoolean();
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .configs(service -> {
                    if (broken.get() && service.name().equals("/api")) {
                        throw new IllegalStateException("on purpose");
                    }
                    return ClusterConfig.defaults();
                })
                .build()) {
            Cluster api = lb.cluster("/api");
            Cluster web = lb.cluster("/web");
            discovery.publish(API, WEB);
            broken.set(true);

            discovery.publish(Endpoints.snapshot("/api"), Endpoints.snapshot("/web"));

            assertThat(api.state().active()).hasSize(1);
            assertThat(web.state().active()).isEmpty();
        }
    }

    @Test
    void looksAtAServiceAgainOnlyWhenItIsReportedAnew() {
        List<String> configured = new ArrayList<>();
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .configs(service -> {
                    configured.add(service.name());
                    return ClusterConfig.defaults();
                })
                .build()) {
            lb.cluster("/api");
            Cluster web = lb.cluster("/web");
            discovery.publish(API, WEB);
            configured.clear();

            discovery.publish(API, Endpoints.snapshot("/web", Endpoints.endpoints(2)));
            assertThat(configured).containsExactly("/web");
            assertThat(web.state().active()).hasSize(2);

            discovery.publish(API);
            discovery.publish(API, WEB);
            assertThat(configured).containsExactly("/web", "/web");
            assertThat(web.state().active()).hasSize(3);
        }
    }

    @Test
    void triesAServiceWhoseConfigurationFailedAgainThoughItIsReportedAsBefore() {
        AtomicBoolean broken = new AtomicBoolean(true);
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .configs(service -> {
                    if (broken.get()) {
                        throw new IllegalStateException("on purpose");
                    }
                    return ClusterConfig.defaults();
                })
                .build()) {
            Cluster api = lb.cluster("/api");
            discovery.publish(API);
            assertThat(api.state().active()).isEmpty();

            broken.set(false);
            discovery.publish(API);
            assertThat(api.state().active()).hasSize(1);
        }
    }

    @Test
    void anErrorOfAListenerStopsNoOtherServicesUpdate() {
        try (LoadBalancer lb = direct()) {
            List<Cluster> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(lb.cluster("/s" + i));
            }
            all.get(7).listen((before, after) -> {
                throw new AssertionError("on purpose");
            });
            discovery.publish(all.stream()
                    .map(one -> Endpoints.snapshot(one.name(), Endpoints.endpoints(2)))
                    .toArray(Snapshot[]::new));

            assertThat(all).allMatch(one -> one.state().active().size() == 2);
            assertThat(lb.whenReady().toCompletableFuture()).isCompleted();
        }
    }

    @Test
    void servesAVipByDnsNameAndPort() {
        Snapshot labelled =
                new Snapshot(Endpoints.labelled("/shop/web", Map.of("VIP_0", "/web:10000")), Endpoints.endpoints(2));
        try (LoadBalancer lb = direct()) {
            Cluster early = lb.cluster("web.marathon.l4lb.thisdcos.directory:10000");
            discovery.publish(labelled);
            VirtualIp vip = lb.vips().vips().iterator().next();

            assertThat(early.state().active()).hasSize(2);
            assertThat(lb.acquire("web.marathon.l4lb.thisdcos.directory:10000")
                            .endpoint()
                            .id())
                    .startsWith("task-");
            assertThat(lb.cluster(vip).acquire().endpoint().id()).startsWith("task-");
            assertThat(lb.cluster("/shop/web").state().active()).hasSize(2);
            assertNone(
                    lb,
                    "web.marathon.l4lb.thisdcos.directory:10001",
                    "web.marathon.l4lb.thisdcos.directory:10001: the source knows no such service");
        }
    }

    @Test
    void aClusterThatIsNotNamedAfterItsServiceFollowsWhoeverAnswersToTheName() {
        Snapshot named = port("/web", "http");
        try (LoadBalancer lb = direct()) {
            Cluster cluster = lb.cluster("/web:http");
            discovery.publish(named);
            assertThat(cluster.state().active()).hasSize(1);
            discovery.publish(named, Endpoints.snapshot("/web:http", Endpoints.endpoints(2)));
            assertThat(cluster.state().active()).hasSize(2);
            discovery.publish(named);
            assertThat(cluster.state().active()).hasSize(1);
            discovery.publish(port("/web", "https"));
            assertThat(cluster.state().active()).isEmpty();
            discovery.publish(named);
            assertThat(cluster.state().active()).hasSize(1);
        }
    }

    @Test
    void aVipsClusterFollowsAllWhoClaimIt() {
        Map<String, String> vip = Map.of("VIP_0", "/web:80");
        Snapshot first = new Snapshot(Endpoints.labelled("/a", vip), List.of(Endpoints.endpoint("a", 1)));
        Snapshot other = new Snapshot(Endpoints.labelled("/b", vip), List.of(Endpoints.endpoint("b", 2)));
        try (LoadBalancer lb = direct()) {
            Cluster cluster = lb.cluster("web.marathon:80");
            discovery.publish(first);
            assertThat(cluster.state().active()).hasSize(1);
            discovery.publish(first, other, Endpoints.snapshot("/c", Endpoints.endpoints(1)));
            assertThat(cluster.state().active()).hasSize(2);
            discovery.publish(other);
            assertThat(cluster.state().active()).hasSize(1);
        }
    }

    @Test
    void keepsAClusterThatSomebodyHoldsWhileItsServiceIsGone() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);
            Cluster web = lb.cluster("/web");

            discovery.publish(API);
            assertThat(web.state().active()).isEmpty();
            discovery.publish(WEB);

            assertThat(web.state().active()).hasSize(3);
            assertThat(lb.cluster("/web")).isSameAs(web);
        }
    }

    @Test
    void keepsAClusterThatNobodyHoldsWhileItsServiceIsThere() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);
            Lease lease = lb.acquire("/web");
            collectGarbage();

            assertThat(lb.cluster("/web").state().active()).contains(lease.stats());
        }
    }

    @Test
    @Timeout(60)
    void dropsAClusterThatNobodyHoldsOnceItsServiceIsGoneAndMakesANewOneWhenAsked() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);
            WeakReference<Cluster> web = new WeakReference<>(lb.cluster("/web"));
            discovery.publish(API);

            while (web.get() != null) {
                collectGarbage();
            }

            assertNone(lb, "/web", "/web: the source knows no such service");
            discovery.publish(WEB);
            assertThat(lb.acquire("/web").endpoint().id()).startsWith("task-");
        }
    }

    @Test
    @Timeout(60)
    void keepsAClusterThatSomebodyListensToThoughNobodyHoldsIt() {
        try (LoadBalancer lb = direct()) {
            List<Integer> sizes = new ArrayList<>();
            lb.cluster("/web")
                    .listen((previous, current) -> sizes.add(current.active().size()));
            WeakReference<Object> witness = new WeakReference<>(new Object());
            while (witness.get() != null) {
                collectGarbage();
            }

            discovery.publish(WEB);

            assertThat(sizes).containsExactly(3);
        }
    }

    @Test
    @Timeout(60)
    void asksForANewNameWhileAListenerOfAnotherTakesItsTime() throws Exception {
        try (LoadBalancer lb = direct()) {
            CountDownLatch told = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Cluster web = lb.cluster("/web");
            web.listen((previous, current) -> {
                told.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Thread source = new Thread(() -> discovery.publish(WEB, API));
            source.start();
            try {
                told.await();
                assertThat(lb.acquire("/api").endpoint().id()).isEqualTo("api");
            } finally {
                goOn.countDown();
            }
            source.join();
        }
    }

    @Test
    void keepsItsStateWhileTheSourceFails() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);
            assertThat(lb.failure()).isNull();

            DiscoveryException problem = discovery.fail("away");

            assertThat(lb.failure()).isSameAs(problem);
            assertThat(lb.acquire("/web").endpoint().id()).startsWith("task-");
            discovery.publish(WEB);
            assertThat(lb.failure()).isNull();
        }
    }

    @Test
    void passesFailuresOnInOrderWithCatalogsAndNotWhenTheyAreOver() {
        List<Object> heard = new ArrayList<>();
        try (LoadBalancer lb = queued()) {
            lb.watch(new CatalogListener() {
                @Override
                public void onCatalog(Catalog catalog) {
                    heard.add("catalog");
                }

                @Override
                public void onFailure(DiscoveryException problem) {
                    heard.add(problem.getMessage());
                }
            });
            discovery.publish(WEB);
            discovery.fail("first");
            assertThat(heard).isEmpty();
            runTasks();
            assertThat(heard).containsExactly("catalog", "first");

            discovery.fail("second");
            discovery.publish(API);
            runTasks();
            assertThat(heard).containsExactly("catalog", "first", "catalog");
        }
    }

    @Test
    void givesALateWatcherTheNewestCatalog() {
        try (LoadBalancer lb = direct()) {
            discovery.publish(WEB);
            List<Catalog> heard = new ArrayList<>();

            lb.watch(heard::add);

            assertThat(heard).containsExactly(lb.catalog());
        }
    }

    @Test
    void goesOnAfterAControlTaskWasRejected() {
        AtomicBoolean full = new AtomicBoolean(true);
        try (LoadBalancer lb = LoadBalancer.builder(discovery)
                .control(ManualClock.executing(task -> {
                    if (full.get()) {
                        throw new RejectedExecutionException("on purpose");
                    }
                    task.run();
                }))
                .build()) {
            discovery.publish(WEB);
            full.set(false);
            discovery.publish(API);

            assertThat(lb.catalog().snapshots()).containsExactly(API);
        }
    }

    @Test
    void keepsClustersAndEndsEverythingElseWhenClosed() {
        LoadBalancer lb = direct();
        discovery.publish(WEB);

        lb.close();
        lb.close();
        discovery.publish(API);

        assertThat(discovery.closes()).isPositive();
        assertThat(lb.catalog().snapshots()).containsExactly(WEB);
        assertThat(lb.acquire("/web").endpoint().id()).startsWith("task-");
        assertThat(lb.whenReady().toCompletableFuture()).isCompleted();
    }

    @Test
    void doesNotLeaveAnyoneWaitingForTheFirstAnswerWhenClosed() {
        LoadBalancer lb = direct();
        CompletableFuture<Void> ready = lb.whenReady().toCompletableFuture();

        lb.close();

        assertThat(ready)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(DiscoveryException.class)
                .withMessage("closed before the source's first answer");
    }

    @Test
    void leavesAGivenExecutorOpen() throws Exception {
        ScheduledExecutorService control = Executors.newSingleThreadScheduledExecutor();
        try {
            LoadBalancer.builder(discovery).control(control).build().close();

            assertThat(control.submit(() -> "works").get(1, TimeUnit.MINUTES)).isEqualTo("works");
        } finally {
            control.shutdown();
        }
    }

    @Test
    void endsItsOwnControlThreadWhenClosed() throws Exception {
        AtomicReference<Thread> control = new AtomicReference<>();
        LoadBalancer lb = LoadBalancer.of(discovery);
        lb.watch(catalog -> control.set(Thread.currentThread()));
        discovery.publish(WEB);
        lb.whenReady().toCompletableFuture().get(1, TimeUnit.MINUTES);

        lb.close();

        control.get().join(60_000);
        assertThat(control.get().isAlive()).isFalse();
        assertThat(control.get().isDaemon()).isTrue();
        assertThat(control.get().getName()).isEqualTo("evenkeel-control");
    }

    private LoadBalancer direct() {
        return LoadBalancer.builder(discovery)
                .control(ManualClock.executing(Runnable::run))
                .build();
    }

    private LoadBalancer queued() {
        return LoadBalancer.builder(discovery)
                .control(ManualClock.executing(tasks::add))
                .build();
    }

    private static Snapshot port(String application, String name) {
        return new Snapshot(
                new Service(application, application, "", 0, name, 0, Protocol.TCP, Map.of(), Map.of(), List.of()),
                Endpoints.endpoints(1));
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private static void collectGarbage() {
        System.gc();
        Thread.onSpinWait();
    }

    private static void assertNone(LoadBalancer lb, String name, String message) {
        assertThatThrownBy(() -> lb.acquire(name))
                .isInstanceOf(NoEndpointException.class)
                .hasMessage(message);
    }
}
