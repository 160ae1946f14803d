package io.evenkeel.benchmarks.peers;

import io.grpc.Attributes;
import io.grpc.ClientStreamTracer;
import io.grpc.ClientStreamTracer.StreamInfo;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.xds.shaded.com.github.xds.data.orca.v3.OrcaLoadReport;
import java.util.BitSet;
import java.util.Map;
import java.util.Objects;

/**
 * A gRPC policy that follows each stream with a tracer: it is begun as a channel begins it, and the report is its end.
 *
 * <p>The weights of {@code weighted_round_robin} are what endpoints say of their load. They say it once, at the start;
 * the trailers of the timed uses carry no further news, so that nothing is parsed there.
 */
final class GrpcTraced extends Contender<GrpcTraced.Use> {

    private static final Metadata.Key<byte[]> LOAD =
            Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);

    private final GrpcBalancer balancer;
    private final StreamInfo info;
    private final Metadata headers = new Metadata();
    private final Metadata trailers = new Metadata();

    private GrpcTraced(String policy, Map<String, ?> config, int count) {
        balancer = new GrpcBalancer(policy, config, count);
        info = StreamInfo.newBuilder().setCallOptions(balancer.options()).build();
    }

    static GrpcTraced leastRequest(int count) {
        return new GrpcTraced("least_request_experimental", Map.of(), count);
    }

    static GrpcTraced weightedRoundRobin(int count) {
        Map<String, String> config = Map.of("blackoutPeriod", "0s", "weightExpirationPeriod", "86400s");
        GrpcTraced contender = new GrpcTraced("weighted_round_robin", config, count);
        contender.feed(count);
        contender.balancer.refresh();
        return contender;
    }

    /* Without weights it is a rotation, but once in a second it takes over what it has been told by then. */
    private void feed(int count) {
        BitSet told = new BitSet(count);
        for (long i = 0; told.cardinality() < count; i++) {
            if (i > 1000L * count) {
                throw new IllegalStateException(
                        "endpoints that tell their load: " + told.cardinality() + " of " + count);
            }
            Use use = pick(i);
            int index = index(use);
            end(use.tracer, load(Hosts.weight(index)));
            told.set(index);
        }
    }

    private static Metadata load(int weight) {
        Metadata trailers = new Metadata();
        trailers.put(
                LOAD,
                OrcaLoadReport.newBuilder()
                        .setCpuUtilization(0.5)
                        .setRpsFractional(100.0 * weight)
                        .build()
                        .toByteArray());
        return trailers;
    }

    @Override
    Use pick(long key) {
        PickResult result = balancer.pick(key);
        return new Use(result, begin(result));
    }

    private ClientStreamTracer begin(PickResult result) {
        ClientStreamTracer tracer =
                Objects.requireNonNull(result.getStreamTracerFactory()).newClientStreamTracer(info, headers);
        tracer.streamCreated(Attributes.EMPTY, headers);
        return tracer;
    }

    @Override
    void report(Use use) {
        end(use.tracer, trailers);
    }

    private static void end(ClientStreamTracer tracer, Metadata with) {
        tracer.inboundTrailers(with);
        tracer.streamClosed(Status.OK);
    }

    @Override
    int index(Use use) {
        return balancer.index(use.result);
    }

    @Override
    Object use(long key) {
        PickResult result = balancer.pick(key);
        end(begin(result), trailers);
        return result;
    }

    @Override
    void replace(boolean toOther) {
        balancer.replace(toOther);
    }

    @Override
    public void close() {
        balancer.close();
    }

    /** A choice, and who follows the stream that goes there. */
    record Use(PickResult result, ClientStreamTracer tracer) {}
}
