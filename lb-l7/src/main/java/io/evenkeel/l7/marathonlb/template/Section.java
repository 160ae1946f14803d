package io.evenkeel.l7.marathonlb.template;

import static io.evenkeel.l7.marathonlb.template.Reading.argument;

import io.evenkeel.l7.AllowedNetworks;
import io.evenkeel.l7.marathonlb.template.Templates.Template;
import io.evenkeel.l7.rule.Condition;
import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Match;
import io.evenkeel.l7.rule.Substitution;
import io.evenkeel.l7.rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One section of configuration being read, line by line: the backend of a port, or the frontend of its service port.
 *
 * <p>Rules are kept in the order in which HAProxy carries them out: those of {@code http-request} first, then redirects, then
 * what becomes of requests that no {@code use_backend} takes.
 */
final class Section {

    private final Reading reading;
    private final String backend;
    private final boolean isFrontend;
    private final Condition entrance;
    private final Acls acls;
    private final List<Runnable> lines = new ArrayList<>();
    private final List<Runnable> redirects = new ArrayList<>();
    private final List<Condition> taken = new ArrayList<>();
    private Condition passedTcp = Condition.NEVER;
    private Condition passedHttp = Condition.NEVER;
    private List<String> bind = List.of();
    private int captured;

    /** The backend itself. */
    static Section ofBackend(Reading reading, String name) {
        return new Section(reading, name, false, Condition.ALWAYS);
    }

    /** The service port's frontend, whose rules count for what comes in there. */
    static Section ofFrontend(Reading reading, String name, int port) {
        Condition entrance = Condition.inRange(Fetch.of(Fetch.Kind.ENTRANCE_PORT), port, port);
        return new Section(reading, name, true, entrance);
    }

    private Section(Reading reading, String backend, boolean isFrontend, Condition entrance) {
        this.reading = reading;
        this.acls = new Acls(reading);
        this.backend = backend;
        this.isFrontend = isFrontend;
        this.entrance = entrance;
    }

    /** The one {@code bind} that says what is done anyway. */
    void expectBind(List<String> words) {
        bind = words;
    }

    /** Reads the lines of a template whose places are filled; the first one, if it is a head, begins the section. */
    void read(Template template, String filled, boolean isHead) {
        boolean begun = !isHead;
        reading.template = template.fullName();
        for (String line : template.lines(filled)) {
            try {
                List<String> words = ConfigWords.split(line);
                if (words.isEmpty()) {
                    continue;
                }
                if (!begun) {
                    String expected = (isFrontend ? "frontend " : "backend ") + backend;
                    if (!String.join(" ", words).equals(expected)) {
                        throw new IllegalArgumentException(line.trim() + " (expected: " + expected + ")");
                    }
                    begun = true;
                    continue;
                }
                line(words);
            } catch (IllegalArgumentException e) {
                throw template.wrong(e);
            }
        }
        if (!begun) {
            throw template.wrong(new IllegalArgumentException(
                    "no line (expected: " + (isFrontend ? "frontend " : "backend ") + backend + ")"));
        }
    }

    private void line(List<String> words) {
        switch (words.get(0)) {
            case "acl" -> acls.define(words);
            case "http-request" -> httpRequest(words);
            case "http-response" -> httpResponse(words);
            case "tcp-request" -> tcpRequest(words);
            case "redirect" -> {
                if (isHttp(words)) {
                    // Carried out after all of the others, whose edits its condition sees.
                    redirects.add(inTemplate(() -> redirect(words)));
                }
            }
            case "reqrep", "reqirep" -> {
                if (isHttp(words)) {
                    lines.add(inTemplate(() -> replaceInRequest(words))); // after all rules of http-request
                }
            }
            case "rsprep", "rspirep" -> {
                if (isHttp(words) && !reading.replaceLines(words, entrance.and(condition(words, 3, true)))) {
                    throw new IllegalArgumentException(words.get(0) + " " + argument(words, 1)
                            + " (expected: an expression for one header, like ^Location:\\ http://(.*))");
                }
            }
            case "capture" -> {
                if (reading.http && reading.capture(words, captured, entrance, !isFrontend)) {
                    captured++;
                } else {
                    uninterpreted(words);
                }
            }
            case "block" -> {
                if (isHttp(words)) {
                    reading.rules.end(requestCondition(words, 1), new Verdict.Deny(403));
                }
            }
            case "reqadd", "rspadd", "reqdel", "reqidel", "rspdel", "rspidel" -> oldEdit(words);
            case "mode" -> mode(words);
            case "balance" -> reading.balance = Optional.of(String.join(" ", words.subList(1, words.size())));
            case "timeout" -> timeout(words);
            case "retries" -> reading.number(words, count -> reading.retries = OptionalInt.of(count));
            case "cookie" -> {
                CookieOptions cookie = CookieOptions.parse(words);
                reading.cookie = Optional.of(cookie);
                if (!cookie.notApplied().isEmpty()) {
                    reading.remark("cookie " + cookie.name() + cookie.notApplied() + " (not applied)");
                }
            }
            case "option" -> option(words);
            case "compression" -> compression(words);
            case "filter" -> {
                if (!words.equals(List.of("filter", "compression"))) { // which only says where it has its turn
                    uninterpreted(words);
                }
            }
            case "no" -> noOption(words);
            case "http-check" -> CheckWords.httpCheck(reading, words);
            case "default-server" -> {
                if (isFrontend) {
                    reading.remark(String.join(" ", words) + " (not applied: a frontend has no servers)");
                } else {
                    ServerOptions.read(reading, words.subList(1, words.size()));
                }
            }
            case "use_backend", "default_backend" -> useBackend(words);
            case "bind" -> {
                if (!words.equals(bind)) {
                    throw new IllegalArgumentException(String.join(" ", words) + " (expected: "
                            + (isFrontend ? String.join(" ", bind) : "none in a backend") + ")");
                }
            }
            default -> uninterpreted(words);
        }
    }

