package io.evenkeel.l4.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvConfTest {

    @TempDir
    private Path directory;

    @Test
    void readsLiteralNameServersInOrderAndSkipsTheRest() throws IOException {
        Path file = directory.resolve("resolv.conf");
        Files.writeString(file, """
                # nameserver 1.1.1.1
                search example.com
                nameserver 10.0.0.2
                  nameserver\t10.0.0.1   # ours
                nameserver fd00::1
                nameserver example.com
                nameserver
                options ndots:5
                """);
        assertThat(ResolvConf.nameServers(file))
                .extracting(server -> server.getAddress().getHostAddress() + " " + server.getPort())
                .containsExactly("10.0.0.2 53", "10.0.0.1 53", "fd00:0:0:0:0:0:0:1 53");
    }

    @Test
    void missingFileHasNoNameServers() {
        assertThat(ResolvConf.nameServers(directory.resolve("none"))).isEmpty();
    }
}
