package io.evenkeel.l7.rule;

import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.http.MessageHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which requests no endpoint gets, and what becomes of the fields and the paths of the others. Immutable.
 *
 * <p>The first rule whose condition is true decides. All conditions are about the request as it came.
 */
public final class RequestRules {

    /** Every request passes as it is. */
    public static final RequestRules NONE = builder().build();

    private static final int MAX = 64;

    private record Rule(Condition condition, Verdict verdict) {}

    private final Rule[] rules;
    private final HeaderEdits edits;
    private final PathEdits paths;
    private final Captures captures;

    private RequestRules(List<Rule> rules, HeaderEdits edits, PathEdits paths, Captures captures) {
        this.rules = rules.toArray(Rule[]::new);
        this.edits = edits;
        this.paths = paths;
        this.captures = captures;
    }

    /** Begins with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same rules with other edits of the fields of requests that pass. */
    @SuppressWarnings("ReferenceEquality") // the same edits, as a rule
    public RequestRules with(HeaderEdits newEdits) {
        return newEdits == edits ? this : new RequestRules(List.of(rules), newEdits, paths, captures);
    }

    /** How many there are. */
    public int size() {
        return rules.length;
    }

    /** What becomes of the fields of requests that pass. */
    public HeaderEdits edits() {
        return edits;
    }

    /** What becomes of their paths. */
    public PathEdits paths() {
        return paths;
    }

    /** What is kept of them for their responses. */
    public Captures captures() {
        return captures;
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
        private PathEdits paths = PathEdits.NONE;
        private Captures captures = Captures.NONE;

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

        /** The paths of requests that pass are edited so. */
        public Builder paths(PathEdits newPaths) {
            paths = requireNonNull(newPaths, "paths");
            return this;
        }

        /** This is kept of requests that pass. */
        public Builder captures(Captures newCaptures) {
            captures = requireNonNull(newCaptures, "captures");
            return this;
        }

        /** The rules. */
        public RequestRules build() {
            return new RequestRules(rules, edits, paths, captures);
        }
    }
}
