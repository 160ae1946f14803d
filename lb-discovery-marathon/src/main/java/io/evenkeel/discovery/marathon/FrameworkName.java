package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name under which a Marathon is registered with Mesos, which VIP names end with.
 *
 * <p>Used by the fetching thread. Asked for before the first answer and after each reconnect; if it cannot be had, the
 * default (or the last known name) does, and it is asked for again after a while.
 */
final class FrameworkName {

    private static final Logger LOG = LoggerFactory.getLogger(FrameworkName.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    static final String DEFAULT = "marathon";
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final MarathonClient client;
    private final Ticker ticker;
    private volatile boolean stale = true;
    private @Nullable String known;
    private @Nullable Long failedAt;
    private boolean warned;

    FrameworkName(MarathonClient client, Ticker ticker) {
        this.client = client;
        this.ticker = ticker;
    }

    /** The leader may be another: ask again. Any thread. */
    void expire() {
        stale = true;
    }

    String current() {
        if (stale && (failedAt == null || ticker.nanos() - failedAt >= PAUSE.toNanos())) {
            stale = false;
            boolean answered = ask();
            if (!answered) {
                answered = ask();
            }
            if (!answered) {
                stale = true;
            }
            failedAt = answered ? null : ticker.nanos();
        }
        return known == null ? DEFAULT : known;
    }

    private boolean ask() {
        try {
            JsonNode info = client.get("/v2/info", PATIENCE, JSON::readTree);
            String name = Json.text(info.path("marathon_config"), "framework_name");
            if (name.isEmpty() && !warned) {
                warned = true;
                LOG.warn("Marathon does not tell its framework name; VIP names end with \"{}\"", DEFAULT);
            }
            known = name.isEmpty() ? known : name;
            return true;
        } catch (DiscoveryException e) {
            LOG.debug("The framework name could not be read", e);
            return false;
        }
    }
}