    /* What is read at the end is told of the template that it stands in. */
    private Runnable inTemplate(Runnable later) {
        String template = reading.template;
        return () -> {
            reading.template = template;
            try {
                later.run();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(template + ": " + e.getMessage(), e);
            }
        };
    }

    private void redirect(List<String> words) {
        reading.rules.end(requestCondition(words, Redirects.words(words)), reading.redirect(words, reading.edited));
    }

    /** A line of the request is replaced: that of a header, or the first, of which only what follows the method may change. */
    private void replaceInRequest(List<String> words) {
        String expression = argument(words, 1);
        boolean ignoreCase = words.get(0).equals("reqirep");
        String name = OldExpressions.headerName(expression);
        if (name.equalsIgnoreCase("host")) {
            Substitution substitution = reading.substitution(words, 1, ignoreCase);
            String line = substitution.beginning();
            if (!substitution.isPlain() || !OldExpressions.nameOfLine(line).equalsIgnoreCase(name)) {
                throw new IllegalArgumentException(argument(words, 2) + " (expected: Host: NAME)");
            }
            edit(true, name, OldExpressions.valueOfLine(line), requestCondition(words, 3));
            return;
        }
        if (reading.replaceLines(words, requestCondition(words, 3))) {
            return;
        }
        Substitution substitution = reading.substitution(words, 1, ignoreCase);
        if (!OldExpressions.beginsWithMethod(expression) || !substitution.beginsWith(1)) {
            throw new IllegalArgumentException(words.get(0) + " " + expression + " " + argument(words, 2)
                    + " (expected: an expression and a text for the path, like ^([^\\ :]*)\\ /PREFIX/(.*) and \\1\\ /\\2,"
                    + " or for one header, like ^X-NAME:\\ (.*))");
        }
        reading.paths.replaceLine(
                substitution, reading.edited.isPathChanged() ? onChangedPath(words, 3) : requestCondition(words, 3));
        reading.edited.changePath();
    }

    /** A condition on the request as earlier changes of its path have left it. */
    private Condition onChangedPath(List<String> words, int from) {
        return reading.edited.onChangedPath(() -> requestCondition(words, from));
    }

    private Condition pathCondition(List<String> words, int from) {
        if (!reading.edited.isPathChanged()) {
            return httpCondition(words, from);
        }
        if (!passedHttp.equals(Condition.NEVER)) { // which is of the path as it came
            throw new IllegalArgumentException(
                    String.join(" ", words) + " (expected: no http-request allow before a second change of the path)");
        }
        return onChangedPath(words, from);
    }

    private void changePath(List<String> words) {
        switch (words.get(1)) {
            case "set-path" -> {
                Format path = reading.format(argument(words, 2), false);
                Condition condition = pathCondition(words, 3);
                reading.edited.requireUntouchedFields(path);
                reading.paths.set(path, condition);
            }
            case "replace-path" ->
                reading.paths.replacePath(reading.substitution(words, 2, false), pathCondition(words, 4));
            default -> reading.paths.replaceTarget(reading.substitution(words, 2, false), pathCondition(words, 4));
        }
        reading.edited.changePath();
    }

    private void uninterpreted(List<String> words) {
        reading.uninterpreted(words, "a directive that is known");
    }

