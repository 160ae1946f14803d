package io.evenkeel.l7.marathonlb.template;

import static io.evenkeel.l7.marathonlb.template.Reading.argument;
import static java.util.Objects.requireNonNull;

import io.evenkeel.l7.HostPattern;
import io.evenkeel.l7.marathonlb.template.Templates.Template;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the templates by which a port is reached on one of the frontends that all applications share.
 *
 * <p>HAProxy would carry all applications' rules out for every request. Here they count for what concerns this application:
 * the hosts that its rules name, and the requests that its rules send to it.
 */
final class VhostTemplates {

    /** What is used together, as marathon-lb writes it where no template says otherwise. */
    private static final Map<String, String> OWN = Map.ofEntries(
            Map.entry(
                    "HTTP_FRONTEND_ACL",
                    "acl host_{cleanedUpHostname} hdr(host) -i {hostname}\n"
                            + "use_backend {backend} if host_{cleanedUpHostname}"),
            Map.entry("HTTP_FRONTEND_ACL_ONLY", "acl host_{cleanedUpHostname} hdr(host) -i {hostname}"),
            Map.entry("HTTP_FRONTEND_ROUTING_ONLY", "use_backend {backend} if host_{cleanedUpHostname}"),
            Map.entry(
                    "HTTP_FRONTEND_ACL_WITH_PATH",
                    "acl host_{cleanedUpHostname} hdr(host) -i {hostname}\nacl path_{backend} path_beg {path}\n"
                            + "use_backend {backend} if host_{cleanedUpHostname} path_{backend}"),
            Map.entry("HTTP_FRONTEND_ACL_ONLY_WITH_PATH", "acl path_{backend} path_beg {path}"),
            Map.entry(
                    "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH",
                    "use_backend {backend} if host_{cleanedUpHostname} path_{backend}"),
            Map.entry(
                    "BACKEND_REDIRECT_HTTP_TO_HTTPS",
                    "redirect scheme https code 301 if !{{ ssl_fc }} host_{cleanedUpHostname}"),
            Map.entry(
                    "BACKEND_REDIRECT_HTTP_TO_HTTPS_WITH_PATH",
                    "redirect scheme https code 301 if !{{ ssl_fc }} host_{cleanedUpHostname} path_{backend}"),
            Map.entry("HTTPS_FRONTEND_ACL", "use_backend {backend} if {{ ssl_fc_sni {hostname} }}"),
            Map.entry("HTTPS_FRONTEND_ACL_ONLY_WITH_PATH", "acl path_{backend} path_beg {path}"),
            Map.entry(
                    "HTTPS_FRONTEND_ACL_WITH_PATH",
                    "use_backend {backend} if {{ ssl_fc_sni {hostname} }} path_{backend}"));

    /* What stands there where passwords are asked for: the guard of the port's rules asks for them. */
    private static final Map<String, String> WITH_PASSWORDS = Map.of(
            "HTTP_FRONTEND_ACL_WITH_AUTH", "HTTP_FRONTEND_ACL",
            "HTTP_FRONTEND_ACL_WITH_AUTH_AND_PATH", "HTTP_FRONTEND_ACL_WITH_PATH",
            "HTTP_FRONTEND_ACL_ONLY_WITH_PATH_AND_AUTH", "HTTP_FRONTEND_ACL_ONLY_WITH_PATH",
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_AUTH", "HTTP_FRONTEND_ROUTING_ONLY",
            "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH_AND_AUTH", "HTTP_FRONTEND_ROUTING_ONLY_WITH_PATH",
            "HTTPS_FRONTEND_ACL_WITH_AUTH", "HTTPS_FRONTEND_ACL",
            "HTTPS_FRONTEND_ACL_WITH_AUTH_AND_PATH", "HTTPS_FRONTEND_ACL_WITH_PATH");

    private static final Set<String> OWN_AND_WITH_PASSWORDS = new TreeSet<>(OWN.keySet());

    static {
        OWN_AND_WITH_PASSWORDS.addAll(WITH_PASSWORDS.keySet());
    }

    /** A rule with the alternatives it is for, null if its condition stands for itself, and what keeps it from counting. */
    private record Rule(
            @Nullable List<List<Acls.Literal>> alternatives,
            Condition condition,
            Condition passed,
            @Nullable Verdict verdict) {

        Rule(@Nullable List<List<Acls.Literal>> alternatives, Condition condition, @Nullable Verdict verdict) {
            this(alternatives, condition, Condition.NEVER, verdict);
        }

        Rule unless(Condition other) {
            return new Rule(alternatives, condition, other, verdict);
        }

        Condition limited(Condition own) {
            return passed.equals(Condition.NEVER) ? own : own.and(passed.negate());
        }
    }

