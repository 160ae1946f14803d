package io.evenkeel.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BalanceTest {

    @ParameterizedTest
    @CsvSource({
        "roundrobin, weighted, NONE",
        "static-rr, weighted, NONE",
        "leastconn, least-connections, NONE",
        "random, least-request, NONE",
        "random(3), least-request, NONE",
        "first, first, NONE",
        "source, maglev, ADDRESS",
        "uri, maglev, URI",
        "url_param user, maglev, PARAMETER",
        "hdr(X-User), maglev, HEADER",
        "latency-aware, latency-aware, NONE",
        "peak-ewma, peak-ewma, NONE",
        "least-request, least-request, NONE",
        "round-robin, round-robin, NONE",
        "ring, ring, ADDRESS",
        "rendezvous, rendezvous, ADDRESS",
        " leastconn , least-connections, NONE"
    })
    void knowsOurNamesAndHaproxys(String text, String strategy, KeySource.Kind kind) {
        Balance balance = Balance.parse(text);

        assertThat(balance.strategy().name()).isEqualTo(strategy);
        assertThat(balance.key().kind()).isEqualTo(kind);
    }

    @Test
    void readsArguments() {
        assertThat(Balance.parse("hdr(X-User)").key().name()).isEqualTo("X-User");
        assertThat(Balance.parse("url_param id").key().name()).isEqualTo("id");
        assertThat(Balance.parse("uri whole len 12 depth 2").key())
                .isEqualTo(new KeySource(KeySource.Kind.URI, "", 2, 12, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rdp-cookie",
                "hdr()",
                "hdr(a b)",
                "random(0)",
                "random(x)",
                "url_param",
                "uri len",
                "uri len -1",
                "uri deep",
                "source x",
                "Roundrobin"
            })
    void saysWhatItDoesNotUnderstand(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Balance.parse(text))
                .withMessageStartingWith("balance: " + text + " (expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "uri, /a/b/c?x=1, /a/b/c",
        "uri whole, /a/b/c?x=1, /a/b/c?x=1",
        "uri depth 1, /a/b/c?x=1, /a",
        "uri depth 2, /a/b/c?x=/y/, /a/b",
        "uri depth 9, /a/b/c, /a/b/c",
        "uri path-only depth 1, /a/b/c?x=1, /a",
        "uri len 3, /a/b/c, /a/",
        "uri len 99, /a, /a"
    })
    void cutsThePartOfATargetThatCounts(String balance, String target, String part) {
        assertThat(Balance.parse(balance).key().part(target)).isEqualTo(part);
    }
}
