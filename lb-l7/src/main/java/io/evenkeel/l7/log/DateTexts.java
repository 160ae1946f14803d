package io.evenkeel.l7.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates to the second, made once for each. Not thread-safe. */
final class DateTexts {

    private final DateTimeFormatter format;
    private long second = Long.MIN_VALUE;
    private byte[] text = {};

    private DateTexts(String pattern, ZoneId zone) {
        this.format = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(zone);
    }

    /** Dates in a zone. */
    static DateTexts of(String pattern, ZoneId zone) {
        return new DateTexts(pattern, zone);
    }

    byte[] of(long epochMillis) {
        long now = Math.floorDiv(epochMillis, 1000);
        if (now != second) {
            second = now;
            text = format.format(Instant.ofEpochSecond(now)).getBytes(StandardCharsets.US_ASCII);
        }
        return text;
    }
}
