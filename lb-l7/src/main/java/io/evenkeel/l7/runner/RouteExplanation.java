package io.evenkeel.l7.runner;

import io.evenkeel.l7.HttpFrontend;
import io.evenkeel.l7.PathPrefixes;
import io.evenkeel.l7.Route;
import io.evenkeel.l7.RouteTable;
import io.evenkeel.l7.marathonlb.AppPort;
import io.evenkeel.l7.marathonlb.MarathonLbProxy;
import io.evenkeel.l7.marathonlb.PathPrecedence;
import io.evenkeel.l7.marathonlb.ServicePort;
import io.evenkeel.l7.rule.Condition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what becomes of a request for a virtual host, rule by rule, and why. Changes nothing; safe for use by any thread. */
final class RouteExplanation {

    private final MarathonLbProxy proxy;

    RouteExplanation(MarathonLbProxy proxy) {
        this.proxy = proxy;
    }

    Map<String, Object> of(String scheme, String host, String path) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("scheme", scheme);
        answer.put("host", host);
        answer.put("path", path);
        HttpFrontend frontend = scheme.equals("https") ? proxy.https().orElse(null) : proxy.http();
        if (frontend == null || (scheme.equals("http") && !proxy.bindsHttp())) {
            answer.put("to", "nobody");
            answer.put("why", "virtual hosts are not served by " + scheme);
            return answer;
        }
        answer.put("frontend", frontend.name());
        boolean tls = scheme.equals("https");
        Optional<Route> challenged = tls ? Optional.empty() : proxy.challenged(path);
        if (challenged.isPresent()) {
            answer.put("to", text(challenged.get()));
            answer.put("why", "challenges of certificate authorities come before all rules of hosts");
            return answer;
        }
        Optional<ServicePort> passed = tls ? proxy.passedThrough(host.toLowerCase(Locale.ROOT)) : Optional.empty();
        if (passed.isPresent()) {
            answer.put("to", passed.get().port().name());
            answer.put("why", "connections for this server name are passed on undecrypted, whatever is asked for");
            return answer;
        }
        List<RouteTable.Step> steps = proxy.routes(tls).explain(host, path);
        List<Map<String, Object>> rules = new ArrayList<>();
        @Nullable Route winner = null;
        for (RouteTable.Step step : steps) {
            boolean guard = step.route() instanceof Route.Challenge;
            String result = winner != null
                    ? "not tried, since a rule before it has won"
                    : !step.matches() ? "does not match" : guard ? "asks for a password first" : "wins";
            if (winner == null && step.matches() && !guard) {
                winner = step.route();
            }
            Map<String, Object> rule = new LinkedHashMap<>();
            if (step.condition() instanceof PathPrefixes prefixes) {
                rule.put("pathBeginsWith", prefixes.toString());
            } else if (!step.condition().equals(Condition.ALWAYS)) {
                rule.put("condition", "an expression on the host, or of a template");
            }
            rule.put("to", text(step.route()));
            rule.put("result", result);
            rules.add(rule);
        }
        answer.put("to", winner == null ? "nobody: 503" : text(winner));
        answer.put("why", why(scheme, host, steps, winner));
        answer.put("rules", rules);
        List<String> notServed = notServed(host);
        if (!notServed.isEmpty()) {
            answer.put("notServed", notServed);
        }
        return answer;
    }

    private String why(String scheme, String host, List<RouteTable.Step> steps, @Nullable Route winner) {
        if (winner instanceof Route.ToHttps) {
            return "redirects come before everything else of their host";
        }
        if (winner != null) {
            return "the first rule of the host that matches wins; rules are in the order of weight, then "
                    + (proxy.options().pathPrecedence() == PathPrecedence.LONGEST ? "of the path's length, then " : "")
                    + "of application and port";
        }
        if (!steps.isEmpty()) {
            return "the host has rules, but the request meets none of their conditions";
        }
        if (scheme.equals("https") && !host.equals(host.toLowerCase(Locale.ROOT))) {
            return "server names are compared in lower case only";
        }
        return host.matches(".*:[0-9]+")
                ? "no rule has this host; hosts match whole, and a port makes another host"
                : "no rule has this host";
    }

    /* Those that would have this host if they had somebody to send requests to. */
    private List<String> notServed(String host) {
        Set<String> open = new HashSet<>();
        for (ServicePort port : proxy.servicePorts()) {
            open.add(port.port().service().name());
        }
        List<String> closed = new ArrayList<>();
        for (AppPort port : proxy.plan().ports()) {
            boolean asks = port.vhosts().hosts().contains(host.toLowerCase(Locale.ROOT));
            if (asks && !open.contains(port.service().name())) {
                closed.add(port.name() + ": no task takes requests");
            }
        }
        return closed;
    }

    static String text(Route route) {
        if (route instanceof Route.To to) {
            return to.backend().name();
        }
        if (route instanceof Route.Reply reply) {
            return "nobody: " + reply.status();
        }
        if (route instanceof Route.Challenge challenge) {
            return "whoever knows the password of " + challenge.realm() + "; others get 401";
        }
        return route instanceof Route.ToHttps ? "the same place by https: 301" : "nobody: an answer of a template";
    }
}