    /** Whether rules over HTTP count; in mode tcp they do nothing, in HAProxy neither. */
    private boolean isHttp(List<String> words) {
        if (!reading.http) {
            reading.remark(String.join(" ", words) + " (not applied in mode tcp)");
        }
        return reading.http;
    }

    private Condition requestCondition(List<String> words, int from) {
        return entrance.and(condition(words, from, false));
    }

    /** As before, for rules of {@code http-request}, which one that allows ends; others go on as if there were none. */
    private Condition httpCondition(List<String> words, int from) {
        return requestCondition(words, from).and(passedHttp.negate());
    }

    /** What stands from a word on: nothing, or {@code if} or {@code unless} with ACLs. */
    private Condition condition(List<String> words, int from, boolean response) {
        if (words.size() <= from) {
            return Condition.ALWAYS;
        }
        List<List<Acls.Literal>> alternatives = acls.parse(words, from);
        if (!reading.http) {
            Acls.requireConnections(alternatives);
        }
        Condition condition =
                Acls.condition(alternatives, response, response ? reading.editedResponse : reading.edited);
        return words.get(from).equals("if") ? condition : condition.negate();
    }

    private void httpRequest(List<String> words) {
        if (!isHttp(words)) {
            return;
        }
        String action = words.size() > 1 ? words.get(1) : "";
        switch (action) {
            case "allow" -> passedHttp = Condition.any(List.of(passedHttp, httpCondition(words, 2)));
            case "deny", "tarpit" ->
                reading.rules.end(httpCondition(words, Denials.words(words)), Denials.verdict(words));
            case "reject", "silent-drop" -> reading.rules.end(httpCondition(words, 2), new Verdict.Drop());
            case "redirect" -> {
                List<String> redirect = words.subList(1, words.size());
                Condition condition = httpCondition(redirect, Redirects.words(redirect));
                reading.rules.end(condition, reading.redirect(redirect, reading.edited));
            }
            case "set-header", "add-header" -> {
                String name = argument(words, 2);
                edit(action.equals("set-header"), name, argument(words, 3), httpCondition(words, 4));
            }
            case "del-header" -> delete(argument(words, 2), httpCondition(words, 3));
            case "replace-header" -> {
                String name = argument(words, 2);
                Substitution substitution = reading.substitution(words, 3, false);
                reading.requestEdits.replace(name, substitution, httpCondition(words, 5));
                reading.edited.replace(name);
            }
            case "set-path", "replace-path", "replace-uri" -> changePath(words);
            default -> {
                if (!reading.keep(words, captured, from -> httpCondition(words, from), !isFrontend)) {
                    uninterpreted(words);
                } else if (action.equals("capture")) {
                    captured++;
                }
            }
        }
    }

    private void edit(boolean set, String name, String text, Condition condition) {
        Format value = reading.format(text, false);
        reading.edited.requireUntouched(value);
        if (set) {
            reading.requestEdits.set(name, value, condition);
            reading.edited.set(name, value, condition);
        } else {
            reading.requestEdits.add(name, value, condition);
            reading.edited.add(name, value, condition);
        }
    }

    private void delete(String name, Condition condition) {
        reading.requestEdits.delete(name, condition);
        reading.edited.delete(name, condition);
    }

    private void httpResponse(List<String> words) {
        if (!isHttp(words)) {
            return;
        }
        if (!reading.respond(words, from -> entrance.and(condition(words, from, true)))) {
            uninterpreted(words);
        }
    }

