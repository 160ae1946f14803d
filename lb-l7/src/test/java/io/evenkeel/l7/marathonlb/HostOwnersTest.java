package io.evenkeel.l7.marathonlb;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Service;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostOwnersTest {

    @ParameterizedTest
    @CsvSource({
        "/ops, /ops/a, '', true",
        "/ops, /ops, '', true",
        "/ops, /opsy, '', false",
        "/ops, /ops/a, east, false",
        "/ops, /ops, east, false",
        "/, /ops, east, false",
        "/ops@east, /ops, east, true",
        "/ops@east, /ops/a, east, true",
        "/ops@east, /ops/a, west, false",
        "/ops@east, /ops, '', false",
        "/@east, /ops, east, true",
    })
    void anApplicationOfAFurtherSourceIsNamedWithIt(String owner, String id, String source, boolean permitted) {
        Service app = Apps.app(id, 10_000, "HAPROXY_0_VHOST", "a.example", "LB_0_VHOST", "*.example");
        AppPort port = AppPort.of(source.isEmpty() ? app : Apps.of(source, app).service(), remark -> {});
        List<String> remarks = new ArrayList<>();
        AppPort left = HostOwners.of(List.of(owner)).permitted(port, remarks::add);
        assertThat(left.vhosts().hosts()).containsExactly("a.example");
        assertThat(left.vhosts().wider()).hasSize(permitted ? 1 : 0);
        assertThat(remarks).hasSize(permitted ? 0 : 1);
    }
}
