package io.evenkeel.discovery.marathon;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log is told of Marathon's coming and going: one line when it goes away and one when it is back, however many
 * attempts lie between. Control thread only.
 */
final class Availability {

    private static final Logger LOG = LoggerFactory.getLogger(MarathonDiscovery.class);

    private final String name;
    private boolean everRead;
    private boolean away;
    private boolean doubting;
    private boolean streamMissing;
    private int streamFailures;

    Availability(String name) {
        this.name = name;
    }

    void failed(@Nullable String reason) {
        if (away) {
            LOG.debug("{} is still away: {}", name, reason);
        } else if (everRead) {
            LOG.warn("{} cannot be read; its last good state stands until it can: {}", name, reason);
        } else {
            LOG.warn("{} cannot be read yet; waiting for it: {}", name, reason);
        }
        away = true;
    }

    void read(String what) {
        if (away || !everRead) {
            LOG.info("{} is {}: {}", name, everRead ? "back" : "there", what);
            streamFailures = 0; // it may well give one now
        }
        away = false;
        doubting = false;
        everRead = true;
        if (streamFailures >= 3 && !streamMissing) {
            streamMissing = true;
            LOG.warn("{} can be read but gives no event stream; polling it", name);
        }
    }

    void doubted() {
        if (!doubting) {
            LOG.warn("{} suddenly has no applications at all; what was known stands while that is doubted", name);
        }
        doubting = true;
    }

    void streamDown(String reason) {
        streamFailures++;
        LOG.debug("No event stream from {}: {}", name, reason);
    }

    void streamOpened() {
        if (streamMissing) {
            LOG.info("{} gives an event stream again", name);
        }
        streamMissing = false;
        streamFailures = 0;
    }
}
