package io.evenkeel.discovery.marathon;

import io.evenkeel.endpoint.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule when to believe that there is suddenly no application at all. Used by the fetching thread.
 *
 * <p>A leader that has just been elected, or a proxy that lost its way, answers with an empty list, and whoever takes it at
 * its word empties every load balancer. So it must be said again and again for a while; unless of every application that is
 * gone an event has said that it was deleted.
 */
final class EmptyAnswers {

    private final Duration patience;
    private final Ticker ticker;
    private final Set<String> ended = new HashSet<>();
    private @Nullable Long since;

    EmptyAnswers(Duration patience, Ticker ticker) {
        this.patience = patience;
        this.ticker = ticker;
    }

    /** Events have said that these were deleted. */
    void ended(Set<String> ids) {
        ended.addAll(ids);
    }

    /** An answer has some. */
    void notEmpty() {
        ended.clear();
        since = null;
    }

    /** There was no answer, and the next one may be somebody else's: it must be said for the whole time again. */
    void failed() {
        since = null;
    }

    /** An answer has none: whether to believe it. */
    boolean believe(Set<String> known) {
        if (ended.containsAll(known)) {
            return true;
        }
        long now = ticker.nanos();
        if (since == null) {
            since = now;
        }
        return now - since >= patience.toNanos();
    }
}
