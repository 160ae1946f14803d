package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rule behind {@link Discovery#union}: everybody's endpoints, each once. */
enum Union implements Merge {
    INSTANCE;

    @Override
    public boolean separatesNamespaces() {
        return true;
    }

    @Override
    public Snapshot merge(List<Offer> offers) {
        Snapshot first = offers.get(0).snapshot();
        if (offers.size() == 1) {
            return first;
        }
        Map<Identity, Endpoint> endpoints = new LinkedHashMap<>();
        for (Offer offer : offers) {
            for (Endpoint endpoint : offer.snapshot().endpoints()) {
                endpoints.putIfAbsent(Identity.of(endpoint), endpoint);
            }
        }
        return new Snapshot(first.service(), List.copyOf(endpoints.values()));
    }
}
