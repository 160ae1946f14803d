package io.evenkeel.discovery.marathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.evenkeel.discovery.DiscoveryException;
import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.Optional;
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
    private static final long MOST_BYTES = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofSeconds(30);
    /** For how long nothing is published at first rather than under a name that may be wrong. */
    static final Duration PATIENCE_AT_FIRST = Duration.ofSeconds(5);

    private final MarathonClient client;
    private final Optional<String> configured;
    private final Ticker ticker;
    private volatile boolean stale = true;
    private @Nullable String known;
    private @Nullable Long failedAt;
    private @Nullable Long firstAsked;
    private boolean warned;

    /**
     * A name to be asked for.
     *
     * @param configured the name to be used without asking, if there is one
     */
    FrameworkName(MarathonClient client, Optional<String> configured, Ticker ticker) {
        this.client = client;
        this.configured = configured;
        this.ticker = ticker;
    }

    /** Takes over what somebody knew before. */
    void assume(String name) {
        known = known == null ? name : known;
    }

    /** The leader may be another: ask again. Any thread. */
    void expire() {
        stale = true;
    }

    /**
     * The name.
     *
     * @throws DiscoveryException if it is not known yet and may be soon
     */
    String current() {
        if (configured.isPresent()) {
            return configured.get();
        }
        if (firstAsked == null) {
            firstAsked = ticker.nanos();
        }
        boolean early = known == null && ticker.nanos() - firstAsked < PATIENCE_AT_FIRST.toNanos();
        if (stale && (early || failedAt == null || ticker.nanos() - failedAt >= PAUSE.toNanos())) {
            stale = false;
            DiscoveryException failure = ask();
            if (failure != null) {
                failure = ask();
            }
            if (failure != null) {
                stale = true;
            }
            failedAt = failure == null ? null : ticker.nanos();
            if (failure != null && early) {
                throw failure;
            }
        }
        return known == null ? DEFAULT : known;
    }

    private @Nullable DiscoveryException ask() {
        try {
            JsonNode info = client.get(
                    "/v2/info", false, PATIENCE, body -> JSON.readTree(new LimitedInputStream(body, MOST_BYTES)));
            String name = Json.text(info.path("marathon_config"), "framework_name");
            if (name.isEmpty() && !warned) {
                warned = true;
                LOG.warn("Marathon does not tell its framework name; VIP names end with \"{}\"", DEFAULT);
            }
            known = name.isEmpty() ? known : name;
            return null;
        } catch (DiscoveryException e) {
            LOG.debug("The framework name could not be read", e);
            return e;
        }
    }
}
