package io.evenkeel.l7;

import io.evenkeel.l7.http.RequestHead;
import io.evenkeel.l7.rule.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the hosts of one pattern in the order in which they are tried: the first that matches wins. Immutable; safe
 * for use by any thread.
 */
public final class HostRules {

    /** No rules. */
    public static final HostRules NONE = builder().build(false);

    /** A condition, and where those go who meet it, or whom they have to pass first. */
    record Rule(Condition condition, Route route, @Nullable Guard guard) {}

    private final Rule[] rules;

    private HostRules(Rule[] rules) {
        this.rules = rules;
    }

    boolean isEmpty() {
        return rules.length == 0;
    }

    List<Rule> rules() {
        return List.of(rules);
    }

    /** Where a request goes by these rules; null if it meets none of them. */
    @Nullable
    Route first(RequestHead request, Client client) {
        for (Rule rule : rules) {
            if (!rule.condition.matches(request, client)) {
                continue;
            }
            Guard guard = rule.guard;
            if (guard == null) {
                return rule.route;
            }
            switch (guard.judge(request)) {
                case ALLOWED -> {}
                case DENIED -> {
                    return guard.denial();
                }
                case UNKNOWN -> {
                    return guard.pending();
                }
            }
        }
        return null;
    }

    /** Prepares rules. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Collects rules in their order, except that every guard comes before every redirect and other answer, and those before
     * every backend. Not thread-safe.
     */
    public static final class Builder {

        private final List<Entry> before = new ArrayList<>();
        private final List<Entry> guards = new ArrayList<>(1);
        private final List<Entry> answers = new ArrayList<>(1);
        private final List<Entry> routes = new ArrayList<>(2);

        /** A rule, and whether plain and TLS frontends have it. */
        private record Entry(Rule rule, boolean plain, boolean tls) {}

        private Builder() {}

        /**
         * Adds a rule.
         *
         * @param condition what must be true
         * @param route where requests go that meet it
         * @return this
         */
        public Builder add(Condition condition, Route route) {
            boolean toTls = route instanceof Route.ToHttps;
            boolean first = toTls || route instanceof Route.Answer;
            (first ? answers : routes).add(new Entry(new Rule(condition, route, null), true, !toTls));
            return this;
        }

        /**
         * Adds a rule that some must pass before they are routed anywhere.
         *
         * @param condition what must be true
         * @param guard whom those have to pass that meet it
         * @param onlyTls whether the plain frontend has no such guard
         * @return this
         */
        public Builder guard(Condition condition, Guard guard, boolean onlyTls) {
            guards.add(new Entry(new Rule(condition, guard.denial(), guard), !onlyTls, true));
            return this;
        }

        /**
         * Begins anew behind all rules that are there: those that follow come after them, whatever they are.
         *
         * @return this
         */
        public Builder then() {
            List.of(guards, answers, routes).forEach(section -> {
                before.addAll(section);
                section.clear();
            });
            return this;
        }

        /**
         * The rules.
         *
         * @param tls whether they are for a TLS frontend, which has no redirects to TLS
         * @return the rules as they are now
         */
        public HostRules build(boolean tls) {
            return new HostRules(Stream.of(before, guards, answers, routes)
                    .flatMap(List::stream)
                    .filter(entry -> tls ? entry.tls : entry.plain)
                    .map(Entry::rule)
                    .toArray(Rule[]::new));
        }
    }
}
