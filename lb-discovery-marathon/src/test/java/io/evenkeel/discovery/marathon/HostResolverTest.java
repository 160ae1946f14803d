package io.evenkeel.discovery.marathon;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.testing.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostResolverTest {

    private final ManualClock clock = new ManualClock();
    private final Map<String, String> world = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private int changes;
    private final HostResolver resolver = resolver(Runnable::run);

    private HostResolver resolver(java.util.concurrent.Executor workers) {
        return new HostResolver(this::look, workers, clock, clock, false, () -> changes++);
    }

    private List<InetAddress> look(String host) throws UnknownHostException {
        asked.add(host);
        String address = world.get(host);
        if (address == null) {
            throw new UnknownHostException(host);
        }
        return List.of(InetAddress.getByName("fd00::1"), InetAddress.getByName(address));
    }

    @Test
    void findsNamesAndKeepsThem() {
        world.put("agent", "10.0.0.7");
        resolver.prepare(Set.of("agent"));
        assertThat(resolver.find("agent").getHostAddress()).isEqualTo("10.0.0.7");
        assertThat(resolver.find("agent").getHostName()).isEqualTo("agent");
        resolver.prepare(Set.of("agent"));
        assertThat(asked).hasSize(1);
        assertThat(changes).isZero();
    }

    @Test
    void refreshesAnOldAddressAndTellsOfAChange() {
        world.put("agent", "10.0.0.7");
        resolver.prepare(Set.of("agent"));
        world.put("agent", "10.0.0.8");
        clock.advance(HostResolver.FRESH.plusSeconds(1));
        resolver.retain(Set.of("agent"));
        assertThat(resolver.find("agent").getHostAddress()).isEqualTo("10.0.0.8");
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void keepsTheLastAddressOfANameThatIsGone() {
        world.put("agent", "10.0.0.7");
        resolver.prepare(Set.of("agent"));
        world.clear();
        clock.advance(HostResolver.FRESH.plusSeconds(1));
        resolver.retain(Set.of("agent"));
        assertThat(asked).hasSize(2);
        assertThat(resolver.find("agent").getHostAddress()).isEqualTo("10.0.0.7");
    }

    @Test
    void triesAgainWhatWasNeverFoundAndTellsWhenItIs() {
        resolver.prepare(Set.of("agent"));
        assertThat(resolver.find("agent")).isNull();
        clock.advance(Duration.ofSeconds(5));
        assertThat(asked).hasSize(2);
        world.put("agent", "10.0.0.7");
        clock.advance(Duration.ofSeconds(10));
        assertThat(resolver.find("agent").getHostAddress()).isEqualTo("10.0.0.7");
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void forgetsWhatNobodyNeeds() {
        resolver.prepare(Set.of("agent"));
        resolver.retain(Set.of());
        clock.advance(Duration.ofHours(1));
        assertThat(asked).hasSize(1);
        assertThat(clock.pending()).isZero();
    }

    @Test
    void doesNotWaitForASlowNameServerForever() {
        Queue<Runnable> stuck = new ArrayDeque<>();
        HostResolver slow = resolver(stuck::add);
        world.put("agent", "10.0.0.7");
        slow.prepare(Set.of("agent"));
        assertThat(slow.find("agent")).isNull();
        stuck.remove().run();
        assertThat(slow.find("agent")).isNotNull();
        assertThat(changes).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.1", "0.0.0.0", "255.255.255.255", "::1", "fd01:b::1", "FE80::1%1", "::ffff:10.0.0.1"})
    void literalsNeedNoLookUp(String literal) {
        assertThat(resolver.find(literal)).isNotNull();
        assertThat(resolver.find(literal).getHostName()).isEqualTo(literal);
        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node1:5051", "node1.example.com:5051", "x:y", "[node1]:5051", "node1%eth0", "::1%", "::g"})
    void namesWithColonsAreNotEvenTriedAsLiterals(String name) {
        assertThat(LiteralAddress.isV6(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.1",
                "256.0.0.1",
                "1.2.3.4.5",
                "1..2.3",
                "a.b.c.d",
                "",
                "agent-1",
                "1.2.3.",
                "x:y",
                "face:5051",
                "10.0.0.1:5051",
                ":",
                "::1]",
                "[::1",
                "[node1]:5051",
                "99999999999.1.1.1"
            })
    void otherTextsAreNames(String name) {
        assertThat(HostResolver.literal(name)).isNull();
    }

    @Test
    void countsWhatChanges() {
        world.put("agent", "10.0.0.7");
        resolver.prepare(Set.of("agent"));
        assertThat(resolver.changes()).isEqualTo(1);
        clock.advance(HostResolver.FRESH.plusSeconds(1));
        resolver.retain(Set.of("agent"));
        assertThat(resolver.changes()).isEqualTo(1);
        world.put("agent", "10.0.0.8");
        clock.advance(HostResolver.FRESH.plusSeconds(1));
        resolver.retain(Set.of("agent"));
        assertThat(resolver.changes()).isEqualTo(2);
    }

    @Test
    void takesTheFamilyThatIsPreferred() {
        HostResolver sixFirst = new HostResolver(this::look, Runnable::run, clock, clock, true, () -> changes++);
        world.put("agent", "10.0.0.7");
        sixFirst.prepare(Set.of("agent"));
        assertThat(sixFirst.find("agent").getHostAddress()).isEqualTo("fd00:0:0:0:0:0:0:1");
    }
}
