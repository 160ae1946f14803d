package io.evenkeel.benchmarks.peers;

import io.grpc.CallOptions;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Field;

/** One request as gRPC's pickers see it, with the hash that its resolver would have put into the call's options. */
final class GrpcArgs extends PickSubchannelArgs {

    private static final MethodDescriptor<Void, Void> METHOD = MethodDescriptor.<Void, Void>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("web/Get")
            .setRequestMarshaller(new Nothing())
            .setResponseMarshaller(new Nothing())
            .build();

    private final CallOptions options;
    private final Metadata headers = new Metadata();

    private GrpcArgs(CallOptions options) {
        this.options = options;
    }

    /** One for each slot of {@link Keys}. */
    static GrpcArgs[] make() {
        CallOptions.Key<Long> hash = hashKey();
        GrpcArgs[] args = new GrpcArgs[Keys.SLOTS];
        Keys keys = new Keys();
        for (int i = 0; i < args.length; i++) {
            args[i] = new GrpcArgs(CallOptions.DEFAULT.withOption(hash, keys.next()));
        }
        return args;
    }

    /** The option is not public; a hash from a header would be, but costs a look-up and the hashing more. */
    @SuppressWarnings("unchecked") // its declared type
    private static CallOptions.Key<Long> hashKey() {
        try {
            Field key = Class.forName("io.grpc.xds.XdsNameResolver").getDeclaredField("RPC_HASH_KEY");
            key.setAccessible(true);
            return (CallOptions.Key<Long>) key.get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of gRPC keeps a call's hash elsewhere", e);
        }
    }

    @Override
    public CallOptions getCallOptions() {
        return options;
    }

    @Override
    public Metadata getHeaders() {
        return headers;
    }

    @Override
    public MethodDescriptor<?, ?> getMethodDescriptor() {
        return METHOD;
    }

    private static final class Nothing implements MethodDescriptor.Marshaller<Void> {

        @Override
        public InputStream stream(Void value) {
            return new ByteArrayInputStream(new byte[0]);
        }

        @Override
        public Void parse(InputStream stream) {
            throw new UnsupportedOperationException("nothing is ever sent");
        }
    }
}