    private final Templates templates;
    private final PortFacts facts;
    private final Reading reading;
    private final boolean secure;
    private final Fetch.Kind host;
    private final Acls acls;
    private final List<Rule> rules = new ArrayList<>();
    private Condition passed = Condition.NEVER;
    private int captured;

    VhostTemplates(Templates templates, PortFacts facts, Reading reading, boolean secure) {
        this.templates = templates;
        this.facts = facts;
        this.reading = reading;
        this.acls = new Acls(reading);
        this.secure = secure;
        this.host = secure ? Fetch.Kind.SERVER_NAME : Fetch.Kind.HOST;
    }

    /** The rules, or nothing if no template that is used is replaced. */
    Optional<List<HostRule>> read() {
        List<String> hosts = List.of(facts.vhost().split(",", -1));
        List<Map.Entry<String, String>> used = used(facts, secure);
        if (used.stream().noneMatch(entry -> isInterpreted(entry.getKey()))) {
            return Optional.empty();
        }
        for (Map.Entry<String, String> entry : used) {
            String name = entry.getKey();
            Template template = isInterpreted(name)
                    ? templates.find(name).orElseThrow()
                    : new Template(
                            "template HAPROXY_" + name,
                            requireNonNull(OWN.get(WITH_PASSWORDS.getOrDefault(name, name))));
            reading.template = template.fullName();
            try {
                String text = Placeholders.fill(template.text(), values(hosts.get(0), entry.getValue()));
                for (String line : template.lines(text)) {
                    List<String> words = ConfigWords.split(line);
                    if (!words.isEmpty()) {
                        line(words);
                    }
                }
            } catch (IllegalArgumentException e) {
                throw template.wrong(e);
            }
        }
        return Optional.of(compile(hosts));
    }

    /* Those for passwords say what marathon-lb's own do, or are refused. */
    private boolean isInterpreted(String name) {
        return !WITH_PASSWORDS.containsKey(name) && templates.find(name).isPresent();
    }

    /** Tells of labels for the virtual hosts that marathon-lb does not use for a port such as this. */
    static void tellOfUnused(Templates templates, PortFacts facts, Consumer<String> remarks) {
        Set<String> used = new TreeSet<>();
        if (!facts.vhost().isEmpty()) {
            used(facts, false).forEach(entry -> used.add(entry.getKey()));
            used(facts, true).forEach(entry -> used.add(entry.getKey()));
        }
        for (String name : OWN_AND_WITH_PASSWORDS) {
            boolean isOwn = WITH_PASSWORDS.containsKey(name) && facts.authenticated();
            if (!used.contains(name) && !isOwn) {
                templates
                        .find(name)
                        .filter(template -> template.isOfLabel() && !isSame(template.text(), OWN.get(name)))
                        .ifPresent(template -> remarks.accept(template.fullName() + ": has no effect (expected: "
                                + (used.isEmpty() ? "a virtual host with it" : "what counts here: " + used) + ")"));
            }
        }
    }

    private static boolean isSame(String text, @Nullable String own) {
        return own != null && FixedTexts.words(text).equals(FixedTexts.words(own));
    }

    /** The templates that make the rules of one frontend, in order, each with the host it is filled with. */
    private static List<Map.Entry<String, String>> used(PortFacts facts, boolean secure) {
        List<String> hosts = List.of(facts.vhost().split(",", -1));
        return secure ? secureNames(facts, hosts) : plainNames(facts, hosts);
    }

    private static List<Map.Entry<String, String>> plainNames(PortFacts facts, List<String> hosts) {
        List<Map.Entry<String, String>> names = new ArrayList<>();
        String first = hosts.get(0);
        boolean path = !facts.path().isBlank();
        String withPath = path ? "_WITH_PATH" : "";
        if (hosts.size() > 1) {
            if (path) {
                names.add(Map.entry(
                        "HTTP_FRONTEND_ACL_ONLY_WITH_PATH" + (facts.authenticated() ? "_AND_AUTH" : ""), first));
            }
            hosts.forEach(each -> names.add(Map.entry("HTTP_FRONTEND_ACL_ONLY", each)));
            if (!facts.redirectToHttps()) {
                String andAuth = path ? "_AND_AUTH" : "_WITH_AUTH";
                names.add(Map.entry(
                        "HTTP_FRONTEND_ROUTING_ONLY" + withPath + (facts.authenticated() ? andAuth : ""), first));
            }
        } else if (path && facts.redirectToHttps()) {
            names.add(Map.entry("HTTP_FRONTEND_ACL_ONLY", first));
            names.add(Map.entry("HTTP_FRONTEND_ACL_ONLY_WITH_PATH", first));
        } else {
            boolean asks = facts.authenticated() && !facts.redirectToHttps();
            names.add(Map.entry("HTTP_FRONTEND_ACL" + (asks ? withAuth(path) : withPath), first));
        }
        if (facts.redirectToHttps()) {
            names.add(Map.entry("BACKEND_REDIRECT_HTTP_TO_HTTPS" + withPath, first));
        }
        return names;
    }

