package io.evenkeel.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.HeaderTrust.Underscores;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.HeaderEdits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is believed of clients of HTTP/2, and how addresses are told; the flags' tests have those of HTTP/1.1. */
class HeaderTrustTest {

    private static final String[] FORGED = {
        ":method: GET",
        ":scheme: http",
        ":path: /",
        ":authority: web.example",
        "x-forwarded-for: 6.6.6.6",
        "x-forwarded-proto: https",
        "x-real-ip: 6.6.6.6",
        "x_user: a"
    };

    private static Wire.Message seen(HeaderTrust trust, int status) throws Exception {
        try (HttpFixture fixture = new HttpFixture(trust);
                Backend web = Backend.text("web")) {
            fixture.endpoints(web);
            try (Http2Wire client = Http2Wire.to(fixture.address())) {
                client.headers(1, true, FORGED);
                assertThat(client.message(1).status()).isEqualTo(status);
            }
            return web.requests.isEmpty() ? null : web.requests.get(0);
        }
    }

    @Test
    void clientsOfHttp2AreOverwrittenToo() throws Exception {
        Wire.Message seen = seen(HeaderTrust.NOBODY, 200);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("web.example");
        assertThat(seen.value("X-Real-IP")).isEqualTo("127.0.0.1");
        assertThat(seen.values("X_User")).isEmpty();
    }

    @Test
    void orBelievedOrRefused() throws Exception {
        Wire.Message seen = seen(HeaderTrust.EVERYBODY, 200);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("6.6.6.6 | 127.0.0.1");
        assertThat(seen.value("X_User")).isEqualTo("a");
        assertThat(seen(new HeaderTrust(AllowedNetworks.ALL, Underscores.REFUSE), 400))
                .isNull();
    }

    @Test
    void addressesOfVersion6AreToldAsEachFieldHasThem() throws Exception {
        InetAddress address =
                InetAddress.getByAddress(new byte[] {0x20, 1, 0xd, (byte) 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        ForwardedFields fields = HeaderTrust.NOBODY.of(new InetSocketAddress(address, 4000), 443, true);
        HeadWriter writer = new HeadWriter();
        fields.write(writer.begin(), new RequestHead(), HeaderEdits.NONE, 0);
        assertThat(new String(writer.bytes(), 0, writer.length(), StandardCharsets.US_ASCII))
                .isEqualTo("X-Forwarded-For: 2001:db8::1\r\nX-Forwarded-Port: 443\r\n"
                        + "X-Forwarded-Proto: https\r\nForwarded: for=\"[2001:db8::1]\";proto=https\r\n"
                        + "X-Real-IP: 2001:db8::1\r\n");
    }
}
