package io.evenkeel.discovery.marathon;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The reading half of a {@code text/event-stream}: bytes in, however they are cut, events out.
 *
 * <p>Used by one thread at a time. Never throws on any input and keeps at most twice its limit in memory: a line that is
 * longer is skipped as it comes, and its event is delivered without data, since older servers put whole deployment plans
 * of many megabytes in one line. An event that the stream's end cuts off is not delivered.
 *
 * <p>Lines end with CR, LF or CRLF; they are decoded only when whole, so no character is cut in two. {@code id} and
 * {@code retry} mean nothing to us, as Marathon cannot resume a stream.
 */
final class SseParser {

    private static final int BOM = 0xFEFF;

    private final int limit;
    private final Consumer<SseEvent> sink;

    private byte[] line = new byte[512];
    private int length;
    private boolean overflow;
    private boolean afterCr;
    private boolean firstLine = true;

    private String type = "";
    private final StringBuilder data = new StringBuilder();
    private boolean hasData;
    private boolean truncated;

    SseParser(int limit, Consumer<SseEvent> sink) {
        this.limit = limit;
        this.sink = sink;
    }

    void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            if (b == '\n' && afterCr) {
                afterCr = false;
            } else if (b == '\n' || b == '\r') {
                afterCr = b == '\r';
                endLine();
            } else {
                afterCr = false;
                append(b);
            }
        }
    }

    private void append(byte b) {
        if (length == limit) {
            overflow = true;
            return;
        }
        if (length == line.length) {
            line = Arrays.copyOf(line, Math.min(limit, length * 2));
        }
        line[length++] = b;
    }

    private void endLine() {
        if (length == 0) { // heartbeats are nothing but these
            firstLine = false;
            dispatch();
            return;
        }
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        if (firstLine && !text.isEmpty() && text.charAt(0) == BOM) {
            text = text.substring(1);
        }
        firstLine = false;
        boolean cut = overflow;
        length = 0;
        overflow = false;
        if (text.isEmpty()) {
            dispatch();
        } else {
            field(text, cut);
        }
    }

    private void field(String text, boolean cut) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        if (value.startsWith(" ")) {
            value = value.substring(1);
        }
        if (name.equals("event")) {
            type = cut ? "" : value;
        } else if (name.equals("data")) {
            data(value, cut);
        }
    }

    private void data(String value, boolean cut) {
        if (cut || truncated || data.length() + value.length() > limit) {
            truncated = true;
            data.setLength(0);
        } else if (hasData) {
            data.append('\n').append(value);
        } else {
            data.append(value);
        }
        hasData = true;
    }

    private void dispatch() {
        if (hasData) {
            sink.accept(new SseEvent(type.isEmpty() ? "message" : type, data.toString(), truncated));
        }
        type = "";
        data.setLength(0);
        hasData = false;
        truncated = false;
    }
}
