package io.evenkeel.l7.rule;

import static io.evenkeel.l7.rule.Requests.PLAIN;
import static io.evenkeel.l7.rule.Requests.TLS;
import static io.evenkeel.l7.rule.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.rule.Fetch.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FetchTest {

    @ParameterizedTest
    @CsvSource({
        "PATH, '', /a/b?x=1&y=2, /a/b",
        "PATH, '', http://h.example?x, /",
        "URL, '', /a/b?x=1, /a/b?x=1",
        "URL, '', http://h.example, /",
        "URL, '', http://h.example?x, /?x",
        "QUERY, '', /a?x=1?y, x=1?y",
        "QUERY, '', /a, ''",
        "METHOD, '', /, GET",
        "HOST, '', /, Shop.example:8080",
        "HOST, '', http://h.example/, h.example",
        "BASE, '', /a/b?x=1, Shop.example:8080/a/b",
        "BASE, '', http://h.example?x, h.example/",
        "DATE, '', /, 1700000000",
        "DATE, -60, /, 1699999940",
        "NOTHING, '', /, ''",
        "PARAMETER, y, /?x=1&y=2&z=3, 2",
        "PARAMETER, y, /?yy=1&y, ''",
        "PARAMETER, Y, /?y=2, ''",
        "HEADER, X-LIST, /, 'three'",
        "LINE, x-list, /, 'two, three'",
        "HEADER, none, /, ''",
        "COOKIE, b, /, 2",
        "COOKIE, B, /, ''",
        "SOURCE, '', /, 10.1.2.3",
        "SOURCE_PORT, '', /, 4567",
        "LOCAL, '', /, 10.0.0.1",
        "LOCAL_PORT, '', /, 443",
        "SERVER_NAME, '', /, shop.example",
        "TLS, '', /, 1",
    })
    void isFoundInTheRequestOrItsConnection(Kind kind, String name, String target, String found) {
        MessageHead head = get(target, "X-List: one", "X-List: two, three ", "Cookie: a=1; b=2;c=3");
        Format format = Format.builder()
                .text("<")
                .fetch(new Fetch(kind, name), false)
                .text(">")
                .build();
        assertThat(format.text(head, TLS)).isEqualTo("<" + found + ">");
    }

    @Test
    void withoutTlsThereIsNoServerName() {
        Format format = Format.builder()
                .fetch(Fetch.of(Kind.SERVER_NAME), false)
                .fetch(Fetch.of(Kind.TLS), false)
                .build();
        assertThat(format.text(get("/"), PLAIN)).isEqualTo("0");
    }

    @Test
    void everyValueOfAListIsJudged() {
        MessageHead head = get("/", "Accept: a, b", "accept: c,");
        for (String word : List.of("a", "b", "c", "")) {
            assertThat(is(new Fetch(Kind.HEADER, "Accept"), word).matches(head, PLAIN))
                    .as(word)
                    .isTrue();
        }
        assertThat(is(new Fetch(Kind.HEADER, "Accept"), "a, b").matches(head, PLAIN))
                .isFalse();
        assertThat(is(new Fetch(Kind.LINE, "Accept"), "a, b").matches(head, PLAIN))
                .isTrue();
    }

    @Test
    void aResponseHasAStatusAndFieldsButNoPath() {
        MessageHead response = Requests.response(404, "X-A: b");
        assertThat(Condition.inRange(Fetch.of(Kind.STATUS), 400, 499).matches(response, PLAIN))
                .isTrue();
        assertThat(is(new Fetch(Kind.HEADER, "x-a"), "b").matches(response, PLAIN))
                .isTrue();
        assertThat(Condition.of(Fetch.of(Kind.PATH), Match.FOUND).matches(response, PLAIN))
                .isFalse();
    }

    private static Condition is(Fetch fetch, String word) {
        return Condition.of(fetch, Match.words(Match.How.EXACT, List.of(word), false));
    }
}
