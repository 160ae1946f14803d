package io.evenkeel.discovery;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as messages and logs may show them: without the user and password that a URI can carry. */
public final class Redacted {

    private static final Pattern BEFORE_AUTHORITY = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*:)?//");

    private Redacted() {}

    /**
     * A URI that may be shown.
     *
     * @param uri any
     * @return its text without user and password
     */
    public static String uri(URI uri) {
        return text(uri.toString());
    }

    /**
     * A text that may be shown. Works also on what was meant to be a URI and is none, where a password may stand anywhere
     * before the last {@code @}: rather too much is left out than too little.
     *
     * @param uri a URI, or what somebody took for one
     * @return the text without what stands before the host
     */
    public static String text(String uri) {
        int at = uri.lastIndexOf('@');
        Matcher before = BEFORE_AUTHORITY.matcher(uri);
        return at < 0 ? uri : (before.lookingAt() ? before.group() : "") + "…" + uri.substring(at);
    }
}
