package io.evenkeel.l7.rule;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.http.ResponseHead;
import java.net.InetSocketAddress;

/** Heads and connections that rules are asked about. */
final class Requests {

    static final Origin PLAIN = origin(false);
    static final Origin TLS = origin(true);

    private Requests() {}

    static RequestHead get(String target, String... fields) {
        return parse("GET " + target + " HTTP/1.1\r\nHost: Shop.example:8080\r\n" + lines(fields) + "\r\n");
    }

    static RequestHead parse(String text) {
        RequestHead head = new RequestHead();
        byte[] bytes = text.getBytes(ISO_8859_1);
        assertThat(head.parse(bytes, 0, bytes.length)).as(text).isZero();
        return head;
    }

    static ResponseHead response(int status, String... fields) {
        ResponseHead head = new ResponseHead();
        byte[] bytes = ("HTTP/1.1 " + status + " X\r\n" + lines(fields) + "\r\n").getBytes(ISO_8859_1);
        assertThat(head.parse(bytes, 0, bytes.length)).isZero();
        return head;
    }

    private static String lines(String... fields) {
        return fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
    }

    private static Origin origin(boolean tls) {
        return new Origin() {
            @Override
            public InetSocketAddress address() {
                return new InetSocketAddress("10.1.2.3", 4567);
            }

            @Override
            public InetSocketAddress localAddress() {
                return new InetSocketAddress("10.0.0.1", 443);
            }

            @Override
            public long epochSeconds() {
                return 1_700_000_000;
            }

            @Override
            public boolean isTls() {
                return tls;
            }

            @Override
            public byte[] serverName() {
                return tls ? "shop.example".getBytes(ISO_8859_1) : null;
            }
        };
    }
}
