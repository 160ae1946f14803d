package io.evenkeel.l7.runner;

import java.util.regex.Pattern;

/** Texts as the admin port may show them: whatever looks like a password's hash or a key is masked. */
final class Secrets {

    static final String MASK = "***";

    /* crypt(3): $1$, $2a$, $5$, $6$, $y$, $apr1$ … with salt and hash, and the older {SHA} of htpasswd. */
    private static final Pattern HASH =
            Pattern.compile("\\$(?:[a-z0-9]{1,6})\\$[^\\s,;:\"'<>()]+|\\{SHA\\}[A-Za-z0-9+/=]+");
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\\z)", Pattern.DOTALL);
    private static final Pattern USER_INFO = Pattern.compile("(?<=//)[^/@\\s]+@");

    private Secrets() {}

    /** The text with a mask in the place of every secret that can be told from its form. */
    static String masked(String text) {
        String withoutKeys = KEY.matcher(text).replaceAll(MASK);
        String withoutHashes = HASH.matcher(withoutKeys).replaceAll(MASK);
        return USER_INFO.matcher(withoutHashes).replaceAll(MASK + "@");
    }
}
