package io.evenkeel.layer;

import io.evenkeel.endpoint.Endpoint;
import java.util.List;

/**
 * A rule by which one of many clients uses only some of a service's endpoints, so that neither has connections to all of
 * the others.
 *
 * <p>Implementations are immutable and compared by value. Called on the control thread whenever the endpoints that take
 * work have changed; costs the built-in ones a sort of them. Whom a rule leaves out this client neither uses nor watches.
 *
 * <table>
 * <caption>The built-in rules</caption>
 * <tr><th></th><th>what clients must know</th><th>evenness</th><th>when one endpoint comes or goes</th></tr>
 * <tr><td>{@link #aperture}</td><td>their number, and how many there are</td><td>exact</td><td>every client's subset
 * may shift</td></tr>
 * <tr><td>{@link #lots}</td><td>their number</td><td>within one client per endpoint</td><td>at most two members of a
 * subset change, but all when the number of endpoints doubles</td></tr>
 * <tr><td>{@link #random}</td><td>about how many there are</td><td>by chance</td><td>at most one member of a subset
 * changes</td></tr>
 * </table>
 */
@FunctionalInterface
public interface Subsetting {

    /**
     * Chooses.
     *
     * @param endpoints all that take work, none twice; in an order that need not be that of other clients
     * @return those to use
     */
    Subset choose(List<Endpoint> endpoints);

    /**
     * A deterministic aperture: clients and endpoints lie on one ring, and a client uses what lies on its arc, the first
     * and the last of it in part. Arcs are so wide that all clients together cover every place of the ring equally often, so
     * the endpoints get exactly their shares if clients send alike and the strategy heeds weights.
     *
     * <p>As Finagle's deterministic aperture.
     *
     * @param client the number of this client, 0 and up
     * @param clients how many there are
     * @return the rule, with at least 12 endpoints of average weight per client
     */
    static Subsetting aperture(int client, int clients) {
        return aperture(client, clients, Aperture.MIN_WIDTH);
    }

    /**
     * Like {@link #aperture(int, int)} with a width of one's own.
     *
     * @param client the number of this client, 0 and up
     * @param clients how many there are
     * @param width the least number of endpoints of average weight per client, 1 or more
     * @return the rule
     */
    static Subsetting aperture(int client, int clients, int width) {
        return new Aperture(client, clients, width);
    }

    /**
     * Subsets that together cover all endpoints, lot by lot: so many clients of consecutive numbers as a lot has share all
     * endpoints among them, each lot by a shuffle of its own. Clients need not know how many they are, and one that comes
     * or goes changes nobody else's subset.
     *
     * @param client the number of this client, 0 and up
     * @param size the least number of endpoints per client, 1 or more; it gets less than twice as many, and one more
     * @return the rule
     */
    static Subsetting lots(int client, int size) {
        return new Lots(client, size);
    }

    /**
     * Those endpoints that rank highest by a hash of client and endpoint.
     *
     * <p>As random subsetting in gRPC (A68), but never so few that an endpoint would be used by less than 20 clients
     * on average: with few clients, chance leaves some endpoints to nobody and gives others too much.
     *
     * @param client who this client is; a name that no other has
     * @param clients about how many there are, 1 or more
     * @param size the least number of endpoints per client, 1 or more
     * @return the rule
     */
    static Subsetting random(String client, int clients, int size) {
        return new RandomSubset(client, clients, size);
    }
}
