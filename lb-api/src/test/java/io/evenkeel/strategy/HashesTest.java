package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.Endpoints;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashesTest {

    @Test
    void isTheSameEverywhereAndForEver() {
        assertThat(Hashes.of("/dcos-101/app2")).isEqualTo(Hashes.of(CharBuffer.wrap("/dcos-101/app2")));
        // Keys must not move because a release computes them otherwise.
        assertThat(Long.toHexString(Hashes.of("/dcos-101/app2"))).isEqualTo("712d83b7438c2625");
        assertThat(Long.toHexString(Hashes.of(new byte[] {10, 0, 0, 1}))).isEqualTo("aa969f18a94d2cb2");
    }

    @Test
    void knowsAnEndpointByItsIdAndAddressAlone() {
        long hash = Hashes.of(Endpoints.endpoint("a", 1, 5));

        assertThat(hash).isEqualTo(Hashes.of(Endpoints.endpoint("a", 1, 7)));
        assertThat(hash).isNotEqualTo(Hashes.of(Endpoints.endpoint("b", 1, 5)));
        assertThat(hash).isNotEqualTo(Hashes.of(Endpoints.endpoint("a", 2, 5)));
    }

    @Test
    void keepsShortSimilarTextsApart() {
        Set<Long> seen = new HashSet<>();
        int texts = 0;
        for (int i = 0; i < 200_000; i++) {
            seen.add(Hashes.of(Integer.toString(i)));
            seen.add(Hashes.of("10.0." + i / 256 + "." + i % 256));
            seen.add(Hashes.of(("x" + i).getBytes(StandardCharsets.UTF_8)));
            texts += 3;
        }
        assertThat(seen).hasSize(texts);
        assertThat(Hashes.of("a\0")).isNotEqualTo(Hashes.of("a"));
        assertThat(Hashes.of(new byte[1])).isNotEqualTo(Hashes.of(new byte[2]));
    }

    /* Each bit of the input changes each bit of the output with a chance of a half. */
    @Test
    void spreadsEveryBit() {
        SplittableRandom random = new SplittableRandom(1);
        int[] flips = new int[64];
        int trials = 0;
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[1 + i % 20];
            random.nextBytes(bytes);
            long before = Hashes.of(bytes);
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                long changed = before ^ Hashes.of(bytes);
                bytes[bit / 8] ^= (byte) (1 << bit % 8);
                trials++;
                for (int out = 0; out < 64; out++) {
                    flips[out] += (int) (changed >>> out & 1);
                }
            }
        }
        for (int out = 0; out < 64; out++) {
            assertThat((double) flips[out] / trials).as("bit %d", out).isBetween(0.47, 0.53);
        }
    }
}
