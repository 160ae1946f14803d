package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import java.util.List;

/** The rule behind {@link Discovery#failover}: the endpoints of the first source that has a usable one. */
final class Failover implements Merge {

    /*
     * There is no hysteresis, on purpose. What makes sources flicker is held back where it arises: a source that cannot be
     * read keeps its last good state, and an answer that is suddenly empty must be read twice. What is left are facts, and
     * holding on to a source without a usable endpoint, or to a far one while the near one is back, would cost more than
     * a switch does: uses under way go on, and only new ones go elsewhere.
     */
    private final Usable usable;

    Failover(Usable usable) {
        this.usable = usable;
    }

    @Override
    public Snapshot merge(List<Offer> offers) {
        Service service = offers.get(0).snapshot().service();
        List<Endpoint> fallback = List.of();
        for (Offer offer : offers) {
            List<Endpoint> endpoints = offer.snapshot().endpoints();
            if (endpoints.stream().anyMatch(usable)) {
                return new Snapshot(service, endpoints);
            }
            if (fallback.isEmpty()) {
                fallback = endpoints;
            }
        }
        return new Snapshot(service, fallback);
    }
}
