package io.evenkeel.l7.rule;

import static io.evenkeel.l7.rule.Requests.PLAIN;
import static io.evenkeel.l7.rule.Requests.TLS;
import static io.evenkeel.l7.rule.Requests.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.http.Bytes;
import io.evenkeel.l7.http.HeadWriter;
import io.evenkeel.l7.http.MessageHead;
import io.evenkeel.l7.rule.Fetch.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderEditsTest {

    private static final Condition ADMIN =
            Condition.of(Fetch.of(Kind.PATH), Match.words(Match.How.BEGIN, List.of("/admin"), false));

    @Test
    void addsBesideSetsInsteadAndDeletes() {
        HeaderEdits edits = HeaderEdits.builder()
                .add("X-A", Format.of("2"), Condition.ALWAYS)
                .set("X-B", Format.of("2"), Condition.ALWAYS)
                .delete("x-c", Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/", "X-A: 1", "x-b: 1", "X-B: 0", "X-C: 1", "X-D: 1")))
                .isEqualTo("X-A: 1|X-D: 1|X-A: 2|X-B: 2|");
    }

    @Test
    void aLaterEditOfTheSameNameReplacesAnEarlierOne() {
        HeaderEdits edits = HeaderEdits.builder()
                .set("X-A", Format.of("1"), Condition.ALWAYS)
                .set("x-a", Format.of("2"), ADMIN)
                .add("X-A", Format.of("3"), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/"))).isEqualTo("X-A: 1|X-A: 3|");
        assertThat(edited(edits, get("/admin"))).isEqualTo("x-a: 2|X-A: 3|");
    }

    @Test
    void anEditAppliesWhereItsConditionIsTrue() {
        HeaderEdits edits = HeaderEdits.builder()
                .delete("X-A", ADMIN)
                .set("X-B", Format.of("1"), ADMIN.negate())
                .build();
        assertThat(edited(edits, get("/admin", "X-A: 1"))).isEmpty();
        assertThat(edited(edits, get("/", "X-A: 1"))).isEqualTo("X-A: 1|X-B: 1|");
    }

    @Test
    void theHostIsReplacedIfThereIsOne() {
        HeaderEdits edits =
                HeaderEdits.builder().set("Host", Format.of("other"), ADMIN).build();
        MessageHead admin = get("/admin");
        assertThat(edits.replacesHost(edits.active(admin, PLAIN))).isTrue();
        assertThat(edited(edits, admin)).isEqualTo("Host: other|");
        assertThat(edits.replacesHost(edits.active(get("/"), PLAIN))).isFalse();
        assertThat(edited(edits, Requests.parse("GET /admin HTTP/1.0\r\n\r\n"))).isEmpty();
    }

    @Test
    void valuesAreReplacedInWhichAnExpressionFindsSomething() {
        HeaderEdits edits = HeaderEdits.builder()
                .replace("x-a", Substitution.of("^http:(.*)", false, "https:\\1", false), Condition.ALWAYS)
                .replace("X-A", Substitution.of("^https://in/(.*)", false, "/\\1", false), ADMIN)
                .build();
        MessageHead admin = get("/admin", "X-A: http://in/1", "X-A: ftp:", "X-B: http:", "x-a: http:2");
        assertThat(edited(edits, admin)).isEqualTo("X-A: /1|X-A: ftp:|X-B: http:|x-a: https:2|");
        assertThat(edited(edits, get("/", "X-A: http://in/1"))).isEqualTo("x-a: https://in/1|");
    }

    @Test
    void noChainOfReplacementsGrowsWithoutBound() {
        HeaderEdits.Builder chain = HeaderEdits.builder();
        for (int i = 0; i < 12; i++) { // 9^12 times as long as what came
            chain.replace("X-A", Substitution.of("(.*)", false, "\\1".repeat(9), false), Condition.ALWAYS);
        }
        String value = edited(chain.build(), get("/", "X-A: ab"));
        assertThat(value.length()).isBetween(1000, Substitution.MAX_RESULT + 10);
    }

    @Test
    void linesAreReplacedWithTheirNames() {
        HeaderEdits edits = HeaderEdits.builder()
                .replaceLine(
                        "X-A", "X-B", Substitution.of("^x-a: (.*);?$", true, "X-B: <\\1>", false), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/", "x-A: 1", "X-C: 2"))).isEqualTo("X-B: <1>|X-C: 2|");
    }

    @Test
    void whatIsSetOrDeletedLaterIsNotReplaced() {
        HeaderEdits edits = HeaderEdits.builder()
                .replace("X-A", Substitution.of(".*", false, "new", false), Condition.ALWAYS)
                .add("X-A", Format.of("added"), Condition.ALWAYS)
                .set("X-A", Format.of("set"), ADMIN)
                .build();
        assertThat(edited(edits, get("/", "X-A: 1"))).isEqualTo("X-A: new|X-A: added|");
        assertThat(edited(edits, get("/admin", "X-A: 1"))).isEqualTo("X-A: set|");
        assertThat(edits.concerns(1, Bytes.of("x-a"))).isFalse(); // what others add stays
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "cookie"})
    void whatOthersHaveASayInIsNotReplaced(String name) {
        assertThatThrownBy(() ->
                        HeaderEdits.builder().replace(name, Substitution.of("a", false, "b", false), Condition.ALWAYS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("header " + name + " (expected: another than Host and Cookie to be replaced)");
    }

    @Test
    void whatIsKeptOfARequestIsFoundInItsResponse() {
        Captures captures = Captures.of(List.of(
                new Captures.Capture("0", new Fetch(Kind.LINE, "Origin"), false, 8, Condition.ALWAYS),
                new Captures.Capture("txn.a", Fetch.of(Kind.PATH), true, 100, ADMIN)));
        HeaderEdits edits = HeaderEdits.builder()
                .set(
                        "X-0",
                        Format.builder().fetch(new Fetch(Kind.KEPT, "0"), false).build(),
                        Condition.of(new Fetch(Kind.KEPT, "0"), Match.FOUND))
                .set(
                        "X-A",
                        Format.builder()
                                .fetch(new Fetch(Kind.KEPT, "txn.a"), false)
                                .build(),
                        Condition.of(new Fetch(Kind.KEPT, "txn.a"), Match.FOUND))
                .build();
        MessageHead response = Requests.response(200);
        assertThat(written(edits, response, captures.keep(get("/admin/X", "Origin: http://a"), PLAIN)))
                .isEqualTo("X-0: http://a|X-A: /admin/x|");
        assertThat(written(edits, response, captures.keep(get("/", "Origin: a", "Origin: b23456789"), PLAIN)))
                .isEqualTo("X-0: b2345678|");
        assertThat(written(edits, response, captures.keep(get("/"), PLAIN))).isEmpty();
        assertThat(Captures.NONE.keep(get("/"), PLAIN)).isSameAs(PLAIN);
        assertThat(captures.keep(get("/"), TLS).isTls()).isTrue();
    }

    private static String written(HeaderEdits edits, MessageHead head, Origin origin) {
        HeadWriter writer = new HeadWriter().begin();
        edits.write(edits.active(head, origin), writer, head, origin);
        return writer.toString().replace("\r\n", "|");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length", "transfer-encoding", "Connection", "Upgrade", "TE", "a b", "", "x:"})
    void whatFramesMessagesAndWhatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> HeaderEdits.builder().set(name, Format.of("1"), Condition.ALWAYS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("header " + name + " (expected: the name of a field that does not frame messages)");
    }

    @Test
    void aValueCannotEndItsLine() {
        assertThatThrownBy(() -> Format.of("a\r\nX-Evil: b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a control character in a??X-Evil: b (expected: none in a header or a location)");
    }

    @Test
    void thereIsABoundOnTheirNumber() {
        HeaderEdits.Builder builder = HeaderEdits.builder();
        for (int i = 0; i < HeaderEdits.MAX; i++) {
            builder.add("X-" + i, Format.of("" + i), Condition.ALWAYS);
        }
        assertThat(edited(builder.build(), get("/"))).contains("X-62: 62|");
        assertThatThrownBy(() -> builder.add("X-A", Format.of(""), Condition.ALWAYS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theFirstRuleThatIsTrueDecides() {
        Verdict deny = new Verdict.Deny(403);
        Verdict drop = new Verdict.Drop();
        Condition tls = Condition.inRange(Fetch.of(Kind.TLS), 1, 1);
        RequestRules rules = RequestRules.builder()
                .end(ADMIN.and(tls.negate()), deny)
                .end(ADMIN, drop)
                .build();
        assertThat(rules.verdict(get("/admin"), PLAIN)).isSameAs(deny);
        assertThat(rules.verdict(get("/admin"), TLS)).isSameAs(drop);
        assertThat(rules.verdict(get("/"), PLAIN)).isNull();
    }

    private static String edited(HeaderEdits edits, MessageHead head) {
        long active = edits.active(head, PLAIN);
        HeadWriter writer = new HeadWriter().begin();
        for (int i = 1; i < head.count(); i++) {
            if (!edits.removes(active, head, i) && !edits.writeReplaced(active, writer, head, i)) {
                writer.field(head, i);
            }
        }
        edits.write(active, writer, head, PLAIN);
        return writer.toString().replace("\r\n", "|");
    }
}
