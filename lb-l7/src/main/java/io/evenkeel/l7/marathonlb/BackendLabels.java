package io.evenkeel.l7.marathonlb;

import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.BackendOptions;
import io.evenkeel.strategy.Balance;

/** Reads what a port's labels ask to be done to requests and responses. Stateless. */
final class BackendLabels {

    private BackendLabels() {}

    static BackendOptions of(MarathonLbLabels labels, Balance balance) {
        return BackendOptions.builder()
                .hsts(labels.isTrue(MarathonLbLabels.USE_HSTS, false))
                .allowed(allowed(labels))
                .key(balance.key())
                .build();
    }

    private static AllowedNetworks allowed(MarathonLbLabels labels) {
        String value = labels.get(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL);
        if (value == null || value.isBlank()) {
            return AllowedNetworks.ALL;
        }
        try {
            return AllowedNetworks.parse(value);
        } catch (IllegalArgumentException e) {
            throw labels.wrong(MarathonLbLabels.BACKEND_NETWORK_ALLOWED_ACL, e);
        }
    }
}
