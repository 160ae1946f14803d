package io.evenkeel.discovery.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.discovery.Catalog;
import io.evenkeel.testing.ManualClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDiscoveryNamesTest {

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock();
    private final Map<String, byte[]> dns = new HashMap<>();
    private final List<Catalog> catalogs = new ArrayList<>();

    private InetAddress find(String host) throws UnknownHostException {
        byte[] address = dns.get(host);
        if (address == null) {
            throw new UnknownHostException(host);
        }
        return InetAddress.getByAddress(address);
    }

    private String address() {
        Catalog newest = catalogs.get(catalogs.size() - 1);
        return newest.find("web").endpoints().get(0).address().getAddress().getHostAddress();
    }

    @Test
    void looksNamesUpAgainAndKeepsTheLastAddressThroughAHiccup() throws IOException {
        Path file = directory.resolve("web.json");
        Files.writeString(file, "[{\"targets\": [\"node.test:80\"]}]");
        dns.put("node.test", new byte[] {127, 0, 0, 1});
        TargetHosts hosts = new TargetHosts(this::find, clock, Duration.ofSeconds(30));
        try (FileDiscovery discovery = new FileDiscovery(file, clock, Duration.ofSeconds(1), hosts)) {
            discovery.watch(catalogs::add);
            clock.advance(Duration.ofSeconds(5));
            assertThat(address()).isEqualTo("127.0.0.1");
            dns.clear();
            clock.advance(Duration.ofMinutes(2));
            assertThat(address()).isEqualTo("127.0.0.1");
            Files.writeString(file, "[{\"targets\": [\"node.test:80\", \"none.test:80\"]}]");
            clock.advance(Duration.ofSeconds(3));
            assertThat(address()).as("read anew during the hiccup").isEqualTo("127.0.0.1");
            Files.writeString(file, "[{\"targets\": [\"node.test:80\"]}]");
            clock.advance(Duration.ofSeconds(3));
            int before = catalogs.size();
            dns.put("node.test", new byte[] {127, 0, 0, 2});
            clock.advance(Duration.ofSeconds(35));
            assertThat(address()).isEqualTo("127.0.0.2");
            clock.advance(Duration.ofMinutes(2));
            assertThat(catalogs).hasSize(before + 1);
        }
    }
}
