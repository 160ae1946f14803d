package io.evenkeel.l7.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * The style and the script of the page, which it carries in itself, and the headers that allow it these and nothing else.
 * Immutable.
 */
final class PageAssets {

    private final String style = read("stats.css");
    private final String script = read("stats.js");
    private final Map<String, String> headers = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; connect-src 'self'; style-src '" + hash(style) + "'; script-src '" + hash(script)
                    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-store");

    String style() {
        return style;
    }

    String script() {
        return script;
    }

    Map<String, String> headers() {
        return headers;
    }

    private static String read(String name) {
        try (InputStream in = PageAssets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " (expected: beside this class)");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
