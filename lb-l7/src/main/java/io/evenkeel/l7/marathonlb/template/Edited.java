package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Match;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The edits of fields that earlier lines have made, so that later conditions see what those lines have left.
 *
 * <p>The engine asks every condition about the request as it came. HAProxy carries rules out one by one: a condition on a
 * field that was edited before is turned here into one on the field as it came and on whether the edits apply.
 */
final class Edited {

    private record Edit(
            String name, boolean keeps, @Nullable Format value, Condition condition, boolean replaces) {

        Edit(String name, boolean keeps, @Nullable Format value, Condition condition) {
            this(name, keeps, value, condition, false);
        }
    }

    private final List<Edit> edits = new ArrayList<>();
    private boolean changesPath;
    private boolean follows;

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

    /** An expression replaces values of a field; what comes of it, no later line can ask. */
    void replace(String name) {
        for (Edit edit : edits) {
            if (!edit.replaces && edit.name.equalsIgnoreCase(name)) {
                throw new IllegalArgumentException(name + " (expected: a field that no earlier line has changed)");
            }
        }
        edits.add(new Edit(name, false, null, Condition.ALWAYS, true));
    }

    /** The path is changed; what comes of it, only later changes of the path can ask. */
    void changePath() {
        changesPath = true;
    }

    /** Whether it is changed. */
    boolean isPathChanged() {
        return changesPath;
    }

    /** What a condition means that is asked about the request as earlier changes of the path have left it. */
    Condition onChangedPath(Supplier<Condition> condition) {
        follows = true;
        try {
            return condition.get();
        } finally {
            follows = false;
        }
    }

    private void requireVisible(Fetch fetch) {
        if (changesPath && !follows && fetch.isOfTarget()) {
            throw new IllegalArgumentException(
                    fetch + " (expected: nothing of a path that an earlier line has changed)");
        }
    }

    /** What a term means after the edits so far. */
    Condition see(Term term) {
        Condition condition = term.condition();
        Fetch fetch = term.sample().fetch();
        Match match = term.match();
        if (fetch == null) {
            return condition;
        }
        requireVisible(fetch);
        for (Edit edit : edits) {
            if (fetch.readsField(edit.name)) {
                if (match == null) {
                    throw new IllegalArgumentException(
                            term.sample().text() + " (expected: a field that no earlier line has changed)");
                }
                if (edit.replaces || follows) {
                    throw new IllegalArgumentException(fetch + " (expected: a field that no earlier line has changed)");
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

    /** Refuses a text that would be made of a field, or a path, that was edited. */
    void requireUntouched(Format format) {
        format.fetches().forEach(this::requireVisible);
        requireUntouchedFields(format);
    }

    /** Refuses one that would be made of a field that was edited. */
    void requireUntouchedFields(Format format) {
        for (Fetch fetch : format.fetches()) {
            for (Edit edit : edits) {
                if (fetch.readsField(edit.name)) {
                    throw new IllegalArgumentException(fetch + " (expected: a field that no earlier line has changed)");
                }
            }
        }
    }
}
