package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.rule.Fetch;
import io.evenkeel.l7.rule.Fetch.Kind;
import io.evenkeel.l7.rule.Format;
import io.evenkeel.l7.rule.Verdict;
import java.util.List;

/** Reads redirects. Stateless. */
final class Redirects {

    private Redirects() {}

    /** How many words there are before {@code if} or {@code unless}. */
    static int words(List<String> redirect) {
        for (int i = 1; i < redirect.size(); i++) {
            if (redirect.get(i).equals("if") || redirect.get(i).equals("unless")) {
                return i;
            }
        }
        return redirect.size();
    }

    static int status(String text) {
        if (!text.matches("[0-9]{3}")) {
            throw new IllegalArgumentException(text + " (expected: a status)");
        }
        return Integer.parseInt(text);
    }

    /** Reads the words of a line that begins with {@code redirect}. */
    static Verdict.Redirect verdict(List<String> words, Edited edited) {
        int code = 302;
        boolean dropQuery = false;
        String kind = "";
        String to = "";
        String cookie = "";
        int end = words(words);
        for (int i = 1; i < end; i++) {
            String word = words.get(i);
            switch (word) {
                case "drop-query" -> dropQuery = true;
                case "code" -> code = status(argument(words, ++i, end));
                case "location", "prefix", "scheme" -> {
                    kind = word;
                    to = argument(words, ++i, end);
                }
                case "set-cookie" -> cookie = cookie(argument(words, ++i, end)) + "; path=/;";
                case "clear-cookie" -> cookie = cookie(argument(words, ++i, end)) + "; path=/; Max-Age=0;";
                default ->
                    throw new IllegalArgumentException(String.join(" ", words)
                            + " (expected: location, prefix or scheme, code, drop-query, set-cookie or clear-cookie"
                            + " instead of " + word + ")");
            }
        }
        Format location = switch (kind) {
            case "location" -> LogFormat.parse(to, false);
            case "prefix" -> LogFormat.parse((to.equals("/") ? "" : to) + url(dropQuery), false);
            case "scheme" -> LogFormat.parse(to + "://%[hdr(host)]" + url(dropQuery), false);
            default ->
                throw new IllegalArgumentException(String.join(" ", words) + " (expected: location, prefix or scheme)");
        };
        edited.requireUntouched(location);
        return new Verdict.Redirect(code, location, cookie);
    }

    private static String url(boolean dropQuery) {
        return "%[" + (dropQuery ? Fetch.of(Kind.PATH) : Fetch.of(Kind.URL)) + "]";
    }

    private static String cookie(String text) {
        if (!text.matches("[A-Za-z0-9_.=-]+")) {
            throw new IllegalArgumentException(text + " (expected: NAME or NAME=VALUE)");
        }
        return text;
    }

    private static String argument(List<String> words, int at, int end) {
        if (at >= end) {
            throw new IllegalArgumentException(String.join(" ", words) + " (expected: an argument after it)");
        }
        return words.get(at);
    }
}
