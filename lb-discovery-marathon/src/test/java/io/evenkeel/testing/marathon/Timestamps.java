package io.evenkeel.testing.marathon;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Marathon's way to write a moment (UTC, milliseconds), and its versions, which are moments that never repeat. */
final class Timestamps {
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Instant last = Instant.EPOCH;

    static String text(Instant time) {
        return FORMAT.format(time);
    }

    static String now() {
        return text(Instant.now());
    }

    /** The next version; later than any before it. */
    synchronized String nextVersion() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        last = now.isAfter(last) ? now : last.plusMillis(1);
        return text(last);
    }
}
