package io.evenkeel.vip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VipAddressesTest {

    static List<Arguments> vectors() {
        return ErlangHashTest.vectors();
    }

    static List<Arguments> collisions() {
        return VectorFiles.arguments(VectorFiles.rows("named-vips-collisions.tsv", "collision"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void placesNamesAsDcosDid(
            String name, long below27Bits, long inRange, String v4, long in254, String sha1, String v6)
            throws Exception {
        assertThat(VipAddresses.v4Home(name).getHostAddress()).isEqualTo(v4);
        assertThat(VipAddresses.v6Home(name)).isEqualTo(InetAddress.getAllByName(v6)[0]);
        assertThat(VipAddresses.assign(List.of(name))).containsExactly(Map.entry(name, VipAddresses.v4Home(name)));
    }

    @ParameterizedTest
    @MethodSource("collisions")
    void letsTheNameThatSortsFirstKeepTheAddressAndMovesTheOtherOn(
            String kind, String one, String other, String address) {
        assertThat(VipAddresses.v4Home(one)).isEqualTo(VipAddresses.v4Home(other));
        String first = one.compareTo(other) < 0 ? one : other;
        String second = first.equals(one) ? other : one;

        Map<String, Inet4Address> assigned = VipAddresses.assign(List.of(one, other));

        assertThat(assigned.get(first).getHostAddress()).isEqualTo(address);
        assertThat(offset(assigned.get(second))).isEqualTo(offset(assigned.get(first)) + 1);
        assertThat(VipAddresses.assign(List.of(other, one))).isEqualTo(assigned);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void agreesOnAllNodesWhateverTheOrderOfNames(long seed) {
        List<String> names = new ArrayList<>(IntStream.range(0, 16_000)
                .mapToObj(i -> "app" + i + ".marathon")
                .toList());
        Map<String, Inet4Address> assigned = VipAddresses.assign(names);

        Collections.shuffle(names, new Random(seed));

        assertThat(VipAddresses.assign(names)).as("seed %d", seed).isEqualTo(assigned);
        assertThat(new HashSet<>(assigned.values())).hasSize(names.size());
    }

    @Test
    void staysWithinTheRange() {
        IntStream.range(0, 10_000)
                .forEach(i -> assertThat(offset(VipAddresses.v4Home("name" + i + ".marathon")))
                        .isBetween(11 << 24, (11 << 24) + 0xFF_FFFE));
    }

    @Test
    void movesNobodyWhoDoesNotCollide() {
        Map<String, Inet4Address> assigned =
                VipAddresses.assign(List.of("app638.marathon", "app900.marathon", "redis.marathon"));

        assertThat(assigned.get("redis.marathon")).isEqualTo(VipAddresses.v4Home("redis.marathon"));
    }

    private static int offset(Inet4Address address) {
        int bits = 0;
        for (byte octet : address.getAddress()) {
            bits = (bits << 8) | (octet & 0xFF);
        }
        return bits;
    }
}
