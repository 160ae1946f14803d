package io.evenkeel.testing.marathon;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The JSON of an app as it was last told, for as long as nothing in it changes. Called with the state's lock held. */
final class KeptJson {
    private final Map<Set<String>, Kept> byEmbed = new HashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never changed nor compared
    private record Kept(Instant until, byte[] json) {}

    /** Forgets it, because the app or one of its tasks is another now. */
    void changed() {
        byEmbed.clear();
    }

    byte[] of(AppState app, Set<String> embed) {
        Instant now = Instant.now();
        Kept kept = byEmbed.get(embed);
        if (kept == null || !now.isBefore(kept.until)) {
            kept = new Kept(TaskView.nextCheck(app, now), Json.bytes(AppView.of(app, embed)));
            byEmbed.put(embed, kept);
        }
        return kept.json;
    }
}
