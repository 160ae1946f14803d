package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Endpoints;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmptyAnswerGuardTest {

    private static final Catalog FULL = Catalog.of(List.of(Endpoints.snapshot("web", Endpoints.endpoints(2))));
    private static final Catalog EMPTY = Catalog.empty();

    private final EmptyAnswerGuard guard = new EmptyAnswerGuard();

    @Test
    void believesAFirstAnswerThatIsEmpty() {
        assertThat(guard.accept(EMPTY)).isTrue();
        assertThat(guard.accept(EMPTY)).isTrue();
    }

    @Test
    void doubtsASuddenlyEmptyAnswerOnce() {
        guard.accept(FULL);

        assertThat(guard.accept(EMPTY)).isFalse();
        assertThat(guard.accept(EMPTY)).isTrue();
        assertThat(guard.accept(EMPTY)).isTrue();
    }

    @Test
    void doubtsAgainAfterServicesWereSeenInBetween() {
        guard.accept(FULL);
        assertThat(guard.accept(EMPTY)).isFalse();
        assertThat(guard.accept(FULL)).isTrue();

        assertThat(guard.accept(EMPTY)).isFalse();
    }

    @Test
    void letsOneServiceGoToZeroAtOnce() {
        guard.accept(FULL);

        assertThat(guard.accept(Catalog.of(List.of(Endpoints.snapshot("web"))))).isTrue();
    }
}
