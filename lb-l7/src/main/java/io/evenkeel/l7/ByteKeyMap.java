package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map from words, their case ignored, that is looked up with a stretch of received bytes.
 *
 * <p>Immutable, thread-safe. A look-up hashes the bytes and compares them with one entry as a rule; it costs the same for
 * ten entries and ten thousand, and allocates nothing.
 *
 * @param <V> what the words stand for
 */
final class ByteKeyMap<V> {

    /* Open addressing in a table at most half full. */
    private final byte[] @Nullable [] keys;
    private final @Nullable Object[] values;
    private final int mask;

    ByteKeyMap(Map<String, V> entries) {
        int size = Integer.highestOneBit(Math.max(entries.size(), 1) * 2 - 1) * 2;
        this.keys = new byte[size][];
        this.values = new Object[size];
        this.mask = size - 1;
        entries.forEach((word, value) -> {
            byte[] key = word.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
            int slot = hash(key, 0, key.length) & mask;
            while (keys[slot] != null) {
                slot = (slot + 1) & mask;
            }
            keys[slot] = key;
            values[slot] = value;
        });
    }

    @SuppressWarnings("unchecked") // only values of type V were put in
    @Nullable
    V get(byte[] bytes, int start, int end) {
        int slot = hash(bytes, start, end) & mask;
        while (true) {
            byte[] key = keys[slot];
            if (key == null) {
                return null;
            }
            if (Bytes.is(bytes, start, end, key)) {
                return (V) values[slot];
            }
            slot = (slot + 1) & mask;
        }
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + Bytes.lower(bytes[i]);
        }
        return hash ^ (hash >>> 16);
    }
}
