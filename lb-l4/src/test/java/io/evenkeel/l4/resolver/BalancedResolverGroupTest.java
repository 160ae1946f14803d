package io.evenkeel.l4.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.embed.ServiceHosts;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.l4.Transport;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.strategy.Strategy;
import io.evenkeel.testing.ManualClock;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.resolver.AddressResolver;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BalancedResolverGroupTest {

    private final Transport transport = Transport.open(1);
    private LoadBalancer lb;
    private BalancedResolverGroup group;

    private AddressResolver<InetSocketAddress> over(Endpoint... endpoints) {
        lb = LoadBalancer.builder(StaticDiscovery.of(new Snapshot(Service.named("web"), List.of(endpoints))))
                .config(ClusterConfig.defaults().withStrategy(Strategy.roundRobin()))
                .control(ManualClock.executing(Runnable::run))
                .build();
        group = BalancedResolverGroup.of(ServiceHosts.of(lb));
        return group.getResolver(transport.eventLoops().next());
    }

    @AfterEach
    void close() {
        group.close();
        lb.close();
        transport.close();
    }

    private static InetSocketAddress named(String host, int port) {
        return InetSocketAddress.createUnresolved(host, port);
    }

    private static Endpoint at(int port) {
        return Endpoint.of("127.0.0.1", port);
    }

    private static List<Integer> ports(List<InetSocketAddress> addresses) {
        return addresses.stream().map(InetSocketAddress::getPort).toList();
    }

    @Test
    void connectsABootstrapToOneEndpointAfterTheOther() throws Exception {
        try (TestServer a = TestServer.echo();
                TestServer b = TestServer.echo()) {
            over(a.endpoint(), b.endpoint());
            Bootstrap bootstrap = new Bootstrap()
                    .group(transport.eventLoops())
                    .channel(transport.socketChannel())
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel channel) {}
                    })
                    .resolver(group);
            List<Object> reached = new ArrayList<>();

            for (int i = 0; i < 2; i++) {
                Channel channel = bootstrap.connect(named("web", 80)).sync().channel();
                reached.add(channel.remoteAddress());
                channel.close().sync();
            }

            assertThat(reached).containsExactlyInAnyOrder(a.address(), b.address());
        }
    }

    @Test
    void givesThePickedOneFirstAndTwoOthersForTheCaseThatItFails() throws Exception {
        AddressResolver<InetSocketAddress> resolver = over(at(1), at(2), at(3), at(4));
        List<Integer> firsts = new ArrayList<>();

        for (int i = 0; i < 4; i++) {
            List<Integer> all =
                    ports(resolver.resolveAll(named("web", 80)).sync().getNow());
            assertThat(all).hasSize(3).doesNotHaveDuplicates();
            firsts.add(all.get(0));
        }

        assertThat(firsts).containsExactlyInAnyOrder(1, 2, 3, 4);
    }

    @Test
    void leavesNoUseOpen() throws Exception {
        over(at(1)).resolve(named("web", 80)).sync();

        assertThat(lb.cluster("web").state().active().get(0).inFlight()).isZero();
    }

    @Test
    void saysWhyThereIsNoAddress() throws Exception {
        AddressResolver<InetSocketAddress> resolver = over();

        for (Future<?> failed : List.of(resolver.resolve(named("web", 80)), resolver.resolveAll(named("web", 80)))) {
            assertThat(failed.await().cause())
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining("web: no endpoint takes work");
        }
    }

    @Test
    void leavesOtherHostsToOthersUnlessItIsToldNotTo() throws Exception {
        AddressResolver<InetSocketAddress> resolver = over(at(1));

        assertThat(resolver.resolve(named("localhost", 80)).sync().getNow().isUnresolved())
                .isFalse();
        assertThat(resolver.resolveAll(named("localhost", 80)).sync().getNow()).isNotEmpty();
        assertThat(resolver.isResolved(new InetSocketAddress(InetAddress.getLoopbackAddress(), 80)))
                .isTrue();
        try (BalancedResolverGroup strict =
                BalancedResolverGroup.of(ServiceHosts.of(lb).exclusively())) {
            assertThat(strict.getResolver(transport.eventLoops().next())
                            .resolve(named("localhost", 80))
                            .await()
                            .cause())
                    .isInstanceOf(UnknownHostException.class);
        }
    }

    @Test
    void resolvesEndpointsThatTheSourceKnowsByName() throws Exception {
        Endpoint byName = Endpoint.of(named("localhost", 7));
        AddressResolver<InetSocketAddress> resolver = over(byName, Endpoint.of(named("nowhere.invalid", 8)));

        assertThat(ports(resolver.resolveAll(named("web", 80)).sync().getNow())).containsExactly(7);
        assertThat(ports(resolver.resolveAll(named("web", 80)).sync().getNow())).containsExactly(7);
    }
}
