package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ACLs of a section by name, and what conditions over them mean.
 *
 * <p>An ACL that cannot be read is only refused where it is used: what nobody asks restricts nobody.
 */
final class Acls {

    /** An ACL of a condition, negated or not. */
    record Literal(List<Term> terms, boolean negated) {

        Condition condition(boolean response, Edited edited) {
            List<Condition> any = new ArrayList<>();
            for (Term term : terms) {
                term.sample().requireSide(response);
                any.add(edited.see(term));
            }
            Condition condition = Condition.any(any);
            return negated ? condition.negate() : condition;
        }

        /** The hosts that this names, if it does nothing else; none otherwise. */
        List<HostPattern> hosts(Fetch.Kind kind) {
            List<HostPattern> hosts = new ArrayList<>();
            for (Term term : terms) {
                Fetch fetch = term.sample().fetch();
                boolean words = term.how() == Match.How.EXACT || term.how() == Match.How.END;
                if (negated || fetch == null || fetch.kind() != kind || !words) {
                    return List.of();
                }
                for (String word : term.words()) {
                    hosts.add(term.how() == Match.How.EXACT ? HostPattern.exact(word) : HostPattern.suffix(word));
                }
            }
            return hosts;
        }

        boolean isOnHost(Fetch.Kind kind) {
            return !negated
                    && terms.stream().allMatch(term -> {
                        Fetch fetch = term.sample().fetch();
                        return fetch != null && fetch.kind() == kind;
                    });
        }
    }

    private static final Map<String, List<String>> PREDEFINED = Map.ofEntries(
            Map.entry("TRUE", List.of("always_true")),
            Map.entry("FALSE", List.of("always_false")),
            Map.entry("LOCALHOST", List.of("src", "127.0.0.1/8")),
            Map.entry("METH_CONNECT", List.of("method", "CONNECT")),
            Map.entry("METH_DELETE", List.of("method", "DELETE")),
            Map.entry("METH_GET", List.of("method", "GET", "HEAD")),
            Map.entry("METH_HEAD", List.of("method", "HEAD")),
            Map.entry("METH_OPTIONS", List.of("method", "OPTIONS")),
            Map.entry("METH_POST", List.of("method", "POST")),
            Map.entry("METH_PUT", List.of("method", "PUT")),
            Map.entry("METH_TRACE", List.of("method", "TRACE")));

    private final Reading reading;
    private final Map<String, List<List<String>>> byName = new HashMap<>();

    Acls(Reading reading) {
        this.reading = reading;
    }

    /** Reads a line that begins with {@code acl}. */
    void define(List<String> words) {
        if (words.size() < 3) {
            throw new IllegalArgumentException("acl (expected: acl NAME CRITERION …)");
        }
        byName.computeIfAbsent(words.get(1), name -> new ArrayList<>()).add(words.subList(2, words.size()));
    }

    /** Reads {@code if} or {@code unless} at a place of a directive, and what follows it. */
    List<List<Literal>> parse(List<String> words, int from) {
        String first = words.get(from);
        if (!first.equals("if") && !first.equals("unless")) {
            throw new IllegalArgumentException(
                    String.join(" ", words) + " (expected: if or unless instead of " + first + ")");
        }
        return parse(words.subList(from + 1, words.size()));
    }

    /** Reads what follows {@code if} as alternatives of which each needs all its literals. */
    private List<List<Literal>> parse(List<String> words) {
        List<List<Literal>> alternatives = new ArrayList<>();
        List<Literal> needed = new ArrayList<>();
        boolean negated = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            while (word.startsWith("!")) {
                negated = !negated;
                word = word.substring(1);
            }
            if (word.isEmpty()) {
                continue; // the exclamation mark stood alone
            }
            if (word.equals("or") || word.equals("||")) {
                alternatives.add(complete(needed, negated));
                needed = new ArrayList<>();
                continue;
            }
            if (word.equals("{")) {
                int end = words.subList(i, words.size()).indexOf("}") + i;
                if (end < i) {
                    throw new IllegalArgumentException("{ (expected: a } after it, with blanks around both)");
                }
                needed.add(new Literal(List.of(Term.parse(words.subList(i + 1, end))), negated));
                i = end;
            } else {
                needed.add(new Literal(terms(word), negated));
            }
            negated = false;
        }
        alternatives.add(complete(needed, negated));
        alternatives.forEach(each -> each.forEach(literal -> literal.terms.forEach(reading::charge)));
        return alternatives;
    }

    private static List<Literal> complete(List<Literal> needed, boolean negated) {
        if (needed.isEmpty() || negated) {
            throw new IllegalArgumentException("if (expected: ACLs after it)");
        }
        return needed;
    }

    private List<Term> terms(String name) {
        List<List<String>> defined = byName.get(name);
        if (defined == null) {
            List<String> predefined = PREDEFINED.get(name);
            if (predefined == null) {
                throw new IllegalArgumentException("acl " + name + " (expected: one that is defined)");
            }
            defined = List.of(predefined);
        }
        return defined.stream().map(Term::parse).toList();
    }

    /** Refuses what is no property of a connection: in mode tcp nothing else is known. */
    static void requireConnections(List<List<Literal>> alternatives) {
        for (List<Literal> needed : alternatives) {
            for (Literal literal : needed) {
                for (Term term : literal.terms) {
                    if (term.sample().side() != Sample.Side.BOTH) {
                        throw new IllegalArgumentException(
                                term.sample().text() + " (expected: something of a connection, in mode tcp)");
                    }
                }
            }
        }
    }

    /** What alternatives mean in one. */
    static Condition condition(List<List<Literal>> alternatives, boolean response, Edited edited) {
        return Condition.any(alternatives.stream()
                .map(needed -> Condition.all(needed.stream()
                        .map(literal -> literal.condition(response, edited))
                        .toList()))
                .toList());
    }
}
