package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteKeyMapTest {

    @Test
    void findsAStretchWithoutRegardToCase() {
        ByteKeyMap<String> map = new ByteKeyMap<>(Map.of("A.example", "a"));
        byte[] bytes = "xa.EXAMPLEx".getBytes(UTF_8);
        assertThat(map.get(bytes, 1, 10)).isEqualTo("a");
        assertThat(map.get(bytes, 0, 10)).isNull();
        assertThat(map.get(bytes, 1, 11)).isNull();
    }

    @Test
    void aCopyChangesNothingInTheOriginal() {
        ByteKeyMap<String> map = new ByteKeyMap<>(Map.of("a", "1", "b", "2"));
        ByteKeyMap<String> changed = map.with(Map.of("A", "3"));
        assertThat(get(map, "a")).isEqualTo("1");
        assertThat(get(changed, "a")).isEqualTo("3");
        assertThat(get(changed, "b")).isEqualTo("2");
    }

    /** From nothing to thousands and back, by changes of one word and of many. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyNumberOfChangesGivesWhatAMapOfThemAllWouldGive(long seed) {
        Random random = new Random(seed);
        Map<String, Integer> expected = new HashMap<>();
        ByteKeyMap<Integer> map = new ByteKeyMap<>(Map.of());
        for (int step = 0; step < 60; step++) {
            Map<String, @Nullable Integer> changes = new HashMap<>();
            int many = random.nextInt(4) == 0 ? random.nextInt(500) : random.nextInt(4);
            for (int i = 0; i < many; i++) {
                changes.put("Host-" + random.nextInt(2000), random.nextInt(3) == 0 ? null : random.nextInt());
            }
            map = map.with(changes);
            changes.forEach((word, value) -> {
                if (value == null) {
                    expected.remove(word);
                } else {
                    expected.put(word, value);
                }
            });
            for (int i = 0; i < 2000; i++) {
                String word = "Host-" + i;
                assertThat(get(map, word.toUpperCase(Locale.ROOT))).isEqualTo(expected.get(word));
            }
        }
        assertThat(expected).hasSizeGreaterThan(500);
    }

    private static <V> @Nullable V get(ByteKeyMap<V> map, String word) {
        byte[] bytes = word.getBytes(UTF_8);
        return map.get(bytes, 0, bytes.length);
    }
}
