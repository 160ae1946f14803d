package io.evenkeel.endpoint;

import java.util.Optional;

/**
 * What a server says of its own load, in or beside an answer.
 *
 * <p>The numbers are those of the Open Request Cost Aggregation (ORCA) of the xDS protocols, as gRPC servers and Envoy
 * upstreams send them. A record: immutable, and made off the path of picks.
 *
 * @param utilization how busy it is: 0 idle, 1 all that it can do; more where it says so
 * @param requestsPerSecond what it serves; 0 if unknown
 * @param errorsPerSecond what of that fails; 0 if unknown
 */
public record LoadReport(double utilization, double requestsPerSecond, double errorsPerSecond) {

    /** The name of the response header, in lower case, from whose value {@link #parse} reads. */
    public static final String HEADER = "endpoint-load-metrics";

    private static final String TEXT = "TEXT ";

    /** Checks the numbers. */
    public LoadReport {
        check("utilization", utilization);
        check("requestsPerSecond", requestsPerSecond);
        check("errorsPerSecond", errorsPerSecond);
    }

    private static void check(String name, double value) {
        if (!isUsable(value)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: finite and >= 0)");
        }
    }

    private static boolean isUsable(double value) {
        return value >= 0 && value < Double.POSITIVE_INFINITY;
    }

    /**
     * Reads a header in ORCA's native form: {@code TEXT application_utilization=0.4, cpu_utilization=0.3,
     * rps_fractional=120.5, eps=1}. The application's own utilisation, if it is above 0, goes before that of the CPU; other
     * names are passed over. The JSON and the binary form are not read.
     *
     * @param header the value of a header, as any server may have sent it
     * @return what it says; nothing if it says no utilisation, or anything in it is not understood
     */
    public static Optional<LoadReport> parse(String header) {
        if (!header.regionMatches(true, 0, TEXT, 0, TEXT.length())) {
            return Optional.empty();
        }
        double cpu = -1;
        double application = -1;
        double requests = 0;
        double errors = 0;
        for (int start = TEXT.length(); start <= header.length(); ) {
            int comma = header.indexOf(',', start);
            int end = comma < 0 ? header.length() : comma;
            int equals = header.indexOf('=', start);
            if (equals < 0 || equals > end) {
                return Optional.empty();
            }
            double value = number(header.substring(equals + 1, end));
            if (!isUsable(value)) {
                return Optional.empty();
            }
            switch (header.substring(start, equals).trim()) {
                case "cpu_utilization" -> cpu = value;
                case "application_utilization" -> application = value;
                case "rps_fractional", "rps" -> requests = value;
                case "eps" -> errors = value;
                default -> {} // of no use here
            }
            start = end + 1;
        }
        double utilization = application > 0 ? application : cpu;
        return utilization < 0 ? Optional.empty() : Optional.of(new LoadReport(utilization, requests, errors));
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.trim());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
