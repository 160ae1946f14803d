package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.endpoint.EndpointStats;
import io.evenkeel.endpoint.LoadReport;
import io.evenkeel.endpoint.Outcome;
import io.evenkeel.testing.Endpoints;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UtilizationTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int PICKS = 60_000;
    private static final long NEAR = 1_000;

    private static final LoadReport HALF_BUSY = new LoadReport(0.5, 100, 0); // could do 200
    private static final LoadReport HARDLY_BUSY = new LoadReport(0.25, 100, 0); // could do 400

    private final List<EndpointStats> endpoints = Endpoints.stats(Endpoints.endpoints(3));
    private Picker picker = newPicker(null);

    @Test
    void sharesEvenlyBeforeAnythingIsReported() {
        assertShares(1, 1, 1);
    }

    @Test
    void sharesByWhatServersCanDoOnceTheyHaveWarmedUp() {
        report(0, HALF_BUSY, HARDLY_BUSY, HALF_BUSY);
        assertShares(1, 1, 1);
        report(9 * SECOND, HALF_BUSY, HARDLY_BUSY, HALF_BUSY);
        assertShares(1, 1, 1);

        report(10 * SECOND, HALF_BUSY, HARDLY_BUSY, HALF_BUSY);

        assertShares(1, 2, 1);
    }

    @Test
    void looksAtReportsOnceASecond() {
        warmUp(HALF_BUSY, HALF_BUSY, HALF_BUSY);

        report(20 * SECOND + 1, HARDLY_BUSY, HARDLY_BUSY, HALF_BUSY);
        assertShares(1, 1, 1);
        report(21 * SECOND + 1, HARDLY_BUSY, HARDLY_BUSY, HALF_BUSY);
        assertShares(2, 2, 1);
    }

    @Test
    void takesErrorsForBusyness() {
        LoadReport failing = new LoadReport(0.25, 100, 7.5); // 0.25, and ten times 0.075

        warmUp(HARDLY_BUSY, failing, HARDLY_BUSY);

        assertShares(4, 1, 4);
    }

    @Test
    void givesThoseThatReportNothingTheAverage() {
        for (long now = 0; now <= 20 * SECOND; now += SECOND) {
            endpoints.get(0).reported(HALF_BUSY, now); // 200
            endpoints.get(1).reported(HARDLY_BUSY, now); // 400
            endpoints.get(2).reported(new LoadReport(0, 0, 0), now); // of no use
        }

        assertShares(2, 4, 3);
    }

    @Test
    void letsNoReportCountForMoreThanTenTimesTheAverageOrLessThanATenth() {
        LoadReport boasting = new LoadReport(1e-9, 1e9, 0);

        warmUp(HALF_BUSY, HALF_BUSY, boasting);

        Tally tally = tally();
        // The average is a third of what is boasted; the others count for a tenth of it each, so for 1 in 32.
        assertThat(tally.count(0) + tally.count(1)).isCloseTo(PICKS / 16, within(NEAR));
    }

    @Test
    void reportsExpire() {
        warmUp(HALF_BUSY, HARDLY_BUSY, HALF_BUSY);
        long later = 20 * SECOND + 180 * SECOND;

        endpoints.get(0).reported(HALF_BUSY, later - SECOND);
        endpoints.get(0).reported(HALF_BUSY, later);
        assertShares(1, 1, 1);
    }

    @Test
    void allReportsExpireToo() {
        warmUp(HALF_BUSY, HARDLY_BUSY, HALF_BUSY);

        use(endpoints.get(0), 199 * SECOND);
        assertShares(1, 2, 1);
        use(endpoints.get(0), 200 * SECOND);
        assertShares(1, 1, 1);
    }

    @Test
    void knowsWhatWasReportedToThePickerBefore() {
        warmUp(HALF_BUSY, HARDLY_BUSY, HALF_BUSY);

        picker = newPicker(picker);
        assertShares(1, 2, 1);
        report(21 * SECOND, HARDLY_BUSY, HARDLY_BUSY, HALF_BUSY);
        assertShares(2, 2, 1);
    }

    @Test
    void prefersTheLessBusyForWhatItCanDo() {
        warmUp(HALF_BUSY, HARDLY_BUSY, HALF_BUSY);
        for (int i = 0; i < 1_000; i++) {
            picker.pick(PickContext.none(), 0, 0).tryStart(0);
        }

        assertThat(endpoints.get(1).inFlight()).isCloseTo(500, within(10));
    }

    private static void use(EndpointStats endpoint, long now) {
        endpoint.tryStart(now);
        endpoint.complete(Outcome.SUCCESS, now, now);
    }

    private Picker newPicker(Picker previous) {
        return Strategy.utilization().newPicker(Candidates.of(endpoints, previous, new SplittableRandom(1)));
    }

    private void warmUp(LoadReport... reports) {
        for (long now = 0; now <= 20 * SECOND; now += SECOND) {
            report(now, reports);
        }
    }

    private void report(long now, LoadReport... reports) {
        for (int i = 0; i < reports.length; i++) {
            endpoints.get(i).reported(reports[i], now);
        }
    }

    private Tally tally() {
        Tally tally = new Tally(endpoints);
        for (int i = 0; i < PICKS; i++) {
            tally.add(picker.pick(PickContext.none(), 0, 0));
        }
        return tally;
    }

    private void assertShares(int... shares) {
        Tally tally = tally();
        int sum = shares[0] + shares[1] + shares[2];
        for (int i = 0; i < 3; i++) {
            assertThat(tally.count(i)).isCloseTo((long) PICKS * shares[i] / sum, within(NEAR));
        }
    }
}
