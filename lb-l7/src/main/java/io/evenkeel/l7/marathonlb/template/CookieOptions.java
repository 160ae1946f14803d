package io.evenkeel.l7.marathonlb.template;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a template wants the cookie of sticky sessions. Immutable.
 *
 * @param name of the cookie
 * @param indirect whether endpoints do not see it
 * @param nocache whether responses that set it are kept out of shared caches
 * @param httpOnly whether scripts do not see it
 * @param secure whether it goes over TLS only
 * @param preserve whether an endpoint's own cookie of this name passes
 * @param domains for which it is set
 * @param maxIdle how long a client may be away
 * @param maxLife how long it is good at most
 */
public record CookieOptions(
        String name,
        boolean indirect,
        boolean nocache,
        boolean httpOnly,
        boolean secure,
        boolean preserve,
        List<String> domains,
        Optional<Duration> maxIdle,
        Optional<Duration> maxLife) {

    /** marathon-lb's own. */
    public static final CookieOptions DEFAULT = new CookieOptions(
            "mesosphere_server_id", true, true, false, false, false, List.of(), Optional.empty(), Optional.empty());

    /** Checks the name and copies the list. */
    public CookieOptions {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException("cookie " + name + " (expected: a name)");
        }
        domains = List.copyOf(domains);
    }

    /** What follows the cookie's value where it is set. */
    public String attributes() {
        StringBuilder text = new StringBuilder("; path=/");
        domains.forEach(domain -> text.append("; domain=").append(domain));
        return text.append(httpOnly ? "; HttpOnly" : "")
                .append(secure ? "; Secure" : "")
                .toString();
    }

    /** What is not done of it; empty if all is. */
    String notApplied() {
        StringBuilder text = new StringBuilder();
        text.append(preserve ? " preserve" : "");
        text.append(maxIdle.isPresent() ? " maxidle" : "");
        text.append(maxLife.isPresent() ? " maxlife" : "");
        return text.toString();
    }

    /** Reads the words of a line that begins with {@code cookie}. */
    static CookieOptions parse(List<String> words) {
        if (words.size() < 2) {
            throw new IllegalArgumentException("cookie (expected: cookie NAME insert …)");
        }
        boolean insert = false;
        boolean indirect = false;
        boolean nocache = false;
        boolean httpOnly = false;
        boolean secure = false;
        boolean preserve = false;
        List<String> domains = new java.util.ArrayList<>();
        Optional<Duration> maxIdle = Optional.empty();
        Optional<Duration> maxLife = Optional.empty();
        for (int i = 2; i < words.size(); i++) {
            switch (words.get(i)) {
                case "insert" -> insert = true;
                case "indirect" -> indirect = true;
                case "nocache" -> nocache = true;
                case "httponly" -> httpOnly = true;
                case "secure" -> secure = true;
                case "preserve" -> preserve = true;
                case "domain" -> domains.add(domain(argument(words, ++i)));
                case "maxidle" -> maxIdle = Optional.of(seconds(argument(words, ++i)));
                case "maxlife" -> maxLife = Optional.of(seconds(argument(words, ++i)));
                default ->
                    throw new IllegalArgumentException("cookie … " + words.get(i)
                            + " (expected: insert, indirect, nocache, httponly, secure, preserve, domain, maxidle or"
                            + " maxlife)");
            }
        }
        if (!insert) {
            throw new IllegalArgumentException("cookie " + words.get(1) + " (expected: insert)");
        }
        return new CookieOptions(
                words.get(1), indirect, nocache, httpOnly, secure, preserve, domains, maxIdle, maxLife);
    }

    private static String argument(List<String> words, int at) {
        if (at >= words.size()) {
            throw new IllegalArgumentException("cookie … " + words.get(at - 1) + " (expected: an argument)");
        }
        return words.get(at);
    }

    private static String domain(String text) {
        if (!text.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException("cookie … domain " + text + " (expected: a domain)");
        }
        return text;
    }

    /* Unlike elsewhere, a bare number is seconds. */
    private static Duration seconds(String text) {
        return Times.parse(text.matches("[0-9]+") ? text + "s" : text);
    }
}
