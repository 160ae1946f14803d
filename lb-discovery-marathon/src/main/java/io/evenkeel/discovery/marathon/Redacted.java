package io.evenkeel.discovery.marathon;

import java.net.URI;

/** Addresses as they may be shown: without the user and password that a URI can carry. */
final class Redacted {

    private Redacted() {}

    static String uri(URI uri) {
        return text(uri.toString());
    }

    /** Works on anything that looks like a URI, also on what is none. */
    static String text(String uri) {
        int from = uri.indexOf("://");
        int end = from < 0 ? -1 : uri.indexOf('/', from + 3);
        int at = uri.lastIndexOf('@', end < 0 ? uri.length() : end);
        return from < 0 || at < from ? uri : uri.substring(0, from + 3) + "…" + uri.substring(at);
    }
}