    /** The forms of before HAProxy 1.5: whole lines are added, or those that an expression finds are removed. */
    private void oldEdit(List<String> words) {
        if (!isHttp(words)) {
            return;
        }
        boolean response = words.get(0).startsWith("rsp");
        String line = argument(words, 1);
        Condition condition = response ? entrance.and(condition(words, 2, true)) : requestCondition(words, 2);
        if (words.get(0).endsWith("add")) {
            String name = OldExpressions.nameOfLine(line);
            String value = OldExpressions.valueOfLine(line);
            if (response) {
                reading.respond(false, name, value, condition);
            } else {
                edit(false, name, value, condition);
            }
            return;
        }
        String name = OldExpressions.headerName(line);
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    words.get(0) + " " + line + " (expected: an expression for one header, like ^Server:.*)");
        }
        if (response) {
            reading.respondWithout(name, condition);
        } else {
            delete(name, condition);
        }
    }

    private void tcpRequest(List<String> words) {
        boolean decides = words.size() > 2
                && (words.get(1).equals("connection") || words.get(1).equals("content"))
                && (words.get(2).equals("accept") || words.get(2).equals("reject"));
        if (!decides) {
            uninterpreted(words);
            return;
        }
        Condition condition = requestCondition(words, 3).and(passedTcp.negate());
        if (words.get(2).equals("reject")) {
            reading.rules.end(condition, new Verdict.Drop());
        } else {
            passedTcp = Condition.any(List.of(passedTcp, condition));
        }
    }

    private void mode(List<String> words) {
        String expected = reading.http ? "http" : "tcp";
        if (words.size() != 2 || !words.get(1).equals(expected)) {
            throw new IllegalArgumentException(String.join(" ", words) + " (expected: mode " + expected + ")");
        }
    }

    private void timeout(List<String> words) {
        if (words.size() != 3) {
            throw new IllegalArgumentException(String.join(" ", words) + " (expected: timeout NAME TIME)");
        }
        Optional<java.time.Duration> time = Optional.of(Times.parse(words.get(2)));
        if (!reading.http && List.of("client", "server").contains(words.get(1))) {
            // marathon-lb's own timeout tunnel takes their place there.
            reading.remark(String.join(" ", words) + " (not applied in mode tcp, where timeout tunnel counts)");
            return;
        }
        switch (words.get(1)) {
            case "connect" -> reading.connectTimeout = time;
            case "client" -> reading.clientTimeout = isFrontend ? time : reading.clientTimeout;
            case "server" -> reading.serverTimeout = time;
            case "tunnel" -> reading.tunnelTimeout = time;
            case "queue" -> {
                reading.queueTimeout = time;
                if (!reading.http) {
                    uninterpreted(words);
                }
            }
            case "check" -> reading.check = reading.check.timeout(time.get());
            default -> uninterpreted(words);
        }
    }

    private void option(List<String> words) {
        switch (argument(words, 1)) {
            case "forwardfor" -> forwardFor(words);
            case "httpchk" -> CheckWords.httpchk(reading, words);
            default -> uninterpreted(words);
        }
    }

    private void compression(List<String> words) {
        List<String> arguments = words.subList(Math.min(words.size(), 2), words.size());
        switch (argument(words, 1)) {
            case "algo" -> {
                if (arguments.contains("gzip")) {
                    reading.compresses = true;
                } else {
                    uninterpreted(words);
                }
            }
            case "type" -> reading.compressedTypes.addAll(arguments);
            case "offload" -> delete("Accept-Encoding", entrance);
            default ->
                throw new IllegalArgumentException(
                        String.join(" ", words) + " (expected: compression algo, type or offload)");
        }
    }

    private void forwardFor(List<String> words) {
        reading.forwardFor = "X-Forwarded-For";
        List<Condition> conditions = new ArrayList<>();
        boolean ifNone = false;
        for (int i = 2; i < words.size(); i++) {
            switch (words.get(i)) {
                case "header" -> reading.forwardFor = argument(words, ++i);
                case "except" -> {
                    AllowedNetworks networks = AllowedNetworks.parse(argument(words, ++i));
                    conditions.add(Condition.source(networks::contains).negate());
                }
                case "if-none" -> ifNone = true;
                default ->
                    throw new IllegalArgumentException(
                            String.join(" ", words) + " (expected: except, header or if-none)");
            }
        }
        if (ifNone) {
            Fetch fetch = new Fetch(Fetch.Kind.LINE, reading.forwardFor);
            conditions.add(Condition.of(fetch, Match.FOUND).negate());
        }
        reading.forwardForCondition = Condition.all(conditions);
    }

    private void noOption(List<String> words) {
        if (words.size() == 3 && words.get(1).equals("option") && words.get(2).equals("forwardfor")) {
            reading.forwardFor = "";
        } else if (words.size() < 2 || !words.get(1).equals("option")) {
            uninterpreted(words);
        }
    }

    private void useBackend(List<String> words) {
        if (!isFrontend || !argument(words, 1).equals(backend)) {
            throw new IllegalArgumentException(String.join(" ", words) + " (expected: "
                    + (isFrontend ? words.get(0) + " " + backend : "none in a backend") + ")");
        }
        taken.add(condition(words, 2, false));
    }

    /** The section is over: what HAProxy does last. */
    void end(boolean hasGlue) {
        lines.forEach(Runnable::run);
        redirects.forEach(Runnable::run);
        if (hasGlue) {
            reading.rules.end(
                    entrance.and(
                            taken.isEmpty()
                                    ? Condition.ALWAYS
                                    : Condition.any(taken).negate()),
                    reading.http ? new Verdict.Deny(503) : new Verdict.Drop());
        }
    }
}
