package io.evenkeel.testing.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * How the definition of an app or a pod has launches wait after failures.
 *
 * @param first the delay after the first failure
 * @param factor by how much each further failure makes it longer
 * @param longest where it ends to grow
 */
record Backoff(Duration first, double factor, Duration longest) {
    static Backoff ofApp(JsonNode app) {
        return of(app.path("backoffSeconds"), app.path("backoffFactor"), app.path("maxLaunchDelaySeconds"));
    }

    static Backoff ofPod(JsonNode pod) {
        JsonNode given = pod.at("/scheduling/backoff");
        return of(given.path("backoff"), given.path("backoffFactor"), given.path("maxLaunchDelay"));
    }

    private static Backoff of(JsonNode first, JsonNode factor, JsonNode longest) {
        return new Backoff(seconds(first.asDouble(1)), factor.asDouble(1.15), seconds(longest.asDouble(300)));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    Duration after(Duration last) {
        Duration longer = Duration.ofNanos((long) (last.toNanos() * factor));
        return longer.compareTo(longest) < 0 ? longer : longest;
    }
}
