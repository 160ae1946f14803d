package io.evenkeel.l7;

import io.evenkeel.l7.http.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map from words, their case ignored, that is looked up with a stretch of received bytes.
 *
 * <p>Immutable, thread-safe. A look-up hashes the bytes and compares them with one entry as a rule; it costs the same for
 * ten entries and ten thousand, and allocates nothing. A changed copy shares all that has not changed.
 *
 * @param <V> what the words stand for
 */
final class ByteKeyMap<V> {

    /* Words by their hash in many small tables, so that a change copies one of them and a list of all. */
    private static final int WORDS_PER_SHARD = 16;
    private static final int GOLDEN = 0x9E3779B9;

    private final Shard<V>[] shards;
    private final int shift;
    private final int size;

    /** A word as it is compared, and what it stands for. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a value
    private record Entry<V>(byte[] key, V value) {}

    @SuppressWarnings("unchecked") // arrays know no type parameters
    ByteKeyMap(Map<String, V> words) {
        List<Entry<V>> entries = words.entrySet().stream()
                .map(word -> new Entry<>(bytes(word.getKey()), word.getValue()))
                .toList();
        int bits = 32 - Integer.numberOfLeadingZeros(entries.size() / WORDS_PER_SHARD);
        this.shift = 32 - bits;
        this.size = entries.size();
        List<List<Entry<V>>> parts = new ArrayList<>();
        for (int i = 0; i < 1 << bits; i++) {
            parts.add(new ArrayList<>());
        }
        for (Entry<V> entry : entries) {
            parts.get(shard(hash(entry.key, 0, entry.key.length))).add(entry);
        }
        this.shards = parts.stream().map(Shard::new).toArray(Shard[]::new);
    }

    private ByteKeyMap(Shard<V>[] shards, int shift, int size) {
        this.shards = shards;
        this.shift = shift;
        this.size = size;
    }

    private static byte[] bytes(String word) {
        return word.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A changed copy.
     *
     * @param changes new values by their words, null for words that are gone
     * @return the copy; costs as much as there are changes, but now and then as much as there are words
     */
    ByteKeyMap<V> with(Map<String, @Nullable V> changes) {
        if (changes.size() > WORDS_PER_SHARD + size / WORDS_PER_SHARD
                || size + changes.size() > 2 * WORDS_PER_SHARD * shards.length) {
            return anew(changes);
        }
        Map<Integer, Map<String, @Nullable V>> byShard = new HashMap<>();
        changes.forEach((word, value) -> {
            byte[] key = bytes(word);
            byShard.computeIfAbsent(shard(hash(key, 0, key.length)), s -> new HashMap<>())
                    .put(word, value);
        });
        Shard<V>[] next = shards.clone();
        int newSize = size;
        for (Map.Entry<Integer, Map<String, @Nullable V>> change : byShard.entrySet()) {
            Shard<V> before = shards[change.getKey()];
            Shard<V> after = before.with(change.getValue());
            newSize += after.size - before.size;
            next[change.getKey()] = after;
        }
        return new ByteKeyMap<>(next, shift, newSize);
    }

    private ByteKeyMap<V> anew(Map<String, @Nullable V> changes) {
        Map<String, V> words = new HashMap<>();
        for (Shard<V> shard : shards) {
            for (Entry<V> entry : shard.entries()) {
                words.put(new String(entry.key, StandardCharsets.UTF_8), entry.value);
            }
        }
        changes.forEach((word, value) -> {
            if (value == null) {
                words.remove(word.toLowerCase(Locale.ROOT));
            } else {
                words.put(word.toLowerCase(Locale.ROOT), value);
            }
        });
        return new ByteKeyMap<>(words);
    }

    @Nullable
    V get(byte[] bytes, int start, int end) {
        int hash = hash(bytes, start, end);
        return shards[shard(hash)].get(hash, bytes, start, end);
    }

    /* Shifting by 32 would shift by none: with one shard the sign bit is shifted out by hand. */
    private int shard(int hash) {
        return ((hash * GOLDEN) >>> 1) >>> (shift - 1);
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = hash * 31 + Bytes.lower(bytes[i]);
        }
        return hash ^ (hash >>> 16);
    }

    /** Open addressing in a table at most half full. */
    private static final class Shard<V> {

        private final byte[] @Nullable [] keys;
        private final @Nullable Object[] values;
        private final int mask;
        private final int size;

        Shard(List<Entry<V>> entries) {
            int slots = Integer.highestOneBit(Math.max(entries.size(), 1) * 2 - 1) * 2;
            this.keys = new byte[slots][];
            this.values = new Object[slots];
            this.mask = slots - 1;
            this.size = entries.size();
            for (Entry<V> entry : entries) {
                int slot = hash(entry.key, 0, entry.key.length) & mask;
                while (keys[slot] != null) {
                    slot = (slot + 1) & mask;
                }
                keys[slot] = entry.key;
                values[slot] = entry.value;
            }
        }

        @SuppressWarnings("unchecked") // only values of type V were put in
        List<Entry<V>> entries() {
            List<Entry<V>> entries = new ArrayList<>();
            for (int i = 0; i < keys.length; i++) {
                byte[] key = keys[i];
                V value = (V) values[i];
                if (key != null && value != null) {
                    entries.add(new Entry<>(key, value));
                }
            }
            return entries;
        }

        Shard<V> with(Map<String, @Nullable V> changes) {
            List<Entry<V>> entries = entries();
            changes.forEach((word, value) -> {
                byte[] key = bytes(word);
                entries.removeIf(entry -> Arrays.equals(entry.key, key));
                if (value != null) {
                    entries.add(new Entry<>(key, value));
                }
            });
            return new Shard<>(entries);
        }

        @SuppressWarnings("unchecked")
        @Nullable
        V get(int hash, byte[] bytes, int start, int end) {
            int slot = hash & mask;
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
    }
}
