package io.evenkeel.benchmarks.peers;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.cloud.loadbalancer.core.WeightedServiceInstanceListSupplier;
import reactor.core.publisher.Flux;

/**
 * Spring Cloud's balancer over a list in memory, which is as cheap as a supplier can be; each choice is a {@code Mono}
 * that is waited for, as its blocking client does. Nothing of it takes notice of a report.
 */
final class Spring extends Contender<ServiceInstance> {

    private final ReactorServiceInstanceLoadBalancer balancer;

    Spring(
            BiFunction<ObjectProvider<ServiceInstanceListSupplier>, String, ReactorServiceInstanceLoadBalancer> factory,
            boolean weighted,
            int count) {
        ServiceInstanceListSupplier fixed = new Fixed(Hosts.list(count, Spring::instance));
        ServiceInstanceListSupplier supplier = weighted ? new WeightedServiceInstanceListSupplier(fixed) : fixed;
        balancer = factory.apply(new Provider(supplier), "web");
    }

    @Override
    ServiceInstance pick(long key) {
        Response<ServiceInstance> response =
                balancer.choose(ReactiveLoadBalancer.REQUEST).block();
        return Objects.requireNonNull(Objects.requireNonNull(response).getServer());
    }

    @Override
    void report(ServiceInstance use) {}

    @Override
    int index(ServiceInstance use) {
        return Hosts.index(use.getHost());
    }

    private static ServiceInstance instance(int index) {
        Map<String, String> metadata = Map.of("weight", Integer.toString(Hosts.weight(index)));
        return new DefaultServiceInstance("web-" + index, "web", Hosts.host(index), Hosts.PORT, false, metadata);
    }

    /** A list that never changes. */
    private record Fixed(List<ServiceInstance> instances) implements ServiceInstanceListSupplier {

        @Override
        public String getServiceId() {
            return "web";
        }

        @Override
        public Flux<List<ServiceInstance>> get() {
            return Flux.just(instances);
        }
    }

    /** What the application context would find. */
    private record Provider(ServiceInstanceListSupplier supplier)
            implements ObjectProvider<ServiceInstanceListSupplier> {

        @Override
        public ServiceInstanceListSupplier getObject() {
            return supplier;
        }
    }
}
