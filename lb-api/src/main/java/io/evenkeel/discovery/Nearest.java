package io.evenkeel.discovery;

import static java.util.Objects.requireNonNull;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Locality;
import java.util.List;

/** The rule behind {@link Discovery#preferLocal}: the narrowest surroundings with enough usable endpoints. */
final class Nearest implements Merge {

    private final Locality here;
    private final int atLeast;
    private final Usable usable;

    Nearest(Locality here, int atLeast, Usable usable) {
        if (atLeast < 1) {
            throw new IllegalArgumentException("atLeast: " + atLeast + " (expected: >= 1)");
        }
        this.here = requireNonNull(here, "here");
        this.atLeast = atLeast;
        this.usable = usable;
    }

    @Override
    public Snapshot merge(List<Offer> offers) {
        Snapshot all = offers.get(0).snapshot();
        for (Reach reach : Reach.values()) {
            List<Endpoint> near = all.endpoints().stream()
                    .filter(endpoint -> reach.holds(here, endpoint.locality()))
                    .toList();
            if (near.stream().filter(usable).limit(atLeast).count() == atLeast) {
                return new Snapshot(all.service(), near);
            }
        }
        return all;
    }

    /** How far to look, from narrow to wide; each holds what the ones before hold. */
    private enum Reach {
        NODE {
            @Override
            boolean holds(Locality here, Locality there) {
                return same(here.node(), there.node())
                        && agree(here.zone(), there.zone())
                        && agree(here.region(), there.region());
            }
        },
        ZONE {
            @Override
            boolean holds(Locality here, Locality there) {
                return NODE.holds(here, there)
                        || (same(here.zone(), there.zone()) && agree(here.region(), there.region()));
            }
        },
        REGION {
            @Override
            boolean holds(Locality here, Locality there) {
                return ZONE.holds(here, there) || same(here.region(), there.region());
            }
        };

        abstract boolean holds(Locality here, Locality there);

        /* Two places of which nothing is known are not the same place. */
        private static boolean same(String here, String there) {
            return !here.isEmpty() && here.equals(there);
        }

        /* Zones of two regions may have one name, so what is known of the wider places must not speak against it. */
        private static boolean agree(String here, String there) {
            return here.isEmpty() || there.isEmpty() || here.equals(there);
        }
    }
}
