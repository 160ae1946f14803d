package io.evenkeel.benchmarks.peers;

import io.grpc.LoadBalancer.PickResult;
import java.util.Map;

/** A gRPC policy that takes no notice of uses. */
final class Grpc extends Contender<PickResult> {

    private final GrpcBalancer balancer;

    Grpc(String policy, int count) {
        balancer = new GrpcBalancer(policy, Map.of(), count);
    }

    @Override
    PickResult pick(long key) {
        return balancer.pick(key);
    }

    @Override
    void report(PickResult use) {}

    @Override
    int index(PickResult use) {
        return balancer.index(use);
    }

    @Override
    void replace(boolean toOther) {
        balancer.replace(toOther);
    }

    @Override
    public void close() {
        balancer.close();
    }
}
