package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.discovery.CatalogListener;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.discovery.Snapshot;
import io.evenkeel.endpoint.Endpoint;
import io.evenkeel.testing.FakeDiscovery;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MappedDiscoveryTest {

    private final FakeDiscovery source = new FakeDiscovery();
    private final List<Catalog> seen = new ArrayList<>();

    private void follow(MarathonLbOptions options) {
        MappedDiscovery mapped =
                new MappedDiscovery(source, catalog -> MarathonLbPlan.seen(catalog, options, Set.of(), Set.of()));
        mapped.watch(new CatalogListener() {
            @Override
            public void onCatalog(Catalog catalog) {
                seen.add(catalog);
            }

            @Override
            public void onFailure(DiscoveryException problem) {
                throw new AssertionError(problem);
            }
        });
    }

    private Snapshot newest(String name) {
        Snapshot found = seen.get(seen.size() - 1).find(name);
        assertThat(found).isNotNull();
        return found;
    }

    @Test
    void whatComesOutAsBeforeIsTheSameObject() {
        follow(new MarathonLbOptions(Set.of("*"), false, false)
                .withStrictness(Strictness.NONE.withRefuseSpecialEndpoints(true)));
        Endpoint good = Endpoint.of("192.0.2.1", 80);
        Endpoint refused = Endpoint.of("169.254.169.254", 80);
        Snapshot web = Apps.with(Apps.app("/web", 10_000), good, refused);
        Snapshot member = Apps.with(Apps.app("/shop-blue", 10_001, "HAPROXY_DEPLOYMENT_GROUP", "shop"), good);
        source.publish(web, member);
        Snapshot before = newest("/web");
        Snapshot group = newest("/shop");
        assertThat(before.endpoints()).containsExactly(good);
        source.publish(web, member, Apps.with(Apps.app("/new", 10_002), good));
        assertThat(seen).hasSize(2);
        assertThat(newest("/web")).isSameAs(before);
        assertThat(newest("/shop")).isSameAs(group);
        source.publish(Apps.with(web.service(), refused), member);
        assertThat(newest("/web").endpoints()).isEmpty();
        assertThat(newest("/shop")).isSameAs(group);
        assertThat(seen.get(2).find("/new")).isNull();
    }

    @Test
    void aCatalogThatNothingIsDoneToIsPassedOnAsItIs() {
        follow(new MarathonLbOptions(Set.of("*"), false, false));
        Catalog catalog = Catalog.of(List.of(Apps.with(Apps.app("/web", 10_000), Endpoint.of("192.0.2.1", 80))));
        source.publish(catalog);
        assertThat(seen).singleElement().isSameAs(catalog);
    }
}
