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

        private final List<Rule> before = new ArrayList<>();
        private final List<Rule> guards = new ArrayList<>(1);
        private final List<Rule> guardsOfTls = new ArrayList<>(1);
        private final List<Rule> answers = new ArrayList<>(1);
        private final List<Rule> routes = new ArrayList<>(2);
        private final List<Rule> beforeOfTls = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a rule.
         *
         * @param condition what must be true
         * @param route where requests go that meet it
         * @return this
         */
        public Builder add(Condition condition, Route route) {
            boolean first = route instanceof Route.ToHttps || route instanceof Route.Answer;
            (first ? answers : routes).add(new Rule(condition, route, null));
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
            Rule rule = new Rule(condition, guard.denial(), guard);
            guardsOfTls.add(rule);
            if (!onlyTls) {
                guards.add(rule);
            }
            return this;
        }

        /**
         * Begins anew behind all rules that are there: those that follow come after them, whatever they are.
         *
         * @return this
         */
        public Builder then() {
            inOrder(before, guards);
            inOrder(beforeOfTls, guardsOfTls);
            guards.clear();
            guardsOfTls.clear();
            answers.clear();
            routes.clear();
            return this;
        }

        private void inOrder(List<Rule> all, List<Rule> first) {
            Stream.of(first, answers, routes).forEach(all::addAll);
        }

        /**
         * The rules.
         *
         * @param tls whether they are for a TLS frontend, which has no redirects to TLS
         * @return the rules as they are now
         */
        public HostRules build(boolean tls) {
            List<Rule> all = new ArrayList<>(tls ? beforeOfTls : before);
            inOrder(all, tls ? guardsOfTls : guards);
            if (tls) {
                all.removeIf(rule -> rule.route instanceof Route.ToHttps);
            }
            return new HostRules(all.toArray(Rule[]::new));
        }
    }
}
