package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceTest {

    @Test
    void namesTheFirstPortLikeItsApplication() {
        assertThat(Service.nameOf("/shop/web", 0)).isEqualTo("/shop/web");
        assertThat(Service.nameOf("/shop/web", 2)).isEqualTo("/shop/web:2");
    }

    @Test
    void namesABadPort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> service(-1, 0))
                .withMessage("portIndex: -1 (expected: >= 0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> service(0, 65_536))
                .withMessage("servicePort: 65536 (expected: 0 to 65535)");
    }

    @Test
    void changesLabelsOnly() {
        Service service = Service.named("web");

        assertThat(service.withLabels(Map.of("a", "1")).labels()).isEqualTo(Map.of("a", "1"));
        assertThat(service.withLabels(Map.of("a", "1")).withLabels(Map.of())).isEqualTo(service);
    }

    @Test
    void changesTheOwnerTheScaleOrTheServicePortOnly() {
        Service service = Service.named("web").withScale(new Scale(2, Instant.EPOCH));

        assertThat(service.withOwner("a", "b").name()).isEqualTo("a");
        assertThat(service.withOwner("a", "b").application()).isEqualTo("b");
        assertThat(service.withOwner("a", "b").withOwner("web", "web")).isEqualTo(service);
        assertThat(service.withServicePort(80).withServicePort(0)).isEqualTo(service);
        assertThat(service.withScale(Scale.UNKNOWN)).isEqualTo(Service.named("web"));
    }

    @Test
    void namesABadScale() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Scale(-2, Instant.EPOCH))
                .withMessage("instances: -2 (expected: >= -1)");
    }

    private static Service service(int portIndex, int servicePort) {
        return new Service("a", "a", "", portIndex, "", servicePort, Protocol.TCP, Map.of(), Map.of(), List.of());
    }
}