    private static String withAuth(boolean path) {
        return "_WITH_AUTH" + (path ? "_AND_PATH" : "");
    }

    private static List<Map.Entry<String, String>> secureNames(PortFacts facts, List<String> hosts) {
        List<Map.Entry<String, String>> names = new ArrayList<>();
        boolean path = !facts.path().isBlank();
        if (path) {
            names.add(Map.entry("HTTPS_FRONTEND_ACL_ONLY_WITH_PATH", hosts.get(0)));
        }
        String suffix = facts.authenticated() ? withAuth(path) : path ? "_WITH_PATH" : "";
        hosts.forEach(each -> names.add(Map.entry("HTTPS_FRONTEND_ACL" + suffix, each)));
        return names;
    }

    private Map<String, String> values(String firstHost, String hostname) {
        Map<String, String> values = new HashMap<>();
        values.put("backend", facts.backend());
        values.put("appId", facts.application());
        values.put("bindAddr", facts.bindAddress());
        values.put("hostname", hostname);
        values.put(
                "cleanedUpHostname",
                firstHost.replaceAll("[^a-zA-Z0-9-]", "_") + "_"
                        + facts.application().replaceFirst("^/", "").replace('/', '_'));
        if (!facts.path().isBlank()) {
            values.put("path", facts.path());
        }
        return values;
    }

    private void line(List<String> words) {
        switch (words.get(0)) {
            case "acl" -> acls.define(words);
            case "use_backend" -> {
                if (words.size() < 2 || !words.get(1).equals(facts.backend())) {
                    throw new IllegalArgumentException(
                            String.join(" ", words) + " (expected: use_backend " + facts.backend() + " if …)");
                }
                rules.add(rule(words, 2, null));
            }
            case "redirect" -> rules.add(rule(words, Redirects.words(words), reading.redirect(words, new Edited())));
            case "block" -> rules.add(rule(words, 1, new Verdict.Deny(403)));
            case "http-request" -> httpRequest(words);
            case "http-response" -> httpResponse(words);
            case "reqadd" ->
                reading.requestEdits.add(
                        OldExpressions.nameOfLine(argument(words, 1)),
                        reading.format(OldExpressions.valueOfLine(argument(words, 1)), false),
                        way().and(rule(words, 2, null).condition));
            case "rsprep", "rspirep" -> {
                if (!reading.replaceLines(words, way().and(responseCondition(words, 3)))) {
                    reading.uninterpreted(words, "");
                }
            }
            case "capture" -> {
                if (reading.capture(words, captured, shared(), false)) {
                    captured++;
                } else {
                    reading.uninterpreted(words, "");
                }
            }
            case "rspadd" ->
                reading.respond(
                        false,
                        OldExpressions.nameOfLine(argument(words, 1)),
                        OldExpressions.valueOfLine(argument(words, 1)),
                        way().and(responseCondition(words, 2)));
            default -> reading.uninterpreted(words, "acl, use_backend, redirect, http-request or http-response");
        }
    }

    private void httpRequest(List<String> words) {
        String action = words.size() > 1 ? words.get(1) : "";
        switch (action) {
            case "deny", "tarpit" ->
                rules.add(rule(words, Denials.words(words), Denials.verdict(words))
                        .unless(passed));
            case "reject", "silent-drop" ->
                rules.add(rule(words, 2, new Verdict.Drop()).unless(passed));
            case "allow" -> {
                if (facts.authenticated()) { // who is allowed before the question would not be asked
                    throw new IllegalArgumentException(
                            String.join(" ", words) + " (expected: none where passwords are asked for)");
                }
                Rule allowed = rule(words, 2, null).unless(passed);
                passed = Condition.any(List.of(passed, allowed.limited(allowed.condition)));
            }
            case "redirect" -> {
                List<String> redirect = words.subList(1, words.size());
                rules.add(rule(redirect, Redirects.words(redirect), reading.redirect(redirect, new Edited()))
                        .unless(passed));
            }
            case "set-header", "add-header", "del-header" -> {
                int from = action.equals("del-header") ? 3 : 4;
                if (words.size() < from) {
                    throw new IllegalArgumentException(String.join(" ", words) + " (expected: arguments after it)");
                }
                Rule rule = rule(words, from, null).unless(passed);
                Condition condition = way().and(rule.limited(rule.condition));
                switch (action) {
                    case "set-header" ->
                        reading.requestEdits.set(words.get(2), reading.format(words.get(3), false), condition);
                    case "add-header" ->
                        reading.requestEdits.add(words.get(2), reading.format(words.get(3), false), condition);
                    default -> reading.requestEdits.delete(words.get(2), condition);
                }
            }
            default -> keep(words);
        }
    }

