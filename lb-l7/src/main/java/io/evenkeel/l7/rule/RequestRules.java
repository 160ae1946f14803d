package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.MessageHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests no endpoint gets, and what becomes of the fields of the others. Immutable.
 *
 * <p>The first rule whose condition is true decides. All conditions are about the request as it came.
 */
public final class RequestRules {

    /** Every request passes as it is. */
    public static final RequestRules NONE = new RequestRules(List.of(), HeaderEdits.NONE);

    private static final int MAX = 64;

    private record Rule(Condition condition, Verdict verdict) {}

    private final Rule[] rules;
    private final HeaderEdits edits;

    private RequestRules(List<Rule> rules, HeaderEdits edits) {
        this.rules = rules.toArray(Rule[]::new);
        this.edits = edits;
    }

    /** Begins with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same rules with other edits of the fields of requests that pass. */
    @SuppressWarnings("ReferenceEquality") // the same edits, as a rule
    public RequestRules with(HeaderEdits newEdits) {
        return newEdits == edits ? this : new RequestRules(List.of(rules), newEdits);
    }

    /** How many there are. */
    public int size() {
        return rules.length;
    }

    /** What becomes of the fields of requests that pass. */
    public HeaderEdits edits() {
        return edits;
    }

    /**
     * Judges a request.
     *
     * @param head the request
     * @param origin where it came from
     * @return what becomes of it, null if it passes
     */
    public @Nullable Verdict verdict(MessageHead head, Origin origin) {
        for (Rule rule : rules) {
            if (rule.condition.matches(head, origin)) {
                return rule.verdict;
            }
        }
        return null;
    }

    /** Collects rules in order. Not thread-safe. */
    public static final class Builder {

        private final List<Rule> rules = new ArrayList<>();
        private HeaderEdits edits = HeaderEdits.NONE;

        private Builder() {}

        /** Requests of which a condition is true end so. */
        public Builder end(Condition condition, Verdict verdict) {
            return add(new Rule(requireNonNull(condition, "condition"), requireNonNull(verdict, "verdict")));
        }

        private Builder add(Rule rule) {
            if (rules.size() == MAX) {
                throw new IllegalArgumentException("rules: more than " + MAX + " (expected: at most)");
            }
            rules.add(rule);
            return this;
        }

        /** Requests that pass are edited so. */
        public Builder edits(HeaderEdits newEdits) {
            edits = requireNonNull(newEdits, "edits");
            return this;
        }

        /** The rules. */
        public RequestRules build() {
            return new RequestRules(rules, edits);
        }
    }
}
