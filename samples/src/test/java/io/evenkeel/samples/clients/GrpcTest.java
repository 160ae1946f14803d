package io.evenkeel.samples.clients;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.NameResolverRegistry;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gRPC channel asks {@code /web} while it is scaled to two and back. */
@Timeout(120)
class GrpcTest {

    private static final MethodDescriptor<String, String> WHO = MethodDescriptor.<String, String>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test.Web/Who")
            .setRequestMarshaller(new Text())
            .setResponseMarshaller(new Text())
            .build();

    @Test
    void grpc() throws Exception {
        List<Server> servers = new ArrayList<>();
        List<InetSocketAddress> agents = Agents.withAFreePort();
        for (InetSocketAddress address : agents) {
            servers.add(serve(address));
        }
        ScalingApp app = ScalingApp.servedAt(agents.get(0).getPort());
        GrpcResolver resolver = new GrpcResolver(app.loadBalancer());
        NameResolverRegistry.getDefaultRegistry().register(resolver);
        ManagedChannel channel = Grpc.newChannelBuilder("marathon:///web", InsecureChannelCredentials.create())
                .defaultLoadBalancingPolicy("round_robin")
                .build();
        try (app) {
            app.scaleWhileAsking(() -> ClientCalls.blockingUnaryCall(channel, WHO, CallOptions.DEFAULT, ""));
        } finally {
            channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
            NameResolverRegistry.getDefaultRegistry().deregister(resolver);
            servers.forEach(Server::shutdownNow);
        }
    }

    private static Server serve(InetSocketAddress address) throws IOException {
        return NettyServerBuilder.forAddress(address)
                .addService(ServerServiceDefinition.builder("test.Web")
                        .addMethod(WHO, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext(address.getAddress().getHostAddress());
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    /** Texts as they are. */
    private static final class Text implements MethodDescriptor.Marshaller<String> {

        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream in) {
            try {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
