package io.evenkeel.l7.marathonlb;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.health.HealthCheck;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * A health check that asks where the target says, with a timeout of its own. Used on the control thread.
 *
 * @param own what is asked at the server's own port
 * @param elsewhere what is asked at another
 * @param ownTimeout for the answer
 * @param target where
 */
record PortCheck(HealthCheck own, HealthCheck elsewhere, Duration ownTimeout, Target target) implements HealthCheck {

    @Override
    public CompletionStage<?> check(Endpoint endpoint, Duration timeout) {
        InetSocketAddress address = target.of(endpoint);
        return address.equals(endpoint.address())
                ? own.check(endpoint, ownTimeout)
                : elsewhere.check(Endpoint.of(address), ownTimeout);
    }

    @Override
    public String toString() {
        return (target.equals(Target.OWN) ? own : elsewhere) + " at " + target;
    }

    /** Where a server is asked. Targets that say the same are equal. */
    interface Target {

        /** The address that the server serves at. */
        Target OWN = new Target() {
            @Override
            public InetSocketAddress of(Endpoint endpoint) {
                return endpoint.address();
            }

            @Override
            public String toString() {
                return "the server's port";
            }
        };

        InetSocketAddress of(Endpoint endpoint);
    }

    /**
     * A port of the server's host, or the server's own where nothing may be sent to that.
     *
     * @param port the port
     * @param refused where nothing may be sent; the same object for equal targets
     */
    record Fixed(int port, Predicate<InetSocketAddress> refused) implements Target {

        @Override
        public InetSocketAddress of(Endpoint endpoint) {
            InetSocketAddress there = at(endpoint.address(), port);
            return refused.test(there) ? endpoint.address() : there;
        }

        @Override
        public String toString() {
            return "port " + port;
        }
    }

    /** Another port of a host. */
    static InetSocketAddress at(InetSocketAddress address, int port) {
        InetAddress host = address.getAddress();
        return host == null
                ? InetSocketAddress.createUnresolved(address.getHostString(), port)
                : new InetSocketAddress(host, port);
    }

    /** Another port of the server's task, or the server's own if the task does not have that. */
    record OfTask(TaskPorts ports, String application, String namespace, int index) implements Target {

        @Override
        public InetSocketAddress of(Endpoint endpoint) {
            return ports.address(application, namespace, index, endpoint);
        }

        @Override
        public String toString() {
            return "port index " + index;
        }
    }
}
