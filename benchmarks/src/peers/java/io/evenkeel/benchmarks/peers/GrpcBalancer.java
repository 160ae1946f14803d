package io.evenkeel.benchmarks.peers;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ChannelLogger;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.ResolvedAddresses;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.LoadBalancerProvider;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.util.MultiChildLoadBalancer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a gRPC channel is to its load-balancing policy: it makes subchannels, tells when they are connected, and keeps the
 * newest picker in a volatile field.
 *
 * <p>The subchannels of the start are connected at once, so that the policy builds its picker once. One that comes later
 * is connected after its addresses were taken over, as a network would have it; the picker is then built twice.
 */
final class GrpcBalancer implements AutoCloseable {

    private static final ChannelLogger SILENT = new ChannelLogger() {
        @Override
        public void log(ChannelLogLevel level, String message) {}

        @Override
        public void log(ChannelLogLevel level, String format, Object... arguments) {}
    };

    private final SynchronizationContext control = new SynchronizationContext((thread, e) -> {
        throw new IllegalStateException("the policy failed", e);
    });
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "grpc-timer");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Connection> connecting = new ArrayList<>();
    private final LoadBalancer policy;
    private final @Nullable Object config;
    private final List<EquivalentAddressGroup> one;
    private final List<EquivalentAddressGroup> other;
    private final GrpcArgs[] args;
    private boolean started;
    private volatile @Nullable SubchannelPicker picker;

    GrpcBalancer(String name, Map<String, ?> config, int count) {
        LoadBalancerProvider provider = provider(name);
        this.config = provider.parseLoadBalancingPolicyConfig(config).getConfig();
        IntFunction<EquivalentAddressGroup> make = i -> new EquivalentAddressGroup(Hosts.address(i));
        one = Hosts.list(count, make);
        other = Hosts.replaced(one, make);
        args = GrpcArgs.make();
        policy = provider.newLoadBalancer(new Channel());
        resolve(one);
        started = true;
    }

    /** The policy itself; the registry would prefer the one that puts health checks on top, if that is there too. */
    private static LoadBalancerProvider provider(String name) {
        return ServiceLoader.load(LoadBalancerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.getPolicyName().equals(name))
                .min(Comparator.comparingInt(LoadBalancerProvider::getPriority))
                .orElseThrow(() -> new IllegalArgumentException("policy: " + name + " (expected: one of gRPC's)"));
    }

    PickResult pick(long key) {
        PickResult result = Objects.requireNonNull(picker).pickSubchannel(args[Keys.slot(key)]);
        if (result.getSubchannel() == null) {
            throw new IllegalStateException("pick: " + result + " (expected: one with a subchannel)");
        }
        return result;
    }

    CallOptions options() {
        return args[0].getCallOptions();
    }

    int index(PickResult result) {
        Subchannel chosen = Objects.requireNonNull(result.getSubchannel());
        InetSocketAddress address = (InetSocketAddress)
                chosen.getAllAddresses().get(0).getAddresses().get(0);
        return Hosts.index(address.getHostString());
    }

    /** Reports the same endpoints again, which makes a policy look at what it has learnt of them. */
    void refresh() {
        resolve(one);
    }

    void replace(boolean toOther) {
        resolve(toOther ? other : one);
    }

    @Override
    public void close() {
        control.execute(policy::shutdown);
        timer.shutdownNow();
    }

    private void resolve(List<EquivalentAddressGroup> addresses) {
        control.execute(() -> {
            Status status = policy.acceptResolvedAddresses(ResolvedAddresses.newBuilder()
                    .setAddresses(addresses)
                    .setLoadBalancingPolicyConfig(config)
                    .build());
            if (!status.isOk()) {
                throw new IllegalStateException("addresses: " + status);
            }
            wakeIdle();
            connecting.forEach(Connection::ready);
            connecting.clear();
        });
    }

    /** The ring hash connects to an endpoint only when a request falls to it; we want no such request. */
    private void wakeIdle() {
        if (policy instanceof MultiChildLoadBalancer parent) {
            for (MultiChildLoadBalancer.ChildLbState child : parent.getChildLbStates()) {
                if (child.getCurrentState() == ConnectivityState.IDLE) {
                    child.getLb().requestConnection();
                }
            }
        }
    }

    /** The channel as the policy sees it. */
    private final class Channel extends LoadBalancer.Helper {

        @Override
        public Subchannel createSubchannel(CreateSubchannelArgs wanted) {
            return new Connection(wanted);
        }

        @Override
        public void updateBalancingState(ConnectivityState state, SubchannelPicker newPicker) {
            picker = newPicker;
        }

        @Override
        public SynchronizationContext getSynchronizationContext() {
            return control;
        }

        @Override
        public ScheduledExecutorService getScheduledExecutorService() {
            return timer;
        }

        @Override
        public ChannelLogger getChannelLogger() {
            return SILENT;
        }

        @Override
        public String getAuthority() {
            return "web";
        }

        @Override
        public String getChannelTarget() {
            return "web";
        }

        @Override
        public void refreshNameResolution() {}

        @Override
        public ManagedChannel createOobChannel(EquivalentAddressGroup group, String authority) {
            throw new UnsupportedOperationException("no channels beside the channel");
        }
    }

    /** A subchannel that connects whenever it is asked to. */
    private final class Connection extends Subchannel {

        private final CreateSubchannelArgs wanted;
        private @Nullable SubchannelStateListener listener;

        Connection(CreateSubchannelArgs wanted) {
            this.wanted = wanted;
        }

        @Override
        public void start(SubchannelStateListener newListener) {
            listener = newListener;
        }

        @Override
        public void requestConnection() {
            if (started) {
                connecting.add(this);
            } else {
                ready();
            }
        }

        void ready() {
            Objects.requireNonNull(listener)
                    .onSubchannelState(ConnectivityStateInfo.forNonError(ConnectivityState.READY));
        }

        @Override
        public List<EquivalentAddressGroup> getAllAddresses() {
            return wanted.getAddresses();
        }

        @Override
        public Attributes getAttributes() {
            return wanted.getAttributes();
        }

        @Override
        public ChannelLogger getChannelLogger() {
            return SILENT;
        }

        @Override
        public void updateAddresses(List<EquivalentAddressGroup> addresses) {}

        @Override
        public void shutdown() {}
    }
}
