package io.evenkeel.benchmarks.peers;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.endpoint.DynamicEndpointGroup;
import com.linecorp.armeria.client.endpoint.EndpointSelectionStrategy;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import io.netty.util.AttributeKey;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;

/** Armeria's endpoint group with one of its selection strategies. It has no report: nothing of it counts uses. */
final class Armeria extends Contender<Endpoint> {

    private static final AttributeKey<Long> HASH = AttributeKey.valueOf(Armeria.class, "HASH");

    /* Weights are hundreds, because a ramp begins with a tenth of them, rounded to whole numbers. */
    private final Group group;
    private final ClientRequestContext[] contexts = new ClientRequestContext[Keys.SLOTS];
    private final List<Endpoint> one;
    private final List<Endpoint> other;

    Armeria(EndpointSelectionStrategy strategy, boolean weighted, int count) {
        IntFunction<Endpoint> make = i -> {
            Endpoint endpoint = Endpoint.of(Hosts.host(i), Hosts.PORT);
            return weighted ? endpoint.withWeight(100 * Hosts.weight(i)) : endpoint;
        };
        one = Hosts.list(count, make);
        other = Hosts.replaced(one, make);
        group = new Group(strategy);
        group.set(one);
        Keys keys = new Keys();
        for (int i = 0; i < contexts.length; i++) {
            contexts[i] = ClientRequestContext.of(HttpRequest.of(HttpMethod.GET, "/"));
            contexts[i].setAttr(HASH, keys.next());
        }
    }

    /** The strategy that keeps a key on its endpoint; the key is an attribute of the request. */
    static EndpointSelectionStrategy sticky() {
        return EndpointSelectionStrategy.sticky(context -> Objects.requireNonNull(context.attr(HASH)));
    }

    @Override
    Endpoint pick(long key) {
        return Objects.requireNonNull(group.selectNow(contexts[Keys.slot(key)]));
    }

    @Override
    void report(Endpoint use) {}

    @Override
    int index(Endpoint use) {
        return Hosts.index(use.host());
    }

    @Override
    void replace(boolean toOther) {
        group.set(toOther ? other : one);
    }

    @Override
    public void close() {
        group.close();
    }

    /** A group whose endpoints are set from here. */
    private static final class Group extends DynamicEndpointGroup {

        Group(EndpointSelectionStrategy strategy) {
            super(strategy);
        }

        void set(List<Endpoint> endpoints) {
            setEndpoints(endpoints);
        }
    }
}
