package io.evenkeel.testing.marathon;

/** Something that can be wrong with the simulated Marathon for as long as it is switched on. */
public enum Fault {
    /** Connections are refused and open ones were closed; the same port answers again afterwards. */
    DOWN,
    /** Every REST call is answered with 500. */
    ERROR_500,
    /** Calls under {@code /v2/apps} are answered with 500; the rest works. */
    APPS_ERROR_500,
    /** Every call is answered with 502 and an HTML page, as a standby without a leader does. */
    HTML_502,
    /** Calls are accepted and not answered. */
    HANG,
    /** Answers to GET come late as a whole; they tell what was so when they were asked for. */
    SLOW_HEAD,
    /** The bodies of answers to GET come late after their heads; they tell what was so when they were asked for. */
    SLOW_BODY,
    /** {@code GET /v2/apps} answers {@code {"apps":[]}}. */
    EMPTY_LIST,
    /** JSON bodies are malformed, with the right length. */
    GARBAGE,
    /** Bodies end in the middle, before the length that was told. */
    TRUNCATED,
    /** Event streams stay open and are silent: neither events nor heartbeats. */
    SILENT_STREAMS
}
