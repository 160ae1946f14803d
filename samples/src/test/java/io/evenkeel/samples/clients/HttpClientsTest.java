package io.evenkeel.samples.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.SessionProtocol;
import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.ClusterConfig;
import io.evenkeel.discovery.Service;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.discovery.StaticDiscovery;
import io.evenkeel.embed.ServiceHosts;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.l4.testing.TestServer;
import io.evenkeel.strategy.Strategy;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.LoadBalancerClient;
import org.springframework.cloud.client.loadbalancer.LoadBalancerInterceptor;
import org.springframework.cloud.client.loadbalancer.LoadBalancerProperties;
import org.springframework.cloud.client.loadbalancer.LoadBalancerRequestFactory;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.loadbalancer.blocking.client.BlockingLoadBalancerClient;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;

/** Each client asks {@code /web} while it is scaled to two and back. */
@Timeout(120)
class HttpClientsTest {

    private static final Pattern TASK = Pattern.compile("from task (\\S+)");

    private final ScalingApp app = ScalingApp.ofKind("http");
    private final ServiceHosts hosts = ServiceHosts.of(app.loadBalancer());

    @AfterEach
    void close() {
        app.close();
    }

    private static String task(String page) {
        Matcher matcher = TASK.matcher(page);
        assertThat(matcher.find()).as(page).isTrue();
        return matcher.group(1);
    }

    @Test
    void jdkHttpClient() {
        JdkHttp client = new JdkHttp(app.loadBalancer());

        app.scaleWhileAsking(() -> task(client.get("http://web.marathon.l4lb.thisdcos.directory/")));
    }

    @Test
    void okHttp() {
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(new OkHttpBalancing(hosts))
                .build();

        app.scaleWhileAsking(() -> ask(client));
        assertGoesElsewhere(others -> ask(new OkHttpClient.Builder()
                .addInterceptor(new OkHttpBalancing(ServiceHosts.of(others)))
                .build()));
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }

    private static String ask(OkHttpClient client) throws IOException {
        Request request = new Request.Builder().url("http://web/").build();
        try (Response response = client.newCall(request).execute()) {
            return task(response.body().string());
        }
    }

    @Test
    void apacheHttpClient() throws Exception {
        try (CloseableHttpClient client = apache(app.loadBalancer())) {
            app.scaleWhileAsking(() -> ask(client));
        }
        assertGoesElsewhere(others -> {
            try (CloseableHttpClient client = apache(others)) {
                return ask(client);
            }
        });
    }

    private static CloseableHttpClient apache(LoadBalancer lb) {
        return HttpClients.custom()
                .addExecInterceptorBefore(
                        ChainElement.CONNECT.name(), "balancing", new ApacheHttpBalancing(ServiceHosts.of(lb)))
                .build();
    }

    private static String ask(CloseableHttpClient client) throws IOException {
        return client.execute(new HttpGet("http://web/"), response -> task(EntityUtils.toString(response.getEntity())));
    }

    @Test
    void armeria() {
        try (ArmeriaEndpoints endpoints = new ArmeriaEndpoints(app.cluster())) {
            WebClient client = WebClient.of(SessionProtocol.H1C, endpoints);

            app.scaleWhileAsking(() -> task(client.get("/").aggregate().join().contentUtf8()));
        }
    }

    @Test
    void reactorNetty() {
        reactor.netty.http.client.HttpClient client = reactor.netty.http.client.HttpClient.create();

        app.scaleWhileAsking(() -> ask(new ReactorNetty(client, app.cluster())));
        assertGoesElsewhere(others -> ask(new ReactorNetty(client, others.cluster("/web"))));
    }

    private static String ask(ReactorNetty client) {
        return task(client.get("/").block());
    }

    /** Asks through a load balancer that also knows an endpoint at which nobody listens. */
    private void assertGoesElsewhere(Client client) {
        Endpoint dead = Endpoint.of(TestServer.refusing());
        Endpoint alive = app.cluster().state().active().get(0).endpoint();
        try (LoadBalancer others = LoadBalancer.builder(
                        StaticDiscovery.of(new Snapshot(Service.named("/web"), List.of(dead, alive))))
                .config(ClusterConfig.defaults().withStrategy(Strategy.roundRobin()))
                .build()) {
            others.whenReady().toCompletableFuture().join();
            for (int i = 0; i < 4; i++) {
                assertThat(client.ask(others)).isEqualTo(alive.id());
            }
            assertThat(others.cluster("/web").state().active().stream()
                            .filter(stats -> stats.endpoint().equals(dead))
                            .mapToLong(stats -> stats.count(Outcome.CONNECT_FAILED))
                            .sum())
                    .isPositive();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @FunctionalInterface
    private interface Client {
        String ask(LoadBalancer others) throws Exception;
    }

    @Test
    void springCloudLoadBalancer() {
        RestClient client = spring(app.loadBalancer());

        app.scaleWhileAsking(() -> ask(client));
    }

    @Test
    void springTellsOfFailures() {
        RestClient client = spring(app.loadBalancer());
        assertThatExceptionOfType(HttpServerErrorException.class)
                .isThrownBy(() ->
                        client.get().uri("http://web/?_status=503").retrieve().body(String.class));

        assertThat(app.cluster().state().active().get(0).count(Outcome.FAILURE)).isOne();
    }

    private static RestClient spring(LoadBalancer loadBalancer) {
        LoadBalancerClient picking =
                new BlockingLoadBalancerClient(new OneService(new SpringBalancing(loadBalancer, ScalingApp.APP)));
        return RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory())
                .requestInterceptor(new LoadBalancerInterceptor(picking, new LoadBalancerRequestFactory(picking)))
                .build();
    }

    private static String ask(RestClient client) {
        return task(client.get().uri("http://web/").retrieve().body(String.class));
    }

    /** What Spring's context would make of one configuration class. */
    private record OneService(SpringBalancing balancing) implements ReactiveLoadBalancer.Factory<ServiceInstance> {

        @Override
        public LoadBalancerProperties getProperties(String service) {
            return new LoadBalancerProperties();
        }

        @Override
        public ReactiveLoadBalancer<ServiceInstance> getInstance(String service) {
            return balancing;
        }

        @Override
        public <X> Map<String, X> getInstances(String service, Class<X> type) {
            return type.isInstance(balancing) ? Map.of("balancing", type.cast(balancing)) : Map.of();
        }

        @SuppressWarnings("TypeParameterUnusedInFormals") // as the interface has it
        @Override
        public <X> X getInstance(String service, Class<?> type, Class<?>... generics) {
            return null;
        }
    }
}
