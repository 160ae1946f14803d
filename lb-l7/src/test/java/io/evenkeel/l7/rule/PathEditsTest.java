package io.evenkeel.l7.rule;

import static io.evenkeel.l7.rule.Requests.PLAIN;
import static io.evenkeel.l7.rule.Requests.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Fetch.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathEditsTest {

    private static final Condition OLD = begins("/old");

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            /old/a?b=/old/, /new/a?b=/old/
            /old?x,         /new?x
            /other,         none
            """)
    void aPathIsReplacedAndTheQueryStays(String target, String expected) {
        PathEdits edits = PathEdits.builder()
                .replacePath(Substitution.of("^/old(.*)", false, "/new\\1", false), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get(target))).isEqualTo(expected);
    }

    @Test
    void aTargetIsReplacedWithItsQuery() {
        PathEdits edits = PathEdits.builder()
                .replaceTarget(Substitution.of("^/old\\?id=([0-9]+)$", false, "/new/\\1", false), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/old?id=7"))).isEqualTo("/new/7");
        assertThat(edited(edits, get("/old?id=x"))).isNull();
        assertThat(edited(edits, Requests.parse("GET http://any/old?id=7 HTTP/1.1\r\nHost: any\r\n\r\n")))
                .isEqualTo("/new/7");
    }

    @Test
    void aPathIsSetWhereTheConditionIsTrue() {
        Format format = Format.builder()
                .text("/v2")
                .fetch(Fetch.of(Kind.PATH), false, Substitution.of("^/old/", false, "/", false))
                .build();
        PathEdits edits = PathEdits.builder().set(format, OLD).build();
        assertThat(edited(edits, get("/old/a?b"))).isEqualTo("/v2/a?b");
        assertThat(edited(edits, get("/other"))).isNull();
    }

    @Test
    void aRequestLineIsReplacedButForItsMethod() {
        PathEdits edits = PathEdits.builder()
                .replaceLine(Substitution.of("^([^ :]*) /old/(.*)", false, "\\1 /\\2", false), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/old/a?b"))).isEqualTo("/a?b");
        assertThat(edited(edits, get("/OLD/a"))).isNull();
        PathEdits cut = PathEdits.builder()
                .replaceLine(Substitution.of("^(G)ET /(.*)", false, "\\1 /\\2", false), Condition.ALWAYS)
                .build();
        assertThat(edited(cut, get("/a"))).isNull();
    }

    @Test
    void eachStepSeesWhatTheOnesBeforeHaveLeft() {
        PathEdits edits = PathEdits.builder()
                .replacePath(Substitution.of("^/a", false, "/b", false), Condition.ALWAYS)
                .replacePath(Substitution.of("^/b$", false, "/c", false), begins("/b"))
                .replacePath(Substitution.of(".*", false, "/no", false), begins("/a"))
                .set(
                        Format.builder()
                                .text("/d")
                                .fetch(Fetch.of(Kind.PATH), false)
                                .build(),
                        Condition.of(new Fetch(Kind.LINE, "X-D"), Match.FOUND))
                .build();
        assertThat(edited(edits, get("/a?q"))).isEqualTo("/c?q");
        assertThat(edited(edits, get("/a?q", "X-D: 1"))).isEqualTo("/d/c?q");
    }

    @Test
    void whateverComesOfItIsATarget() {
        Fetch field = new Fetch(Kind.LINE, "X-To");
        PathEdits edits = PathEdits.builder()
                .set(Format.builder().fetch(field, false).build(), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/", "X-To: a b HTTP/1.1#\u00e4"))).isEqualTo("/a%20b%20HTTP/1.1%23%E4");
        assertThat(edited(edits, get("/"))).isEqualTo("/");
    }

    @Test
    void theServerAsAWholeHasNoPath() {
        PathEdits edits =
                PathEdits.builder().set(Format.of("/x"), Condition.ALWAYS).build();
        assertThat(edited(edits, Requests.parse("OPTIONS * HTTP/1.1\r\nHost: w\r\n\r\n")))
                .isNull();
    }

    @Test
    void whatBecomesTooLongIsRefused() {
        PathEdits edits = PathEdits.builder()
                .replacePath(Substitution.of("^(.*)", false, "\\1\\1", false), Condition.ALWAYS)
                .build();
        assertThat(edited(edits, get("/" + "a".repeat(4000)))).hasSize(8002);
        assertThat(edited(edits, get("/" + "a".repeat(4200)))).isEmpty();
    }

    @Test
    void thereIsABoundOnTheirNumber() {
        PathEdits.Builder builder = PathEdits.builder();
        for (int i = 0; i < 16; i++) {
            builder.set(Format.of("/" + i), Condition.ALWAYS);
        }
        assertThat(edited(builder.build(), get("/"))).isEqualTo("/15");
        assertThatThrownBy(() -> builder.set(Format.of("/"), Condition.ALWAYS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("edits of paths: more than 16 (expected: at most)");
    }

    private static Condition begins(String prefix) {
        return Condition.of(Fetch.of(Kind.PATH), Match.words(Match.How.BEGIN, List.of(prefix), false));
    }

    private static String edited(PathEdits edits, RequestHead head) {
        byte[] target = edits.target(head, PLAIN);
        return target == null ? null : new String(target, ISO_8859_1);
    }
}
