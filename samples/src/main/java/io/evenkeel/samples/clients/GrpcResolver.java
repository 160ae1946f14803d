package io.evenkeel.samples.clients;

import io.evenkeel.LoadBalancer;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.embed.Addresses;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.URI;

/** Lets gRPC channels follow {@code marathon:///shop/web}; give them the policy {@code round_robin}. Register it once. */
public final class GrpcResolver extends NameResolverProvider {
    private final LoadBalancer loadBalancer;

    public GrpcResolver(LoadBalancer loadBalancer) {
        this.loadBalancer = loadBalancer;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }

    @Override
    public String getDefaultScheme() {
        return "marathon";
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
        return new NameResolver() {
            private Subscription changes = () -> {};

            @Override
            public String getServiceAuthority() {
                return target.getPath().substring(1);
            }

            @Override
            public void start(Listener2 listener) {
                changes = Addresses.follow(loadBalancer.cluster(target.getPath()), EquivalentAddressGroup::new, all -> {
                    var result = ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(all));
                    listener.onResult(result.build());
                });
            }

            @Override
            public void shutdown() {
                changes.close();
            }
        };
    }
}
