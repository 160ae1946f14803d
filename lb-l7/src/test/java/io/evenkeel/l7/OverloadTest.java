package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l4.ConnectionLimits;
import io.evenkeel.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OverloadTest {

    private final HttpFixture proxy = new HttpFixture();
    private final Backend backend = Backend.text("hello");
    private final AtomicLong used = new AtomicLong();
    private final ManualClock clock = new ManualClock();
    private final Overload overload = new Overload(proxy.engine, ConnectionLimits.none(), used::get, 1000, clock);

    @AfterEach
    void close() throws Exception {
        overload.close();
        proxy.close();
        backend.close();
    }

    private int levelAt(long bytes) {
        used.set(bytes);
        clock.advance(Duration.ofSeconds(1));
        return overload.level();
    }

    @Test
    void whatHasBegunToBeRefusedIsTakenAgainBelowTheFirstLevel() {
        assertThat(levelAt(849)).isZero();
        assertThat(overload.problem()).isEmpty();
        assertThat(levelAt(850)).isEqualTo(1);
        assertThat(overload.problem()).contains("buffers have more than 85 % of it; new requests are refused");
        assertThat(levelAt(949)).isEqualTo(1);
        assertThat(levelAt(950)).isEqualTo(2);
        assertThat(levelAt(850)).isEqualTo(2);
        assertThat(levelAt(849)).isZero();
        assertThat(levelAt(950)).isEqualTo(2);
        assertThat(levelAt(0)).isZero();
    }

    @Test
    void nothingIsRefusedWhenNobodyLooksAnyMore() throws Exception {
        proxy.endpoints(backend);
        levelAt(900);
        overload.close();
        assertThat(proxy.get("/").status()).isEqualTo(200);
    }

    @Test
    void requestsAreRefusedWhileMemoryIsShort() throws Exception {
        proxy.endpoints(backend);
        levelAt(900);
        try (Wire client = proxy.connect()) {
            Wire.Message answer = client.get("/").message();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.value("Connection")).isEqualTo("close");
            assertThat(client.rest()).isEmpty();
        }
        try (Http2Wire client = Http2Wire.to(proxy.address())) {
            assertThat(client.get(1, "/").message(1).status()).isEqualTo(503);
        }
        assertThat(proxy.engine.refusedRequests()).isEqualTo(2);
        assertThat(proxy.frontend.stats().requests()).isEqualTo(2);
        levelAt(0);
        try (Wire client = proxy.connect()) {
            assertThat(client.get("/").message().status()).isEqualTo(200);
        }
    }
}
