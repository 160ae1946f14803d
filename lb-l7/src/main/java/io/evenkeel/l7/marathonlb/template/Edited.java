package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Match;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The edits of fields that earlier lines have made, so that later conditions see what those lines have left.
 *
 * <p>The engine asks every condition about the request as it came. HAProxy carries rules out one by one: a condition on a
 * field that was edited before is turned here into one on the field as it came and on whether the edits apply.
 */
final class Edited {

    private record Edit(
            String name, boolean keeps, @Nullable Format value, Condition condition) {}

    private final List<Edit> edits = new ArrayList<>();

    /** A field is added beside those of its name. */
    void add(String name, Format value, Condition condition) {
        edits.add(new Edit(name, true, value, condition));
    }

    /** A field takes the place of those of its name. */
    void set(String name, Format value, Condition condition) {
        edits.add(new Edit(name, false, value, condition));
    }

    /** The fields of a name are gone. */
    void delete(String name, Condition condition) {
        edits.add(new Edit(name, false, null, condition));
    }

    /** What a term means after the edits so far. */
    Condition see(Term term) {
        Condition condition = term.condition();
        Fetch fetch = term.sample().fetch();
        Match match = term.match();
        if (fetch == null) {
            return condition;
        }
        for (Edit edit : edits) {
            if (fetch.readsField(edit.name)) {
                if (match == null) {
                    throw new IllegalArgumentException(
                            term.sample().text() + " (expected: a field that no earlier line has changed)");
                }
                List<Condition> ways = new ArrayList<>();
                if (edit.value != null) {
                    ways.add(edit.condition.and(Condition.text(edit.value, match)));
                }
                ways.add(edit.keeps ? condition : edit.condition.negate().and(condition));
                condition = Condition.any(ways);
            }
        }
        return condition;
    }

    /** Refuses a text that would be made of a field that was edited. */
    void requireUntouched(Format format) {
        for (Fetch fetch : format.fetches()) {
            for (Edit edit : edits) {
                if (fetch.readsField(edit.name)) {
                    throw new IllegalArgumentException(fetch + " (expected: a field that no earlier line has changed)");
                }
            }
        }
    }
}
