package io.evenkeel.simulation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How one contender did in one scenario.
 *
 * @param p50 the median latency in milliseconds, as are those that follow
 * @param p90 the 90th percentile
 * @param p99 the 99th percentile
 * @param p999 the 99.9th percentile
 * @param mean the mean
 * @param errors the share of calls that failed or timed out
 * @param hottest the calls of the busiest server over the mean of all
 */
record Result(double p50, double p90, double p99, double p999, double mean, double errors, double hottest) {

    /** The latency of a call that timed out, in milliseconds. */
    static final double TIMED_OUT = Simulation.TIMEOUT_NANOS / 1e6;

    /** From every latency in nanoseconds; time-outs are among them, quick failures are not. */
    static Result of(long[] latencies, int count, long errors, long calls, double hottest) {
        Arrays.sort(latencies, 0, count);
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += latencies[i];
        }
        return new Result(
                quantile(latencies, count, 0.5),
                quantile(latencies, count, 0.9),
                quantile(latencies, count, 0.99),
                quantile(latencies, count, 0.999),
                sum / count / 1e6,
                (double) errors / calls,
                hottest);
    }

    /** What several seeds amount to: the mean of each number. */
    static Result mean(List<Result> all) {
        return new Result(
                mean(all, Result::p50),
                mean(all, Result::p90),
                mean(all, Result::p99),
                mean(all, Result::p999),
                mean(all, Result::mean),
                mean(all, Result::errors),
                mean(all, Result::hottest));
    }

    private static double mean(List<Result> all, ToDoubleFunction<Result> number) {
        return all.stream().mapToDouble(number).average().orElseThrow();
    }

    private static double quantile(long[] sorted, int count, double q) {
        return sorted[Math.min(count - 1, (int) (q * count))] / 1e6;
    }

    String row(String name) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %.1f | %.0f | %.1f | %.3f | %.2f |",
                name,
                p50,
                p90,
                p99,
                p999,
                mean,
                errors * 100,
                hottest);
    }
}
