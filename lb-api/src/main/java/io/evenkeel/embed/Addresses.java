package io.evenkeel.embed;

import static java.util.Objects.requireNonNull;

import io.evenkeel.cluster.Cluster;
import io.evenkeel.discovery.Subscription;
import io.evenkeel.endpoint.EndpointStats;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The addresses of a service's endpoints, for clients that want to be told all of them and choose by themselves.
 *
 * <p>Thread-safe. Such a client's choices are not seen by strategies: what it does with an address teaches them nothing.
 */
public final class Addresses {

    private Addresses() {}

    /**
     * Follows the addresses of the endpoints that take new work.
     *
     * @param cluster the service's
     * @param kind makes the client's kind of address from one; may be the identity
     * @param client told all addresses before this returns, and again at each change, the newest last; called by one thread
     *     at a time and must not block
     * @param <T> the client's kind of address
     * @return ends the interest when closed
     */
    public static <T> Subscription follow(
            Cluster cluster, Function<? super InetSocketAddress, ? extends T> kind, Consumer<? super List<T>> client) {
        requireNonNull(kind, "kind");
        requireNonNull(client, "client");
        Object turn = new Object();
        Runnable tell = () -> {
            synchronized (turn) { // so that the state is read in the order in which it is told
                List<T> all = new ArrayList<>();
                for (EndpointStats one : cluster.state().active()) {
                    all.add(kind.apply(one.endpoint().address()));
                }
                client.accept(all);
            }
        };
        Subscription changes = cluster.listen((previous, current) -> tell.run());
        try {
            tell.run();
        } catch (RuntimeException | Error e) {
            changes.close();
            throw e;
        }
        return changes;
    }
}
