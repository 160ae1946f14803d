package io.evenkeel.l7.log;

import java.time.ZoneId;

/**
 * Apache's combined format: {@code client - - [date] "request" status bytes "referer" "user agent"}. What has no status has
 * 0; what has no request has a dash in its place. Not thread-safe.
 */
final class CombinedFormat implements LineFormat {

    private final AddressTexts addresses = new AddressTexts();
    private final DateTexts dates = DateTexts.of("dd/MMM/yyyy:HH:mm:ss Z", ZoneId.systemDefault());

    @Override
    public void write(AccessRecord r, LineBuffer line) {
        line.add(addresses.of(r.client()))
                .add(" - - [")
                .add(dates.of(r.startMillis()))
                .add("] \"");
        if (r.hasRequest()) {
            text(r, AccessRecord.METHOD, line);
            line.add(' ');
            text(r, AccessRecord.TARGET, line);
            line.add(' ');
            text(r, AccessRecord.VERSION, line);
        } else {
            line.add('-');
        }
        line.add("\" ").add(Math.max(0, r.status())).add(' ').add(r.sent());
        line.add(" \"");
        text(r, AccessRecord.REFERER, line);
        line.add("\" \"");
        text(r, AccessRecord.USER_AGENT, line);
        line.add('"');
    }

    private static void text(AccessRecord r, int text, LineBuffer line) {
        if (r.end(text) == r.start(text)) {
            line.add('-');
        } else {
            line.backslash(r.bytes(), r.start(text), r.end(text));
        }
    }
}
