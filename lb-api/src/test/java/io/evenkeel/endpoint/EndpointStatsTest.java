package io.evenkeel.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.evenkeel.testing.Endpoints;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EndpointStatsTest {

    private final EndpointStats stats = new EndpointStats(Endpoints.endpoint("a", 1));

    @Test
    void countsUsesInFlightAndTheMostThereWere() {
        stats.tryStart(0);
        stats.tryStart(0);
        stats.tryStart(0);
        stats.complete(Outcome.SUCCESS);
        stats.complete(Outcome.RESET);
        stats.tryStart(0);

        assertThat(stats.inFlight()).isEqualTo(2);
        assertThat(stats.maxInFlight()).isEqualTo(3);
        assertThat(stats.started()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void countsEachOutcomeByItself(Outcome outcome) {
        stats.tryStart(0);
        stats.complete(outcome);

        for (Outcome other : Outcome.values()) {
            assertThat(stats.count(other)).isEqualTo(other == outcome ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void blamesTheEndpointForAllButSuccessAndTheCallersChangeOfMind(Outcome outcome) {
        boolean innocent = outcome == Outcome.SUCCESS || outcome == Outcome.CANCELLED;

        assertThat(outcome.isFailure()).isEqualTo(!innocent);
    }

    @Test
    void leavesAUseOpenWhoseOutcomeIsNull() {
        stats.tryStart(0);

        assertThatNullPointerException().isThrownBy(() -> stats.complete(null));

        assertThat(stats.inFlight()).isEqualTo(1);
    }

    @Test
    void leavesNothingOpenWhenAStrategysLoadThrows() {
        Load broken = new Load("test") {
            @Override
            public void started(int before, long now) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void ended(long latency, long now, Outcome outcome) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public double cost(double inFlight, long now) {
                return inFlight;
            }
        };
        stats.setLoad(broken);
        assertThatIllegalStateException().isThrownBy(() -> stats.tryStart(0));
        assertThat(stats.inFlight()).isZero();

        stats.setLoad(null);
        assertThat(stats.tryStart(0)).isTrue();
        stats.setLoad(broken);
        assertThatIllegalStateException().isThrownBy(() -> stats.complete(Outcome.SUCCESS, 0, 1));
        assertThat(stats.inFlight()).isZero();
        assertThat(stats.count(Outcome.SUCCESS)).isEqualTo(1);
    }

    @Test
    void addsUpBytes() {
        stats.addBytesSent(5);
        stats.addBytesSent(1L << 40);
        stats.addBytesReceived(7);

        assertThat(stats.bytesSent()).isEqualTo((1L << 40) + 5);
        assertThat(stats.bytesReceived()).isEqualTo(7);
    }

    @Test
    void isAboutTheSameIdAtTheSameAddress() {
        assertThat(stats.isAbout(Endpoints.endpoint("a", 1, 9))).isTrue();
        assertThat(stats.isAbout(Endpoints.endpoint("a", 2))).isFalse();
        assertThat(stats.isAbout(Endpoints.endpoint("b", 1))).isFalse();
    }

    @Test
    void keepsCountsWhenTheReportIsRefreshed() {
        stats.tryStart(0);

        stats.refresh(Endpoints.endpoint("a", 1, 9));

        assertThat(stats.endpoint().weight()).isEqualTo(9);
        assertThat(stats.inFlight()).isEqualTo(1);
    }

    @Test
    void saysWhoseItIs() {
        assertThat(stats).hasToString("a@" + stats.endpoint().address() + " in flight 0");
    }

    @Test
    void takesNoMoreThanItsLimit() {
        stats.setLimit(2);

        assertThat(stats.tryStart(0)).isTrue();
        assertThat(stats.isAvailable()).isTrue();
        assertThat(stats.tryStart(0)).isTrue();
        assertThat(stats.isAvailable()).isFalse();
        assertThat(stats.tryStart(0)).isFalse();
        assertThat(stats.inFlight()).isEqualTo(2);
        assertThat(stats.occupancy()).isEqualTo(EndpointStats.UNLIMITED);
        assertThat(stats.cost(0)).isInfinite();

        stats.complete(Outcome.SUCCESS);
        assertThat(stats.tryStart(0)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stats.setLimit(-1))
                .withMessage("limit: -1 (expected: >= 0)");
    }

    @Test
    void tellsItsObserverWhenThereIsRoomAgain() {
        AtomicInteger freed = new AtomicInteger();
        stats.setObserver(new UseObserver() {
            @Override
            public void freed(EndpointStats endpoint) {
                freed.incrementAndGet();
            }
        });
        stats.setLimit(2);
        stats.tryStart(0);
        stats.complete(Outcome.SUCCESS);
        assertThat(freed).hasValue(0);

        stats.tryStart(0);
        stats.tryStart(0);
        stats.complete(Outcome.CANCELLED);

        assertThat(freed).hasValue(1);
    }

    @Test
    void takesNothingWhileAnyBarStandsUnlessBarsAreIgnored() {
        assertThat(stats.bar(Bar.UNHEALTHY)).isTrue();
        assertThat(stats.bar(Bar.EJECTED)).isFalse();
        assertThat(stats.bars()).containsExactlyInAnyOrder(Bar.UNHEALTHY, Bar.EJECTED);
        assertThat(stats.tryStart(0)).isFalse();

        stats.ignoreBars(true);
        stats.setLimit(1);
        assertThat(stats.tryStart(0)).isTrue();
        assertThat(stats.tryStart(0)).isFalse(); // limits are not bars
        stats.complete(Outcome.SUCCESS);
        stats.ignoreBars(false);
        assertThat(stats.tryStart(0)).isFalse();

        assertThat(stats.unbar(Bar.UNHEALTHY)).isFalse();
        assertThat(stats.unbar(Bar.EJECTED)).isTrue();
        assertThat(stats.unbar(Bar.EJECTED)).isFalse();
        assertThat(stats.tryStart(0)).isTrue();
    }

    @Test
    void countsFailuresInARowAndTellsOfThem() {
        List<String> heard = new ArrayList<>();
        stats.setObserver(new UseObserver() {
            @Override
            public void failed(EndpointStats endpoint, int inARow, Outcome outcome) {
                heard.add(outcome + " " + inARow);
            }

            @Override
            public void recovered(EndpointStats endpoint) {
                heard.add("recovered");
            }
        });

        for (Outcome outcome : new Outcome[] {
            Outcome.SUCCESS, Outcome.FAILURE, Outcome.CANCELLED, Outcome.RESET, Outcome.SUCCESS, Outcome.SUCCESS
        }) {
            stats.tryStart(0);
            stats.complete(outcome);
        }

        assertThat(heard).containsExactly("FAILURE 1", "RESET 2", "recovered");
        assertThat(stats.failuresInARow()).isZero();
    }

    @Test
    void addsUpHowLongUsesTookAndTakesAClockThatWentBackForOneThatStoodStill() {
        stats.tryStart(100);
        stats.complete(Outcome.SUCCESS, 100, 350);
        stats.tryStart(400);
        stats.complete(Outcome.SUCCESS, 400, 300);

        assertThat(stats.busyNanos()).isEqualTo(250);
    }

    @Test
    void refusesToEndAUseThatNobodyBeganAndCountsNothing() {
        EndpointStats stats = new EndpointStats(Endpoints.endpoint("a", 1));
        stats.tryStart(0);
        stats.complete(Outcome.FAILURE, 0, 5);

        for (Outcome outcome : Outcome.values()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> stats.complete(outcome, 0, 5))
                    .withMessage("a: no use in flight (expected: one complete for each use)");
            assertThatIllegalStateException().isThrownBy(() -> stats.complete(outcome));
        }

        assertThat(stats.started()).isEqualTo(1);
        assertThat(stats.count(Outcome.FAILURE)).isEqualTo(1);
        assertThat(stats.busyNanos()).isEqualTo(5);
        assertThat(stats.failuresInARow()).isEqualTo(1);
        assertThat(stats.inFlight()).isZero();
    }
}
