package io.evenkeel.benchmarks.peers;

import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import com.netflix.loadbalancer.BestAvailableRule;
import com.netflix.loadbalancer.RandomRule;
import com.netflix.loadbalancer.RoundRobinRule;
import com.netflix.loadbalancer.ZoneAvoidanceRule;
import com.twitter.finagle.loadbalancer.Balancers;
import com.twitter.finagle.util.Rng;
import com.twitter.util.Duration;
import io.evenkeel.strategy.Strategy;
import java.util.function.IntFunction;
import org.springframework.cloud.loadbalancer.core.RandomLoadBalancer;
import org.springframework.cloud.loadbalancer.core.RoundRobinLoadBalancer;

/** One algorithm of one library. A line here is all that a benchmark, its proof and the table need of it. */
@SuppressWarnings("ImmutableEnumChecker") // the factories keep nothing
public enum Entrant {
    EVENKEEL_ROUND_ROBIN(Algorithm.ROTATION, "round-robin", n -> new Evenkeel.Counted(Strategy.roundRobin(), false, n)),
    EVENKEEL_BARE_ROUND_ROBIN(
            Algorithm.ROTATION, "round-robin, uncounted", n -> new Evenkeel.Bare(Strategy.roundRobin(), n)),
    EVENKEEL_RANDOM(Algorithm.RANDOM, "random", n -> new Evenkeel.Counted(Strategy.random(), false, n)),
    EVENKEEL_BARE_RANDOM(Algorithm.RANDOM, "random, uncounted", n -> new Evenkeel.Bare(Strategy.random(), n)),
    EVENKEEL_WEIGHTED(Algorithm.WEIGHTED, "weighted", n -> new Evenkeel.Counted(Strategy.weighted(), true, n)),
    EVENKEEL_LEAST_REQUEST(
            Algorithm.LEAST_REQUEST, "least-request", n -> new Evenkeel.Counted(Strategy.leastRequest(), false, n)),
    EVENKEEL_LATENCY_AWARE(
            Algorithm.LATENCY_AWARE, "latency-aware", n -> new Evenkeel.Timed(Strategy.latencyAware(), n)),
    EVENKEEL_PEAK_EWMA(Algorithm.LATENCY_AWARE, "peak-ewma", n -> new Evenkeel.Timed(Strategy.peakEwma(), n)),
    EVENKEEL_MAGLEV(Algorithm.CONSISTENT_HASH, "maglev", n -> new Evenkeel.Keyed(Strategy.maglev(), n)),
    EVENKEEL_RING(Algorithm.CONSISTENT_HASH, "ring", n -> new Evenkeel.Keyed(Strategy.ring(), n)),

    GRPC_ROUND_ROBIN(Algorithm.ROTATION, "round_robin", n -> new Grpc("round_robin", n)),
    GRPC_WEIGHTED_ROUND_ROBIN(Algorithm.WEIGHTED, "weighted_round_robin", GrpcTraced::weightedRoundRobin),
    GRPC_LEAST_REQUEST(Algorithm.LEAST_REQUEST, "least_request", GrpcTraced::leastRequest),
    GRPC_RING_HASH(Algorithm.CONSISTENT_HASH, "ring_hash", n -> new Grpc("ring_hash_experimental", n)),

    ARMERIA_ROUND_ROBIN(
            Algorithm.ROTATION, "roundRobin", n -> new Armeria(EndpointSelectionStrategy.roundRobin(), false, n)),
    ARMERIA_WEIGHTED_ROUND_ROBIN(
            Algorithm.WEIGHTED,
            "weightedRoundRobin",
            n -> new Armeria(EndpointSelectionStrategy.weightedRoundRobin(), true, n)),
    ARMERIA_RAMPING_UP(
            Algorithm.WEIGHTED, "rampingUp", n -> new Armeria(EndpointSelectionStrategy.rampingUp(), true, n)),
    ARMERIA_STICKY(Algorithm.CONSISTENT_HASH, "sticky", n -> new Armeria(Armeria.sticky(), false, n)),

    FINAGLE_ROUND_ROBIN(Algorithm.ROTATION, "roundRobin", n -> new Finagle(Balancers.roundRobin(), n)),
    FINAGLE_P2C(Algorithm.LEAST_REQUEST, "p2c", n -> new Finagle(Balancers.p2c(Rng.threadLocal()), n)),
    FINAGLE_P2C_PEAK_EWMA(
            Algorithm.LATENCY_AWARE,
            "p2cPeakEwma",
            n -> new Finagle(Balancers.p2cPeakEwma(Duration.fromSeconds(10), Rng.threadLocal()), n)),

    RIBBON_ROUND_ROBIN(Algorithm.ROTATION, "RoundRobin", n -> new Ribbon.Plain(new RoundRobinRule(), n)),
    RIBBON_ZONE_AVOIDANCE(Algorithm.ROTATION, "ZoneAvoidance", n -> new Ribbon.Counted(new ZoneAvoidanceRule(), n)),
    RIBBON_RANDOM(Algorithm.RANDOM, "Random", n -> new Ribbon.Plain(new RandomRule(), n)),
    RIBBON_BEST_AVAILABLE(
            Algorithm.LEAST_REQUEST, "BestAvailable", n -> new Ribbon.Counted(new BestAvailableRule(), n)),
    RIBBON_WEIGHTED_RESPONSE_TIME(Algorithm.LATENCY_AWARE, "WeightedResponseTime", Ribbon.Timed::new),

    SPRING_ROUND_ROBIN(Algorithm.ROTATION, "round robin", n -> new Spring(RoundRobinLoadBalancer::new, false, n)),
    SPRING_RANDOM(Algorithm.RANDOM, "random", n -> new Spring(RandomLoadBalancer::new, false, n)),
    SPRING_WEIGHTED(Algorithm.WEIGHTED, "weighted", n -> new Spring(RoundRobinLoadBalancer::new, true, n));

    private final Algorithm algorithm;
    private final String title;
    private final IntFunction<Contender<?>> factory;

    Entrant(Algorithm algorithm, String title, IntFunction<Contender<?>> factory) {
        this.algorithm = algorithm;
        this.title = title;
        this.factory = factory;
    }

    /** What it takes into account. */
    Algorithm algorithm() {
        return algorithm;
    }

    /** Who made it: the first word of its name. */
    Library library() {
        return Library.valueOf(name().substring(0, name().indexOf('_')));
    }

    /** What its library calls it. */
    String title() {
        return title;
    }

    /** Sets it up over so many endpoints. */
    Contender<?> contender(int endpoints) {
        return factory.apply(endpoints);
    }

    /** Sets it up, and proves that it balances before handing it out. */
    Contender<?> provenContender(int endpoints) {
        try (Contender<?> small = contender(Proof.SMALL)) {
            Proof.follows(algorithm, small);
        }
        Contender<?> contender = contender(endpoints);
        Proof.spreads(contender);
        return contender;
    }
}