    private void keep(List<String> words) {
        boolean kept = reading.keep(
                words,
                captured,
                from -> {
                    Rule rule = rule(words, from, null).unless(passed);
                    return shared().and(rule.limited(rule.condition));
                },
                false);
        if (!kept) {
            reading.uninterpreted(
                    words,
                    "http-request allow, deny, tarpit, reject, silent-drop, redirect, set-header, add-header or"
                            + " del-header");
        } else if (words.get(1).equals("capture")) {
            captured++;
        }
    }

    private void httpResponse(List<String> words) {
        argument(words, 1); // there must be one
        if (!reading.respond(words, from -> way().and(responseCondition(words, from)))) {
            reading.uninterpreted(words, "http-response set-header, add-header, del-header or replace-header");
        }
    }

    /* Of the ways into the application, those over TLS are told from the others. */
    private Condition way() {
        return Condition.inRange(Fetch.of(Fetch.Kind.TLS), secure ? 1 : 0, secure ? 1 : 0);
    }

    /* What is kept at the service port is that frontend's affair. */
    private Condition shared() {
        Fetch entrance = Fetch.of(Fetch.Kind.ENTRANCE_PORT);
        return way().and(Condition.inRange(entrance, facts.port(), facts.port()).negate());
    }

    private Condition responseCondition(List<String> words, int from) {
        if (words.size() <= from) {
            return Condition.ALWAYS;
        }
        Condition condition = Acls.condition(acls.parse(words, from), true, reading.editedResponse);
        return words.get(from).equals("if") ? condition : condition.negate();
    }

    private Rule rule(List<String> words, int from, @Nullable Verdict verdict) {
        if (words.size() <= from) {
            return new Rule(null, Condition.ALWAYS, verdict);
        }
        List<List<Acls.Literal>> alternatives = acls.parse(words, from);
        Condition condition = Acls.condition(alternatives, false, new Edited());
        return words.get(from).equals("if")
                ? new Rule(alternatives, condition, verdict)
                : new Rule(null, condition.negate(), verdict);
    }

    private List<HostRule> compile(List<String> hosts) {
        List<HostRule> routes = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.verdict == null && !isOnlyRedirected()) {
                routes.addAll(hostRules(rule));
            }
        }
        List<HostRule> guarded = new ArrayList<>(routes);
        if (routes.isEmpty()) { // all that comes for its hosts is to go elsewhere
            for (String each : hosts) {
                guarded.add(new HostRule(HostPattern.exact(each.trim()), Condition.ALWAYS, null));
            }
        }
        List<HostRule> all = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.verdict != null) {
                boolean wide = false;
                for (HostRule own : hostRules(rule)) {
                    wide |= own.host().kind() != HostPattern.Kind.EXACT;
                    if (own.host().kind() != HostPattern.Kind.ANY) {
                        all.add(own);
                    }
                }
                if (wide) { // a route by the whole host is found before any rule that is for more hosts than that
                    for (HostRule route : guarded) {
                        all.add(new HostRule(
                                route.host(), route.condition().and(rule.limited(rule.condition)), rule.verdict));
                    }
                }
            }
        }
        all.addAll(routes);
        return all;
    }

    /* Nobody is asked for a password in plain text, and nobody gets in without. */
    private boolean isOnlyRedirected() {
        return facts.authenticated() && facts.redirectToHttps() && !secure;
    }

    /** One rule for each host that an alternative names, with the rest of the alternative as its condition. */
    private List<HostRule> hostRules(Rule rule) {
        if (rule.alternatives == null) {
            return List.of(new HostRule(HostPattern.ANY, rule.limited(rule.condition), rule.verdict));
        }
        List<HostRule> all = new ArrayList<>();
        for (List<Acls.Literal> alternative : rule.alternatives) {
            List<Acls.Literal> rest = new ArrayList<>(alternative);
            List<HostPattern> hosts = List.of();
            for (Acls.Literal literal : alternative) {
                if (hosts.isEmpty()) {
                    hosts = literal.hosts(host);
                    if (!hosts.isEmpty()) {
                        rest.remove(literal);
                    }
                }
            }
            if (hosts.isEmpty()) {
                boolean onHost = alternative.stream()
                        .anyMatch(literal -> literal.isOnHost(host) || literal.isOnHost(Fetch.Kind.HOST));
                hosts = List.of(onHost ? HostPattern.PATTERN : HostPattern.ANY);
            }
            Condition condition = rule.limited(Acls.condition(List.of(rest), false, new Edited()));
            hosts.forEach(each -> all.add(new HostRule(each, condition, rule.verdict)));
        }
        return all;
    }
}
