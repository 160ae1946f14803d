package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import java.util.List;
import java.util.Map;

/** What becomes of a request that no endpoint gets. Immutable. */
public sealed interface Verdict {

    /** An error page, after which the connection is closed. */
    record Deny(int status) implements Verdict {

        /** The statuses that there are pages for. */
        public static final List<Integer> STATUSES = List.of(400, 403, 404, 405, 408, 425, 429, 500, 502, 503, 504);

        /** Checks the status. */
        public Deny {
            if (!STATUSES.contains(status)) {
                throw new IllegalArgumentException("status " + status + " (expected: one of " + STATUSES + ")");
            }
        }
    }

    /** No answer: the connection is closed. */
    record Drop() implements Verdict {}

    /**
     * The client is sent elsewhere.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param location where to
     * @param cookie the value of a {@code Set-Cookie} that goes with it; none if empty
     */
    record Redirect(int status, Format location, String cookie) implements Verdict {

        private static final Map<Integer, String> REASONS = Map.of(
                301, "Moved Permanently",
                302, "Found",
                303, "See Other",
                307, "Temporary Redirect",
                308, "Permanent Redirect");

        /** Checks the status. */
        public Redirect {
            requireNonNull(location, "location");
            if (!REASONS.containsKey(status)) {
                throw new IllegalArgumentException("code " + status + " (expected: 301, 302, 303, 307 or 308)");
            }
        }

        /** The answer's head but for its end. */
        public HeadWriter write(HeadWriter writer, MessageHead request, Origin origin) {
            writer.begin().add(line("HTTP/1.1 " + status + " " + REASONS.get(status) + "\r\nContent-Length: 0\r\n"));
            if (status != 301 && status != 308) { // those may be kept
                writer.add(line("Cache-Control: no-cache\r\n"));
            }
            writer.add(line("Location: "));
            location.write(writer, request, origin);
            writer.endLine();
            return cookie.isEmpty() ? writer : writer.add(line("Set-Cookie: " + cookie + "\r\n"));
        }

        private static byte[] line(String text) {
            return io.evenkeel.l7.http.Bytes.of(text);
        }
    }
}
