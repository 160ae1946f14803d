package io.evenkeel.benchmarks.peers;

import com.twitter.finagle.Address;
import com.twitter.finagle.ClientConnection;
import com.twitter.finagle.NoBrokersAvailableException;
import com.twitter.finagle.Service;
import com.twitter.finagle.ServiceFactory;
import com.twitter.finagle.Stack;
import com.twitter.finagle.Status;
import com.twitter.finagle.loadbalancer.EndpointFactory;
import com.twitter.finagle.loadbalancer.LoadBalancerFactory;
import com.twitter.util.Activity;
import com.twitter.util.Future;
import com.twitter.util.Time;
import com.twitter.util.Updatable;
import com.twitter.util.Var;
import java.util.List;
import java.util.function.IntFunction;
import scala.collection.immutable.IndexedSeq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * Finagle's balancer over endpoints that hand out their one session at once: a pick is a session, which is closed as the
 * report. Each balancer counts sessions, and peak EWMA reads the clock at both ends.
 */
final class Finagle extends Contender<Service<Integer, Integer>> {

    private final Var<Activity.State<IndexedSeq<EndpointFactory<Integer, Integer>>>> endpoints;
    private final ServiceFactory<Integer, Integer> balancer;
    private final Activity.State<IndexedSeq<EndpointFactory<Integer, Integer>>> one;
    private final Activity.State<IndexedSeq<EndpointFactory<Integer, Integer>>> other;

    Finagle(LoadBalancerFactory factory, int count) {
        IntFunction<EndpointFactory<Integer, Integer>> make = Stub::new;
        List<EndpointFactory<Integer, Integer>> list = Hosts.list(count, make);
        one = state(list);
        other = state(Hosts.replaced(list, make));
        endpoints = Var.apply(one);
        balancer = factory.newBalancer(
                Activity.apply(endpoints), new NoBrokersAvailableException("web"), Stack.Params$.MODULE$.empty());
    }

    private static Activity.State<IndexedSeq<EndpointFactory<Integer, Integer>>> state(
            List<EndpointFactory<Integer, Integer>> list) {
        return new Activity.Ok<>(CollectionConverters.asScala(list).toIndexedSeq());
    }

    @Override
    Service<Integer, Integer> pick(long key) {
        return balancer.apply(ClientConnection.nil()).poll().get().apply();
    }

    @Override
    void report(Service<Integer, Integer> use) {
        use.close();
    }

    @Override
    int index(Service<Integer, Integer> use) {
        return use.apply(0).poll().get().apply();
    }

    @Override
    @SuppressWarnings("unchecked") // a variable made of a value can be updated
    void replace(boolean toOther) {
        ((Updatable<Activity.State<IndexedSeq<EndpointFactory<Integer, Integer>>>>) endpoints)
                .update(toOther ? other : one);
    }

    @Override
    public void close() {
        balancer.close();
    }

    /** An endpoint that is always open, and whose session answers its number. */
    private static final class Stub extends ServiceFactory<Integer, Integer>
            implements EndpointFactory<Integer, Integer> {

        private final Address address;
        private final Future<Service<Integer, Integer>> session;

        Stub(int index) {
            address = Address.apply(Hosts.address(index));
            session = Future.value(new Session(Future.value(index)));
        }

        @Override
        public Address address() {
            return address;
        }

        @Override
        public Future<Service<Integer, Integer>> apply(ClientConnection connection) {
            return session;
        }

        @Override
        public Status status() {
            return Status.Open$.MODULE$;
        }

        @Override
        public void remake() {}

        @Override
        public Future<BoxedUnit> close(Time deadline) {
            return Future.Done();
        }
    }

    private static final class Session extends Service<Integer, Integer> {

        private final Future<Integer> answer;

        Session(Future<Integer> answer) {
            this.answer = answer;
        }

        @Override
        public Future<Integer> apply(Integer request) {
            return answer;
        }
    }
}
