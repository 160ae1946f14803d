package io.evenkeel.discovery;

import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.endpoint.Locality;
import io.evenkeel.testing.DiscoveryContract;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** Compositions are sources like any other. */
class CompositionContractTest {

    /** The world: the first source has the service, the second another one, and both may be changed. */
    private abstract static class OfTwo extends DiscoveryContract {

        private StaticDiscovery first;

        abstract Discovery compose(Discovery first, Discovery second);

        @Override
        protected Discovery open(String service, int port) {
            first = StaticDiscovery.of(service, "127.0.0.1:" + port);
            return compose(first, StaticDiscovery.of("/other", "127.0.0.1:1"));
        }

        @Override
        protected void move(String service, int port) {
            first.set(Service.named(service), List.of(Endpoint.of("127.0.0.1", port)));
        }
    }

    @Nested
    class UnionContract extends OfTwo {

        @Override
        Discovery compose(Discovery first, Discovery second) {
            return Discovery.union(first, second);
        }
    }

    @Nested
    class FailoverContract extends OfTwo {

        @Override
        Discovery compose(Discovery first, Discovery second) {
            return Discovery.failover(second, first);
        }
    }

    @Nested
    class WeightedContract extends OfTwo {

        @Override
        Discovery compose(Discovery first, Discovery second) {
            return Discovery.weighted(List.of(first, second), 9, 1);
        }
    }

    @Nested
    class PreferLocalContract extends OfTwo {

        @Override
        Discovery compose(Discovery first, Discovery second) {
            second.close();
            return Discovery.preferLocal(first, new Locality("r", "z", "n"));
        }
    }
}
