package io.evenkeel.benchmarks.peers;

import com.netflix.loadbalancer.BaseLoadBalancer;
import com.netflix.loadbalancer.IRule;
import com.netflix.loadbalancer.LoadBalancerStats;
import com.netflix.loadbalancer.Server;
import com.netflix.loadbalancer.ServerStats;
import com.netflix.loadbalancer.WeightedResponseTimeRule;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Ribbon's base load balancer with one of its rules.
 *
 * <p>The balancer introduces itself to its rule before its statistics exist, and a rule that finds none silently
 * rotates; so it is introduced again.
 */
abstract class Ribbon<U> extends Contender<U> {

    /** One response of each server is known from the start, or the rule that weighs them would rotate. */
    private static final double FIRST_MILLIS = 0.001;

    /* One for all. Among several, the rule that avoids zones counts through all servers anew for each server that it looks
     * at: most of a second, and 25 MB, for one choice of a thousand. */
    private static final String ZONE = "a";

    private final BaseLoadBalancer balancer;
    private final LoadBalancerStats stats = new LoadBalancerStats("web");
    private final IRule rule;
    private final List<Server> one;
    private final List<Server> other;

    private Ribbon(IRule rule, int count) {
        this.rule = rule;
        IntFunction<Server> make = i -> {
            Server server = new Server(Hosts.host(i), Hosts.PORT);
            server.setZone(ZONE);
            return server;
        };
        one = Hosts.list(count, make);
        other = Hosts.replaced(one, make);
        balancer = new BaseLoadBalancer("web", rule, stats);
        balancer.setServersList(one);
        stats.updateZoneServerMapping(Map.of(ZONE, one));
        for (Server server : one) {
            stats(server).noteResponseTime(FIRST_MILLIS);
        }
        introduce();
    }

    /** Shows the balancer to its rule. */
    final void introduce() {
        rule.setLoadBalancer(balancer);
    }

    final Server choose() {
        return balancer.chooseServer(null);
    }

    final ServerStats stats(Server server) {
        return stats.getSingleServerStat(server);
    }

    @Override
    final void replace(boolean toOther) {
        balancer.setServersList(toOther ? other : one);
    }

    @Override
    public void close() {
        balancer.shutdown();
    }

    /** A rule that takes no notice of uses. */
    static final class Plain extends Ribbon<Server> {

        Plain(IRule rule, int count) {
            super(rule, count);
        }

        @Override
        Server pick(long key) {
            return choose();
        }

        @Override
        void report(Server use) {}

        @Override
        int index(Server use) {
            return Hosts.index(use.getHost());
        }
    }

    /** A rule that looks at the uses in flight. */
    static final class Counted extends Ribbon<ServerStats> {

        Counted(IRule rule, int count) {
            super(rule, count);
        }

        @Override
        ServerStats pick(long key) {
            ServerStats chosen = stats(choose());
            chosen.incrementActiveRequestsCount();
            return chosen;
        }

        @Override
        void report(ServerStats use) {
            use.decrementActiveRequestsCount();
        }

        @Override
        int index(ServerStats use) {
            return Hosts.index(use.getServer().getHost());
        }
    }

    /** The rule that looks at how long uses take; it does so each half minute. */
    static final class Timed extends Ribbon<Timed.Use> {

        private final Weights rule;

        Timed(int count) {
            this(new Weights(), count);
        }

        private Timed(Weights rule, int count) {
            super(rule, count);
            this.rule = rule;
            settle();
        }

        @Override
        Use pick(long key) {
            return new Use(stats(choose()), System.nanoTime());
        }

        @Override
        void report(Use use) {
            use.stats.noteResponseTime((System.nanoTime() - use.startNanos) / 1e6);
        }

        @Override
        int index(Use use) {
            return Hosts.index(use.stats.getServer().getHost());
        }

        @Override
        Object use(long key) {
            ServerStats stats = stats(choose());
            long begun = System.nanoTime();
            stats.noteResponseTime((System.nanoTime() - begun) / 1e6);
            return stats;
        }

        @Override
        void settle() {
            introduce();
            rule.await();
        }

        @Override
        public void close() {
            super.close();
            rule.shutdown();
        }

        /** A choice, and when it was made. */
        record Use(ServerStats stats, long startNanos) {}

        /** The rule itself, but one can wait for the weights it works out when a balancer is shown to it. */
        private static final class Weights extends WeightedResponseTimeRule {

            void await() {
                while (serverWeightAssignmentInProgress.get()) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
