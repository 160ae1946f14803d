package io.evenkeel.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Cluster;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.marathon.MarathonConfig;
import io.evenkeel.discovery.marathon.MarathonDiscovery;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.Eventually;
import io.evenkeel.testing.marathon.MarathonSimulator;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The app {@code /web} on a simulated Marathon, and the scaling to two and back that every client has to live through.
 *
 * <p>Endpoints are taken in turn, so that whoever asks one question after the other soon meets all of them; strategies that
 * look at latency owe that to nobody.
 */
final class ScalingApp implements AutoCloseable {

    static final String APP = "/web";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MarathonSimulator marathon;
    private final LoadBalancer loadBalancer;
    private final Function<Endpoint, String> name;

    private ScalingApp(MarathonSimulator marathon, String kind, int port, Function<Endpoint, String> name) {
        this.marathon = marathon.start();
        this.name = name;
        marathon.createApp("""
                {"id": "/web", "instances": 1, "cmd": "./web", "cpus": 0.1, "mem": 32, "requirePorts": %b,
                 "labels": {"SIM_KIND": "%s"}, "networks": [{"mode": "host"}],
                 "portDefinitions": [{"port": %d, "protocol": "tcp", "labels": {"VIP_0": "/web:80"}}]}
                """.formatted(port != 0, kind, port));
        marathon.awaitTasks(APP, 1, PATIENCE);
        loadBalancer = LoadBalancer.builder(MarathonDiscovery.of(
                        MarathonConfig.builder(marathon.uri()).build()))
                .config(ClusterConfig.defaults().withStrategy(Strategy.roundRobin()))
                .build();
        loadBalancer
                .whenReady()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** Tasks that really serve, and say their ids. */
    static ScalingApp ofKind(String kind) {
        return new ScalingApp(simulator().build(), kind, 0, Endpoint::id);
    }

    /** Tasks that the test serves, at this port of each agent; each says its address. */
    static ScalingApp servedAt(int port) {
        return new ScalingApp(
                simulator().realTasks(false).build(),
                "tcp",
                port,
                one -> one.address().getAddress().getHostAddress());
    }

    /* A polite second, as real tasks have, between the news that a task stops and its end. */
    private static io.evenkeel.testing.marathon.SimulatorConfig.Builder simulator() {
        return MarathonSimulator.builder().killGrace(Duration.ofSeconds(1));
    }

    LoadBalancer loadBalancer() {
        return loadBalancer;
    }

    Cluster cluster() {
        return loadBalancer.cluster(APP);
    }

    /** Asks all the while, scales to two and back, and has the answers come from whoever is there, and none fail. */
    void scaleWhileAsking(Questions.Question question) {
        try (Questions questions = new Questions(question)) {
            assertAnsweredBy(questions, 1);
            marathon.scale(APP, 2);
            assertAnsweredBy(questions, 2);
            marathon.scale(APP, 1);
            assertAnsweredBy(questions, 1);
            marathon.awaitTasks(APP, 1, PATIENCE); // the other one is gone, not just going
            questions.sample(20);
            assertThat(questions.failures()).isEmpty();
        }
        Eventually.holds(
                "every lease has ended",
                () -> cluster().state().active().stream().allMatch(stats -> stats.inFlight() == 0));
    }

    private void assertAnsweredBy(Questions questions, int instances) {
        Eventually.holds(
                instances + " instances", () -> cluster().state().active().size() == instances);
        Set<String> wanted = cluster().state().active().stream()
                .map(stats -> name.apply(stats.endpoint()))
                .collect(Collectors.toSet());
        Eventually.holds(
                "answers by exactly " + wanted + ", not " + questions,
                () -> !questions.failures().isEmpty()
                        || Set.copyOf(questions.sample(20)).equals(wanted));
        assertThat(questions.failures()).isEmpty();
        List<String> then = questions.sample(20);
        assertThat(wanted).containsAll(then);
    }

    @Override
    public void close() {
        loadBalancer.close();
        marathon.close();
    }
}
