package io.evenkeel.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:80, 127.0.0.1, 80",
        "127.0.0.1:0, 127.0.0.1, 0",
        "127.0.0.1:65535, 127.0.0.1, 65535",
        "127.0.0.1:00080, 127.0.0.1, 80",
        "[::1]:443, ::1, 443",
        "[127.0.0.1]:1, 127.0.0.1, 1",
    })
    void reads(String text, String host, int port) {
        assertThat(HostPort.parse("listen", text)).isEqualTo(new InetSocketAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "80",
                "host",
                "host:",
                ":80",
                "[]:80",
                "::1:80",
                "[::1]",
                "[::1:80",
                "h:65536",
                "h:-1",
                "h:+1",
                "h:1x",
                "h:000080",
                "h:１"
            })
    void namesWhatItCannotRead(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPort.parse("listen", text))
                .withMessage("listen: " + text + " (expected: HOST:PORT or [IPv6]:PORT with a port of 0 to 65535)");
    }
}
