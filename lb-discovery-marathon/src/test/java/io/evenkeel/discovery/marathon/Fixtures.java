package io.evenkeel.discovery.marathon;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Wire samples from the test resources. */
final class Fixtures {

    private Fixtures() {}

    static byte[] bytes(String name) {
        try (InputStream in = Fixtures.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /** The body of a recorded answer: without the head, and without chunks. */
    static byte[] body(String name) {
        byte[] all = bytes(name);
        if (!name.endsWith(".http")) {
            return all;
        }
        String latin = new String(all, StandardCharsets.ISO_8859_1);
        int end = latin.indexOf("\r\n\r\n");
        byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
        return latin.substring(0, end).contains("chunked") ? dechunked(body) : body;
    }

    private static byte[] dechunked(byte[] body) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        String latin = new String(body, StandardCharsets.ISO_8859_1);
        int at = 0;
        while (at < body.length) {
            int lineEnd = latin.indexOf("\r\n", at);
            int length = Integer.parseInt(latin.substring(at, lineEnd), 16);
            plain.write(body, lineEnd + 2, length);
            at = lineEnd + 2 + length + 2;
        }
        return plain.toByteArray();
    }

    static AppsParser.Answer parse(String json) {
        return parse(json.getBytes(StandardCharsets.UTF_8));
    }

    static AppsParser.Answer parse(byte[] json) {
        try {
            return AppsParser.apps(new ByteArrayInputStream(json), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only app of an answer that has one app. */
    static App app(String json) {
        return parse("{\"apps\": [" + json + "]}").apps().get(0);
    }
}
