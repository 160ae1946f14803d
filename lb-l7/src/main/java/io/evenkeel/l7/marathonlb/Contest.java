package io.evenkeel.l7.marathonlb;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.marathonlb.Claims.Claimant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who claims something, and who gets it: the first in order, but before that who had it before. Used on the control
 * thread, for one catalog.
 */
class Contest<C> {

    private final Map<C, String> before;
    private final Map<C, Claimant> holders = new HashMap<>();

    Contest(Map<C, String> before) {
        this.before = before;
    }

    /** Whether somebody had something before. */
    boolean had(C claim, Claimant claimant) {
        return !before.isEmpty() && claimant.isOf(before.get(claim));
    }

    /** Somebody claims something, later in order than all who did before. */
    void enter(C claim, Claimant claimant) {
        Claimant first = holders.putIfAbsent(claim, claimant);
        if (first != null && !had(claim, first) && had(claim, claimant)) {
            holders.put(claim, claimant);
        }
    }

    /** Another application's port that has what this one claims; null if there is none. */
    @Nullable
    Claimant rival(C claim, Claimant claimant) {
        Claimant holder = holders.get(claim);
        return holder == null || holder.isOf(claimant.owner()) ? null : holder;
    }

    /** Who has something that was claimed. */
    Claimant holder(C claim) {
        return requireNonNull(holders.get(claim), claim.toString());
    }

    Map<C, String> owners() {
        Map<C, String> owners = new HashMap<>();
        holders.forEach((claim, claimant) -> owners.put(claim, claimant.owner()));
        return owners;
    }

    /** The contest for hosts, in which newcomers get nothing that covers what others had. */
    static final class OfHosts extends Contest<HostClaim> {

        private final Map<String, Map<HostClaim, Claimant>> returned = new HashMap<>(); // by host

        OfHosts(Map<HostClaim, String> before) {
            super(before);
        }

        /** Somebody claims something, which may be what it had before; all do so before anybody enters. */
        void returns(HostClaim claim, Claimant claimant) {
            if (had(claim, claimant)) {
                returned.computeIfAbsent(claim.host(), host -> new LinkedHashMap<>())
                        .putIfAbsent(claim, claimant);
            }
        }

        @Override
        void enter(HostClaim claim, Claimant claimant) {
            if (covered(claim, claimant) == null) {
                super.enter(claim, claimant);
            }
        }

        @Override
        @Nullable
        Claimant rival(HostClaim claim, Claimant claimant) {
            Claimant covered = covered(claim, claimant);
            return covered != null ? covered : super.rival(claim, claimant);
        }

        /** Whose claim a newcomer's would cover; null if it is none, or covers nobody's. */
        private @Nullable Claimant covered(HostClaim claim, Claimant claimant) {
            if (!returned.isEmpty() && !had(claim, claimant)) {
                for (Map.Entry<HostClaim, Claimant> other :
                        returned.getOrDefault(claim.host(), Map.of()).entrySet()) {
                    if (claim.covers(other.getKey()) && !other.getValue().isOf(claimant.owner())) {
                        return other.getValue();
                    }
                }
            }
            return null;
        }
    }
}
