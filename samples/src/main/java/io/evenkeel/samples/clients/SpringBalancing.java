package io.evenkeel.samples.clients;

import io.evenkeel.LoadBalancer;
import io.evenkeel.cluster.Lease;
import io.evenkeel.cluster.NoEndpointException;
import io.evenkeel.endpoint.Outcome;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.CompletionContext;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.EmptyResponse;
import org.springframework.cloud.client.loadbalancer.LoadBalancerLifecycle;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.client.loadbalancer.ResponseData;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud LoadBalancer over a service: one bean in the class that {@code @LoadBalancerClient} names as configuration.
 *
 * @param loadBalancer who knows the service
 * @param service its name
 */
public record SpringBalancing(LoadBalancer loadBalancer, String service)
        implements ReactorServiceInstanceLoadBalancer, LoadBalancerLifecycle<Object, Object, ServiceInstance> {
    private static final class Leased extends DefaultServiceInstance {
        private final transient Lease lease;

        Leased(Lease lease, String service) {
            super(lease.endpoint().id(), service, lease.address().getHostString(), 0, false);
            setPort(lease.address().getPort());
            this.lease = lease;
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Spring has it
    public Mono<Response<ServiceInstance>> choose(Request request) {
        return Mono.fromSupplier(() -> new Leased(loadBalancer.acquire(service), service))
                .<Response<ServiceInstance>>map(DefaultResponse::new)
                .onErrorReturn(NoEndpointException.class, new EmptyResponse());
    }

    @Override
    public void onStart(Request<Object> request) {}

    @Override
    public void onStartRequest(Request<Object> request, Response<ServiceInstance> response) {}

    @Override
    public void onComplete(CompletionContext<Object, ServiceInstance, Object> end) {
        if (end.getLoadBalancerResponse() instanceof DefaultResponse got && got.getServer() instanceof Leased one) {
            var status = end.getClientResponse() instanceof ResponseData answer ? answer.getHttpStatus() : null;
            Outcome answered = status != null && status.is5xxServerError() ? Outcome.FAILURE : Outcome.SUCCESS;
            one.lease.complete(end.getThrowable() == null ? answered : Outcome.RESET);
        }
    }
}
