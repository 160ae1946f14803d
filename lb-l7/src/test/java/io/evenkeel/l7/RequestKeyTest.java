package io.evenkeel.l7;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.strategy.Balance;
import io.evenkeel.strategy.PickContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestKeyTest {

    @ParameterizedTest
    @CsvSource({
        "uri, /a/b?c=d, /a/b",
        "uri whole, /a/b?c=d, /a/b?c=d",
        "uri depth 1, /a/b/c, /a",
        "uri depth 2, /a?b/c/d, /a",
        "uri len 3, /a/b/c, /a/",
        "uri, http://x.example/a?b, /a",
        "url_param id, /a?id=7&b=c, 7",
        "url_param id, /a?b=c&id=7, 7",
        "url_param id, /a?uid=6&id=7;x, 7;x",
        "url_param id, /id=5?xid=6&id=7&id=8, 7",
        "hdr(x-user), /, alice",
        "hdr(X-USER), /, alice"
    })
    void isThePartOfTheRequestThatTheAlgorithmNames(String balance, String target, String key) {
        assertThat(of(balance, target).key())
                .isEqualTo(PickContext.create().key(key.getBytes(ISO_8859_1)).key());
    }

    @ParameterizedTest
    @CsvSource({
        "url_param id, /a",
        "url_param id, /a?",
        "url_param id, /a?id",
        "url_param id, /a?id=",
        "url_param id, /a?i=7",
        "url_param id, /a?ide=7",
        "url_param id, /a?ID=7",
        "hdr(X-Other), /",
        "hdr(X-Empty), /",
        "roundrobin, /"
    })
    void aRequestWithoutThatPartHasNoKey(String balance, String target) {
        assertThat(of(balance, target).hasKey()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"source, 192.0.2.7", "maglev, 2001:db8::7"})
    void isTheClientsAddressWithoutItsPort(String balance, String address) throws Exception {
        InetAddress client = InetAddress.getByName(address);
        assertThat(of(balance, "/", new InetSocketAddress(client, 1234)).key())
                .isEqualTo(
                        of(balance, "/x", new InetSocketAddress(client, 4321)).key())
                .isEqualTo(PickContext.create().key(client.getAddress()).key());
    }

    private static PickContext of(String balance, String target) {
        return of(balance, target, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    }

    private static PickContext of(String balance, String target, InetSocketAddress client) {
        byte[] bytes = ("GET " + target + " HTTP/1.1\r\nHost: a\r\nX-User: alice\r\nX-Empty:\r\nX-User: bob\r\n\r\n")
                .getBytes(ISO_8859_1);
        RequestHead head = new RequestHead();
        assertThat(head.parse(bytes, 0, bytes.length)).isZero();
        PickContext context = PickContext.create();
        new RequestKey(Balance.parse(balance).key()).put(context, head, client);
        return context;
    }
}
