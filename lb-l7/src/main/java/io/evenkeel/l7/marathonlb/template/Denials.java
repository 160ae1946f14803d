package io.evenkeel.l7.marathonlb.template;

import io.evenkeel.l7.rule.Verdict;
import java.util.List;

/** Reads {@code http-request deny} and {@code tarpit}, which answers at once here. Stateless. */
final class Denials {

    private Denials() {}

    /** How many words there are before {@code if} or {@code unless}. */
    static int words(List<String> words) {
        return isNamed(words) ? 4 : 2;
    }

    static Verdict verdict(List<String> words) {
        int otherwise = words.get(1).equals("deny") ? 403 : 500;
        return new Verdict.Deny(isNamed(words) ? Redirects.status(words.get(3)) : otherwise);
    }

    private static boolean isNamed(List<String> words) {
        return words.size() > 3 && words.get(2).equals("deny_status");
    }
}
